/** The texts that a folder holds for one minor, and what svcrules makes of the same objects. */
import { compileIpvs } from "../../backends/ipvs/index.js";
import { compileIptables } from "../../backends/iptables/index.js";
import { compileNftables } from "../../backends/nftables/index.js";
import { makeNodeView } from "../../cluster/node-view.js";
import { featuresOf, type ReleaseTable } from "../../config/features.js";
import { minorsOf, NEWEST_MINOR } from "../../config/kube-version.js";
import { backendInput } from "../../pipeline/compile.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { ipvsIptablesProgram } from "../../render/ipvs-iptables.js";
import { addressLines, ipsetLines, ipvsadmLines } from "../../rulesets/ipvs/print.js";
import { nftLines } from "../../rulesets/nftables/print.js";
import { canonicalNft } from "../canonical-nft.js";
import { canonicalRules } from "../canonical-rules.js";
import { readRecordedText, recordedCases } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";

export interface RecordedArtifact {
  readonly caseName: string;
  readonly mode: string;
  readonly artifact: string;
  /** Recorded lines in canonical order. */
  readonly wanted: readonly string[];
  /** What svcrules makes of the case, in the same order, if releases were as the table has them. */
  readonly compiled: (table: ReleaseTable) => readonly string[];
}

const sorted = (lines: Iterable<string>) => [...lines].filter((line) => line.trim() !== "").sort();
const ARTIFACTS: readonly (readonly [mode: string, artifact: string, order: (lines: string[]) => readonly string[]])[] =
  [
    ["iptables", "iptables-restore", canonicalRules],
    ["ipvs", "iptables-restore", canonicalRules],
    ["ipvs", "ipvsadm", sorted],
    ["ipvs", "ipset", sorted],
    ["ipvs", "addresses", sorted],
    ["nftables", "nft", (lines) => canonicalNft(lines.filter((line) => line !== ""))],
  ];

/** `root`: a folder laid out as golden/kube-proxy. `names`: cases wanted, all by default. */
export function recordedArtifacts(root: string, minor: number, names?: readonly string[]): RecordedArtifact[] {
  return recordedCases(root)
    .filter(({ name }) => names?.includes(name) ?? true)
    .flatMap((recorded) =>
      ARTIFACTS.flatMap(([mode, artifact, order]): RecordedArtifact[] => {
        const text = readRecordedText(recorded.name, mode, artifact, minor, root);
        if (text === undefined || minor < minorsOf(mode)[0]!) return [];
        const compiled = (table: ReleaseTable) => order(linesOf(recorded, mode, artifact, minor, root, table));
        return [{ caseName: recorded.name, mode, artifact, wanted: order(text.split("\n")), compiled }];
      }),
    );
}

function linesOf(
  recorded: ReturnType<typeof recordedCases>[number],
  mode: string,
  artifact: string,
  minor: number,
  root: string,
  table: ReleaseTable,
): string[] {
  const cluster = recordedCluster(recorded.name, root);
  const known = recordedSituation(recorded, cluster, mode, Math.min(minor, NEWEST_MINOR), root);
  const features = featuresOf({ minor, text: `1.${minor}` }, known.config.featureGates, false, table);
  const object = cluster.nodes.find(({ metadata }) => metadata.name === known.node.name);
  const node = makeNodeView(known.node.name, object, known.config, features);
  const input = backendInput(cluster, { ...known, features, node });
  if (mode === "iptables") return [...renderIptablesRestore(compileIptables(input))].flatMap((t) => t.split("\n"));
  if (mode === "nftables") return [...nftLines(compileNftables(input))];
  const compiled = compileIpvs(input);
  if (artifact === "ipvsadm") return [...ipvsadmLines(compiled.state.virtualServers)];
  if (artifact === "ipset") return [...ipsetLines(compiled.state.sets)];
  if (artifact === "addresses") return [...addressLines(compiled.state)];
  return [...renderIptablesRestore(ipvsIptablesProgram(compiled))].flatMap((t) => t.split("\n"));
}
