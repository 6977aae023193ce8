/** Recorded nodes in every tool's spelling, for tests of what becomes of them when people hand them on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DiffOptions } from "../api/diff.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { sourceFromText, type Source } from "../source/source.js";
import { recordedNodes } from "./recorded-nodes.js";

const ROOT = fileURLToPath(new URL("../../golden/kube-proxy/nodes/", import.meta.url));

/** Texts of a node's tools, each with the command that prints it. */
export type ToolTexts = Readonly<Record<string, { readonly text: string; readonly command: string }>>;

export interface CapturedNode {
  /** "iptables-save", "nft -j". */
  readonly name: string;
  readonly mode: ProxyMode;
  readonly manifests: readonly Source[];
  readonly options: DiffOptions;
  readonly healthy: ToolTexts;
  /** The one endpoint of prod/db has another address. */
  readonly drifted: ToolTexts;
}

/** Recorded node, mode, the files with the commands that print them. */
const NODES: readonly (readonly [string, ProxyMode, string, Readonly<Record<string, string>>])[] = [
  ["iptables-save", "iptables", "clean-1000", { "node.txt": "iptables-save" }],
  ["iptables-save -c", "iptables", "counters-1011", { "node.txt": "iptables-save -c" }],
  ["iptables-legacy-save", "iptables", "legacy-1012", { "node.txt": "iptables-legacy-save" }],
  ["iptables -S", "iptables", "S-1013", { "node.txt": "iptables -t nat -S" }],
  ["iptables -nvL", "iptables", "nvL-1014", { "node.txt": "iptables -t nat -nvL" }],
  [
    "ipvsadm-save",
    "ipvs",
    "ipvs-clean-3000",
    {
      "ipvsadm-save.txt": "ipvsadm-save -n",
      "ipset-save.txt": "ipset save",
      "iptables-save.txt": "iptables-save",
      "ip-addr.txt": "ip addr show",
    },
  ],
  ["ipvsadm -Ln", "ipvs", "ipvs-Ln-3001", { "ipvsadm-Ln.txt": "ipvsadm -Ln", "ipset-list.txt": "ipset list" }],
  ["nft list", "nftables", "clean-2000", { "node.txt": "nft list ruleset" }],
  ["nft -j", "nftables", "json-2001", { "node.json": "nft -j list ruleset" }],
];

function mapTexts(texts: ToolTexts, change: (text: string) => string): ToolTexts {
  return Object.fromEntries(
    Object.entries(texts).map(([file, { text, command }]) => [file, { command, text: change(text) }]),
  );
}

/** The nodes, one for each spelling. */
export function capturedNodes(): CapturedNode[] {
  return NODES.map(([name, mode, folder, commands]) => {
    const read = (file: string) => readFileSync(join(ROOT, folder, file), "utf8");
    const { node, kubeVersion } = recordedNodes(mode).find((recorded) => recorded.name === folder)!;
    const healthy = Object.fromEntries(
      Object.entries(commands).map(([file, command]) => [file, { command, text: read(file) }]),
    );
    return {
      name,
      mode,
      manifests: ["manifests.yaml", "kube-proxy.yaml"].map((file) => sourceFromText(file, read(file))),
      options: { mode, node, kubeVersion },
      healthy,
      drifted: mapTexts(healthy, (text) => text.replaceAll("10.244.2.60", "10.244.9.60")),
    };
  });
}
