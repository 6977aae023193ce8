/** Over every recorded node and each of its Services: the extract has the answers of the whole. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { explain } from "../api/explain.js";
import { extract } from "../api/extract.js";
import { trace } from "../api/trace.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { holdsObjects } from "../node/captures/group-captures.js";
import { readObjects } from "../pipeline/load.js";
import { sourceFromText, type Source } from "../source/source.js";
import { sweep } from "../testing/fuzz/runs.js";
import { nodeCaptures, recordedNodes, type RecordedNode } from "../testing/recorded-nodes.js";
import { questionsOf, withoutPlaces } from "../testing/extract-answers.js";

const GOLDEN = new URL("../../golden/kube-proxy/nodes/", import.meta.url);
const nodes = ["iptables", "ipvs", "nftables"].flatMap((mode) => recordedNodes(mode));

function sourcesOf(recorded: RecordedNode): Source[] {
  const read = (file: string) => readFileSync(new URL(`${recorded.name}/${file}`, GOLDEN), "utf8");
  const objects = ["manifests.yaml", "kube-proxy.yaml"].map((file) => sourceFromText(file, read(file)));
  return [...objects, ...nodeCaptures(recorded)];
}

async function answersOf(sources: readonly Source[], recorded: RecordedNode, service: string) {
  const captures = sources.filter((source) => !holdsObjects(source));
  const objects = sources.filter(holdsObjects);
  const { node, kubeVersion } = recorded;
  const mode = recorded.mode as ProxyMode;
  const ipFamily = recorded.family === "IPv6" ? ("ipv6" as const) : ("ipv4" as const);
  const wishes = { mode, node, kubeVersion, ipFamily };
  const { report } = await diff(objects, captures, { ...wishes, service });
  const views = [];
  for (const on of [undefined, captures])
    views.push((await explain(objects, { ...wishes, ...(on && { captures: on }), target: service })).view);
  for (const question of questionsOf(objects, service, node))
    views.push((await trace(objects, { ...wishes, captures, ...question })).view);
  return withoutPlaces({
    changes: report?.changes.filter((change) => change.service === service),
    coverage: report && [report.coverage.wanted, report.coverage.compared],
    views,
  });
}

describe("the extract of a Service", () => {
  test.each(sweep(nodes, 8).map((node) => [node.name, node] as const))(
    "of %s answers as the whole does",
    async (_, recorded) => {
      const sources = sourcesOf(recorded);
      const { cluster } = readObjects(sources.filter(holdsObjects));
      for (const { metadata } of cluster.services) {
        const service = `${metadata.namespace ?? "default"}/${metadata.name}`;
        const { files, diagnostics } = await extract(sources, { service, node: recorded.node });
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        const made = files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
        expect(await answersOf(made, recorded, service)).toEqual(await answersOf(sources, recorded, service));
      }
    },
  );
});
