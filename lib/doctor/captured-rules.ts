/** Captured iptables chains as the checks look at them. Only chains that are asked about are parsed. */
import { printable } from "../util/printable.js";
import type { CapturedChain, CapturedTable } from "../rulesets/iptables/capture.js";
import { parseRule } from "../rulesets/iptables/parse-rule.js";
import type { Rule, TableName } from "../rulesets/iptables/types.js";
import type { Evidence, NodeCapture } from "./types.js";

export interface CapturedRule {
  readonly text: string;
  readonly line: number;
  /** Undefined when the line cannot be read. */
  readonly rule: Rule | undefined;
}

/** The rules of a chain, parsed. */
export function rulesOf(table: CapturedTable, chain: CapturedChain): CapturedRule[] {
  return chain.texts.map((text, i) => {
    const parsed = parseRule(text, (name) => table.chains.has(name));
    return { text, line: chain.lines[i]!, rule: "rule" in parsed ? parsed.rule : undefined };
  });
}

/** The tables of a name in an iptables capture. */
export function tablesOf(capture: NodeCapture, name?: TableName): CapturedTable[] {
  if (capture.kind !== "iptables") return [];
  return capture.tables.filter((table) => name === undefined || table.name === name);
}

/** Whether kube-proxy's rules are in the table: a services chain with rules. */
export function holdsServices(table: CapturedTable): boolean {
  return (table.chains.get("KUBE-SERVICES")?.texts.length ?? 0) > 0;
}

/** Chains of kube-proxy and the kubelet. */
export function isKubeChain(name: string): boolean {
  return name.startsWith("KUBE-");
}

/** Chains for one service or endpoint: there may be hundreds of thousands. */
export function isServiceChain(name: string): boolean {
  return /^KUBE-(?:SVC|SVL|SEP|EXT|FW|XLB)-/.test(name);
}

/** Every chain reached from one by jumps, itself included; kube-proxy's service chains are not entered. */
export function reachableFrom(table: CapturedTable, start: string): Set<string> {
  const reached = new Set([start]);
  for (const name of reached) {
    const chain = table.chains.get(name);
    if (!chain || isServiceChain(name)) continue;
    for (const text of chain.texts) {
      const target = /\s-[jg] (\S+)/.exec(text)?.[1];
      if (target !== undefined && (table.chains.has(target) || isKubeChain(target))) reached.add(target);
    }
  }
  return reached;
}

/** A rule as evidence. */
export function ruleEvidence(table: CapturedTable, text: string, line: number): Evidence {
  return { text: printable(text), at: { file: table.file, line } };
}

/** "nat table (IPv4)". */
export function tableText({ name, family }: CapturedTable): string {
  return family === "unknown" ? `table ${name ?? "?"}` : `table ${name ?? "?"} of ${family}`;
}
