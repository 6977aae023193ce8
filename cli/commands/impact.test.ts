/** svcrules impact on the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ROOT, runCli } from "../../lib/testing/run-cli.js";

const [BASE, HEAD] = ["fixtures/pull-request/base", "fixtures/pull-request/head"];
const DUMP = "fixtures/guestbook/dump.yaml";

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-impact-"));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("svcrules impact", () => {
  test.each([
    ["a capture for a state", [DUMP, "fixtures/guestbook/node-iptables.txt"], "node-iptables.txt: no Service, Pod"],
    ["a capture for the state before", ["fixtures/guestbook/node-iptables.txt", DUMP], "node-iptables.txt: no Service"],
    ["a capture to apply", [DUMP, "--apply", "fixtures/guestbook/node-iptables.txt"], "applying it changes nothing"],
    ["nothing to apply", [DUMP, "--apply", "fixtures/regressions/iptables-capture"], "applying it changes nothing"],
    ["no failure to try", [DUMP, "--worst", "0"], "--worst 0: no failure is asked about"],
  ])("does not call %s unchanged", async (_, argv, words) => {
    const { code, out, err } = await runCli(["impact", ...argv]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
  });

  test("has the comment of the pull request in fixtures", async () => {
    const { code, out } = await runCli(["impact", BASE, HEAD, "-q", "-o", "markdown"]);
    const file = join(ROOT, "fixtures/pull-request/comment.md");
    if (process.env["UPDATE_GOLDEN"] && !process.env["CI"]) writeFileSync(file, out);
    expect(out).toBe(readFileSync(file, "utf8"));
    expect(code).toBe(1);
  });

  test.each([
    ["two states", [BASE, HEAD]],
    ["a state with itself", [BASE, BASE]],
    ["a drained node", [DUMP, "--drain", "worker-1"]],
    ["a change of kube-proxy's mode", [DUMP, "--drain", "worker-2", "--mode", "nftables"]],
  ])("prints JSON as its schema says for %s", async (_title, argv) => {
    const { out } = await runCli(["impact", ...argv, "-q", "-o", "json"]);
    const schema = JSON.parse(readFileSync(join(ROOT, "schemas/impact.schema.json"), "utf8")) as object;
    const validate = new Ajv2020().compile(schema);
    validate(JSON.parse(out));
    expect(validate.errors).toBeNull();
  });

  test("prints the members of impact in the JSON of migrate", async () => {
    const { out } = await runCli(["migrate", DUMP, "--from-mode", "ipvs", "--to-mode", "nftables", "-q", "-o", "json"]);
    const schema = JSON.parse(readFileSync(join(ROOT, "schemas/migrate.schema.json"), "utf8")) as object;
    const validate = new Ajv2020().compile(schema);
    const view = JSON.parse(out) as { readonly cleanup: { readonly steps: unknown[] }; readonly changes: unknown[] };
    validate(view);
    expect(validate.errors).toBeNull();
    expect(view.cleanup.steps.length).toBeGreaterThan(0);
    expect(view.changes.length).toBeGreaterThan(0);
  });

  test("fails for the kinds that are named", async () => {
    const codes = [];
    for (const kinds of ["lost", "exposed", "moved,names", "none"])
      codes.push((await runCli(["impact", BASE, HEAD, "-q", "--fail-on", kinds])).code);
    expect(codes).toEqual([0, 1, 1, 0]);
    expect((await runCli(["impact", BASE, HEAD, "--fail-on", "losst"])).err).toContain("did you mean lost?");
    expect((await runCli(["impact", BASE, HEAD, "-q", "--exit-zero"])).code).toBe(0);
  });

  test("tells a renamed Service that keeps its address, and fails for it where names are asked for", async () => {
    await inDirectory(async (directory) => {
      const [before, after] = ["web", "shop"].map((name) => {
        const file = join(directory, `${name}.yaml`);
        const spec = "{ clusterIP: 10.96.3.3, selector: { app: web }, ports: [{ port: 80 }] }";
        writeFileSync(file, `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: ${spec}\n`);
        return file;
      }) as [string, string];
      const { code, out } = await runCli(["impact", before, after, "-q"]);
      expect(code).toBe(0);
      expect(out).toContain("default/web: its DNS name is gone");
      expect((await runCli(["impact", before, after, "-q", "--fail-on", "lost,exposed,names"])).code).toBe(1);
    });
  });

  test("does not fail for changes that were accepted", async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, "accepted.txt");
      writeFileSync(file, "# reviewed\nexposed shop/web node port *\n");
      const { code, out } = await runCli(["impact", BASE, HEAD, "-q", "--allow", file]);
      expect([code, out.replace(/\s+/g, " ").includes("50% each (accepted)")]).toEqual([0, true]);
      writeFileSync(file, "exposed shop/db\n");
      expect((await runCli(["impact", BASE, HEAD, "-q", "--allow", file])).code).toBe(1);
      writeFileSync(file, "exposd shop/db\n");
      expect(await runCli(["impact", BASE, HEAD, "-q", "--allow", file])).toMatchObject({ code: 2 });
    });
  });

  test("writes reports", async () => {
    await inDirectory(async (directory) => {
      const [junit, sarif] = [join(directory, "a.xml"), join(directory, "a.sarif")];
      await runCli(["impact", BASE, HEAD, "-q", "--report", `junit=${junit}`, "--report", `sarif=${sarif}`]);
      expect(readFileSync(junit, "utf8")).toContain("impact-exposed");
      expect(readFileSync(sarif, "utf8")).toContain("impact-exposed");
    });
  });

  test("ranks failures", async () => {
    const { code, out } = await runCli(["impact", DUMP, "--worst", "2", "-q"]);
    expect(out.replace(/\s+/g, " ")).toContain(
      "1. zone zone-a: 1 Service without an endpoint, 2 weakened, 4 ready endpoints gone",
    );
    expect(code).toBe(1);
  });

  test("ranks failures of the Services that are asked about", async () => {
    const { out } = await runCli([
      "impact",
      DUMP,
      "--worst",
      "1",
      "-q",
      "--service",
      "guestbook/frontend",
      "-o",
      "json",
    ]);
    const { failures } = JSON.parse(out) as { readonly failures: readonly { lost: string[]; weakened: number }[] };
    expect(failures).toHaveLength(1);
    expect(failures[0]!.lost.length + failures[0]!.weakened).toBe(1);
  });

  test("ranks failures as a table of Markdown", async () => {
    const { out } = await runCli(["impact", DUMP, "--worst", "2", "-q", "-o", "markdown"]);
    expect(out).toContain("| 1 | zone zone-a | 1: ");
    expect(out.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(3);
  });

  test("lays manifests over one state", async () => {
    const { out } = await runCli(["impact", BASE, "--apply", `${HEAD}/shop.yaml`, "-q"]);
    expect(out).toContain("newly blocked by policy");
  });

  test("sets several fields of one Service at once, whatever their order", async () => {
    const local = ["--set", "guestbook/redis-follower spec.externalTrafficPolicy=Local"];
    const typed = ["--set", "guestbook/redis-follower spec.type=NodePort"];
    const runs = [
      await runCli(["impact", DUMP, ...local, ...typed]),
      await runCli(["impact", DUMP, ...typed, ...local]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([1, 1]);
    expect(runs[0]!.out).toContain("becomes reachable");
  });

  test.each([
    [[BASE], "one state alone does not change"],
    [[DUMP, "--worst", "1", "--report", "github"], "--worst makes no findings"],
    [[BASE, HEAD, BASE], "impact takes two states, or one"],
    [[DUMP, "--drain", "worker-9"], 'no node "worker-9"'],
    [[DUMP, "--zone-down", "nowhere"], 'no Node of zone "nowhere"'],
    [[DUMP, "--scale", "guestbook/frontend"], "not NS/WORKLOAD=N"],
    [[DUMP, "--delete", "Servce guestbook/frontend"], "no kind that can be deleted"],
    [[DUMP, "--not-ready", "guestbook/nobody"], 'no Pod "guestbook/nobody"'],
    [[DUMP, "--set", "guestbook/frontend spec.type=Nodeport"], "Nodeport"],
    [[DUMP, "--set", "guestbook/frontend spec.externalTrafficPolcy=Local"], "did you mean externalTrafficPolicy?"],
    [[DUMP, "--set", "frontend spec.type=NodePort"], "did you mean guestbook/frontend?"],
    [[DUMP, "--set", "guestbook"], "not 'NS/SERVICE PATH=VALUE'"],
    [[DUMP, "--set", "mode=nftables"], "overrides kube-proxy's configuration on both sides"],
    [[DUMP, "--set", "guestbook/frontend nothing.at.all=1"], "no field of a Service"],
    [[BASE, HEAD, "--service", "shop/wbe"], "the input holds no Service shop/wbe"],
  ])("refuses %j", async (argv, words) => {
    const { code, out, err } = await runCli(["impact", ...argv]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
  });
});

describe("docs/impact.md", () => {
  const text = readFileSync(join(ROOT, "docs/impact.md"), "utf8");
  const shown = [...text.matchAll(/^ {4}\$ svcrules (.*)\n((?: {4}(?!\$).*\n|\n(?= {4}(?!\$)))*)/gm)].map(
    (m) => [m[1]!, m[2]!] as const,
  );

  test("shows examples", () => expect(shown.length).toBeGreaterThanOrEqual(2));
  test.each(shown)("shows what is printed: %s", async (line, output) => {
    const { out } = await runCli([...line.split(" "), "-q"], { cwd: join(ROOT, "fixtures") });
    expect(out.trimEnd()).toBe(output.replace(/^ {4}/gm, "").trimEnd());
  });
});
