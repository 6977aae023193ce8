/** What the rules of a golden file and of a compiled text do differently, by the engine that compares nodes. */
import { compareNftables } from "../diff/nftables/compare-nftables.js";
import { diffIptablesCaptures } from "../diff/iptables/index.js";
import { diffIpvs, type ExpectedIPVS, type IPVSCapture } from "../diff/ipvs/index.js";
import type { Change } from "../diff/types.js";
import type { IPFamily } from "../net/ip.js";
import { readCaptures } from "../rulesets/iptables/read-captures.js";
import { parseIpsetSave } from "../rulesets/ipvs/parse-ipset-save.js";
import { parseIpvsadmSave } from "../rulesets/ipvs/parse-ipvsadm-save.js";
import type { CapturedNftTable } from "../rulesets/nftables/capture.js";
import { parseNftCommands } from "../rulesets/nftables/parse-commands.js";
import { capturedTable } from "../rulesets/nftables/parse-script.js";
import { sourceFromText } from "../source/source.js";

/** Changes with the side that the golden file was on: the words of a change are about the "actual" side. */
export interface RuleChanges {
  readonly changes: readonly Change[];
  readonly golden: "expected" | "actual";
}

/** The lines of one artifact on both sides. */
export interface ArtifactLines {
  readonly artifact: string;
  readonly golden: readonly string[];
  readonly compiled: readonly string[];
}

/** More characters than this are not read again: the list of lines has to do. */
const MOST_CHARACTERS = 400 << 20;

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function isTooLong(lines: readonly string[]): boolean {
  let characters = 0;
  for (const line of lines) characters += line.length + 1;
  return characters > MOST_CHARACTERS;
}

/** Of mode iptables; undefined when a side cannot be compared. */
export function iptablesChanges({ golden, compiled }: ArtifactLines, family: IPFamily): RuleChanges | undefined {
  if (isTooLong(golden) || isTooLong(compiled)) return undefined;
  const read = (lines: readonly string[]) => readCaptures([sourceFromText("", joined(lines))]);
  const diff = diffIptablesCaptures(read(golden), read(compiled), family);
  return diff.comparison && { changes: diff.changes, golden: "expected" };
}

/** Of mode nftables; undefined when a side holds no table. */
export function nftablesChanges({ golden, compiled }: ArtifactLines): RuleChanges | undefined {
  const [before, after] = [readTable(golden), readTable(compiled)];
  if (!before || !after || before.family !== after.family) return undefined;
  return { changes: compareNftables({ expected: before, actual: after }).changes, golden: "expected" };
}

function readTable(lines: readonly string[]): CapturedNftTable | undefined {
  const table = parseNftCommands(lines).tables.find(({ name }) => name === "kube-proxy");
  return table && capturedTable(table, "");
}

/** Of mode ipvs, whose artifacts make sense together; those that have no golden file are not compared. */
export function ipvsChanges(
  expected: ExpectedIPVS,
  artifacts: readonly ArtifactLines[],
  format: string,
): RuleChanges | undefined {
  const linesOf = (name: string) => artifacts.find(({ artifact }) => artifact === name)?.golden;
  const servers = linesOf("ipvsadm");
  const sets = linesOf("ipset");
  const addresses = linesOf("addresses");
  const rules = linesOf("iptables");
  if ([servers, sets, addresses, rules].some((lines) => lines && isTooLong(lines))) return undefined;
  const capture: IPVSCapture = {
    ...(servers && { virtualServers: parseIpvsadmSave({ file: "", text: joined(servers) }).virtualServers }),
    ...(sets && { sets: parseIpsetSave({ file: "", text: joined(sets) }).sets }),
    ...(addresses && {
      interfaces: [{ name: "kube-ipvs0", addresses: addresses.map((address) => ({ address: address.trim() })) }],
    }),
    ...(rules && { tables: readCaptures([sourceFromText("", joined(rules))]).tables }),
  };
  // iptables-restore text holds no rules of built-in chains.
  const jumps = format === "save" ? expected.jumps : [];
  return { changes: diffIpvs({ ...expected, jumps }, capture).changes, golden: "actual" };
}
