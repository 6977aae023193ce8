import { describe, expect, test } from "@jest/globals";
import { loadCluster, loadClusterForReleases } from "./load.js";
import { sourceFromText, type Source } from "../source/source.js";

const service = (name: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  ports: [{port: 80}]
`;

/** A source that counts how often its first byte is read. */
function counted(text: string): { readonly source: Source; readonly reads: () => number } {
  const source = sourceFromText("a.yaml", text);
  let reads = 0;
  return {
    source: { ...source, read: (start, end) => (start === 0 && end > 100 && reads++, source.read(start, end)) },
    reads: () => reads,
  };
}

describe("loadClusterForReleases", () => {
  test("gives for each release what loading for it alone gives, from one reading", () => {
    // Before 1.36 the name of a Service may not begin with a digit.
    for (const name of ["web", "1web", "Web"]) {
      const alone = counted(service(name));
      loadCluster([alone.source]);
      const shared = counted(service(name));
      const found = loadClusterForReleases([shared.source], {}, ["1.31", "1.36", undefined, "1.31"]);
      expect([...found.keys()]).toEqual(["1.31", "1.36", undefined]);
      expect(shared.reads()).toBe(alone.reads());
      for (const [kubeVersion, { cluster, diagnostics }] of found) {
        const wanted = loadCluster([sourceFromText("a.yaml", service(name))], { kubeVersion });
        const told = (list: typeof diagnostics) =>
          list.map(({ code, severity, message }) => ({ code, severity, message }));
        expect(told(diagnostics)).toEqual(told(wanted.diagnostics));
        const failed = diagnostics.some(({ severity }) => severity === "error");
        if (!failed) expect(cluster.services.map((s) => s.spec)).toEqual(wanted.cluster.services.map((s) => s.spec));
      }
    }
  });

  test("what only the API server of one release says is said for that release only", () => {
    const found = loadClusterForReleases([sourceFromText("a.yaml", service("1web"))], {}, ["1.31", "1.36"]);
    const codes = (version: "1.31" | "1.36") => found.get(version)!.diagnostics.map(({ code }) => code);
    expect(codes("1.31")).toContain("service-name-starts-with-digit");
    expect(codes("1.36")).not.toContain("service-name-starts-with-digit");
  });
});
