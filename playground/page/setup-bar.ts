/** Whose rules are wanted: mode, release, node, family. */
import { RELEASES } from "../engine/releases.js";
import type { App } from "./app.js";
import { choice } from "./dom.js";

const MODES = [
  ["", "as configured"],
  ["iptables", "iptables"],
  ["ipvs", "IPVS"],
  ["nftables", "nftables"],
] as const;

const FAMILIES = [
  ["", "of the Services"],
  ["ipv4", "IPv4"],
  ["ipv6", "IPv6"],
] as const;

/** The selectors with what is chosen and what there is. */
export function setupControls({ store, checked }: App): HTMLElement[] {
  const { mode, kubeVersion, node, ipFamily } = store.get();
  const nodes = checked()?.inventory.nodes ?? [];
  const known = node === "" || nodes.includes(node) ? nodes : [node, ...nodes];
  const releases: [string, string][] = [["", "of the node"], ...RELEASES.map((name): [string, string] => [name, name])];
  return [
    choice("Mode", MODES, mode, (value) => store.set({ mode: value as typeof mode, artifact: "" })),
    choice("Release", releases, kubeVersion, (value) => store.set({ kubeVersion: value })),
    choice("Node", [["", "the first"], ...known.map((name): [string, string] => [name, name])], node, (value) =>
      store.set({ node: value }),
    ),
    choice("Family", FAMILIES, ipFamily, (value) => store.set({ ipFamily: value as "" | "ipv4" | "ipv6" })),
  ];
}
