/** Over every recorded node: the anonymised input has the anonymised answers. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { doctor } from "../api/doctor.js";
import { sourceFromText, type Source } from "../source/source.js";
import { sweep } from "../testing/fuzz/runs.js";
import { nodeCaptures, recordedNodes, type RecordedNode } from "../testing/recorded-nodes.js";
import { anonymize } from "./index.js";
import type { ProxyMode } from "../config/proxy-config.js";

const GOLDEN = new URL("../../golden/kube-proxy/nodes/", import.meta.url);
const nodes = ["iptables", "ipvs", "nftables"].flatMap((mode) => recordedNodes(mode));

function sourcesOf(recorded: RecordedNode): Source[] {
  const read = (file: string) => readFileSync(new URL(`${recorded.name}/${file}`, GOLDEN), "utf8");
  const objects = ["manifests.yaml", "kube-proxy.yaml"].map((file) => sourceFromText(file, read(file)));
  return [...objects, ...nodeCaptures(recorded)];
}

const isObjects = ({ name }: Source) => /^objects-|manifests\.yaml$|kube-proxy\.yaml$/.test(name);

async function changesOf(sources: readonly Source[], recorded: RecordedNode, node: string) {
  const { report, diagnostics } = await diff(
    sources.filter(isObjects),
    sources.filter((source) => !isObjects(source)),
    {
      mode: recorded.mode as ProxyMode,
      node,
      kubeVersion: recorded.kubeVersion,
      ipFamily: recorded.family === "IPv6" ? "ipv6" : "ipv4",
    },
  );
  if (!report) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return {
    identical: report.identical,
    changes: report.changes.map(({ kind, severity, protocol }) => `${kind} ${severity} ${protocol ?? ""}`).sort(),
    coverage: [report.coverage.wanted, report.coverage.compared],
  };
}

describe("an anonymised node", () => {
  test.each(sweep(nodes, 15).map((node) => [node.name, node] as const))(
    "%s differs as the node does",
    async (_, recorded) => {
      const sources = sourcesOf(recorded);
      const { files, map, diagnostics } = anonymize(sources);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const made = files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
      const node = recorded.node.replace(/\w+/g, (part) => map.words.find(([word]) => word === part)?.[1] ?? part);
      expect(await changesOf(made, recorded, node)).toEqual(await changesOf(sources, recorded, recorded.node));
    },
  );

  test.each(sweep(nodes, 15).map((node) => [node.name, node] as const))("%s has the same findings", (_, recorded) => {
    const findings = (sources: readonly Source[]) => {
      const { report } = doctor(sources.filter(isObjects), {});
      return report?.findings.map(({ check, severity }) => `${check} ${severity}`).sort();
    };
    const sources = sourcesOf(recorded);
    const made = anonymize(sources).files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
    expect(findings(made)).toEqual(findings(sources));
  });
});
