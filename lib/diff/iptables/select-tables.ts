/** The captured tables that are compared, and what is said about the others. */
import { filledNames, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { capturedTwice, differentVariants, isListingOf, sameRules } from "../../rulesets/iptables/compare-tables.js";
import { unknownTable } from "../../rulesets/iptables/parse.js";
import type { Captures } from "../../rulesets/iptables/capture.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPFamily } from "../../net/ip.js";
import type { Change } from "../types.js";
import { isEndpointChain, serviceHashOf } from "./kube-chains.js";
import { otherProxiesIn } from "./other-proxies.js";
import type { SideTable, SideTables } from "./side.js";

export interface SelectedTables {
  readonly tables: SideTables;
  readonly assumptions: readonly string[];
  /** Rules of kube-proxy in the other variant of iptables. */
  readonly changes: readonly Change[];
  readonly diagnostics: readonly Diagnostic[];
}

const COMPARED: readonly TableName[] = ["filter", "nat"];

/** Picks the tables filter and nat of a family. An error among the diagnostics means that nothing can be compared. */
export function selectTables(captures: Captures, family: IPFamily): SelectedTables {
  const tables = new Map<TableName, SideTable>();
  const assumptions: string[] = [];
  const changes: Change[] = [];
  const diagnostics: Diagnostic[] = captures.tables.filter((table) => !table.name).map(unknownTable);
  for (const name of COMPARED) {
    const [chosen, ...others] = candidatesOf(captures, name, family);
    if (!chosen) continue;
    tables.set(name, sideTableOf(chosen, name));
    for (const other of others) {
      if (differentVariants(chosen, other)) {
        changes.push(...otherVariant(chosen, other));
      } else if (!sameRules(chosen, other) && !isListingOf(other, chosen))
        diagnostics.push(capturedTwice(chosen, other));
    }
  }
  for (const { text } of captures.warnings) assumptions.push(`the capture says: ${text.replace(/^#\s*/, "")}`);
  diagnostics.push(...uncomparable(captures, tables, family));
  return { tables, assumptions, changes, diagnostics };
}

/** Tables in which kube-proxy has no rules, and others may refuse what is meant for services. */
export function otherTables(captures: Captures, family: IPFamily): SideTables {
  const tables = new Map<TableName, SideTable>();
  for (const name of ["raw", "mangle", "security"] as const) {
    const [chosen] = candidatesOf(captures, name, family);
    if (chosen) tables.set(name, sideTableOf(chosen, name));
  }
  return tables;
}

/** Tables of the other variant of iptables: the kernel has packets meet both, and what one of them refuses is lost. */
export function tablesOfOtherVariant(captures: Captures, family: IPFamily): CapturedTable[] {
  return (["filter", "mangle", "security", "raw"] as const).flatMap((name) => {
    const [chosen, ...others] = candidatesOf(captures, name, family);
    const other = chosen && others.find((table) => differentVariants(chosen, table) && !table.withoutInterfaces);
    return other ? [other] : [];
  });
}

/** The captured tables of a name and family, the one that says most first. */
function candidatesOf(captures: Captures, name: TableName, family: IPFamily): CapturedTable[] {
  const candidates = captures.tables.filter(
    // Names in place of numbers are not compared by guess; the reader says so.
    (table) => table.name === name && !table.hasNames && (table.family === family || table.family === "unknown"),
  );
  return candidates.sort((a, b) => rank(b) - rank(a));
}

/** None of a table of which nothing tells the name. */
export function namedSideTable(table: CapturedTable): SideTable[] {
  return table.name === undefined ? [] : [sideTableOf(table, table.name)];
}

export function sideTableOf(table: CapturedTable, name: TableName): SideTable {
  return {
    name,
    chains: table.chains,
    file: table.file,
    cutChains: table.cutChains,
    complete: table.complete,
    ...(table.withoutInterfaces && { withoutInterfaces: true }),
    ...(table.mayLackRules && { mayLackRules: table.mayLackRules }),
  };
}

/** More of kube-proxy's chains first, then whole tables, then the forms that say most, then nf_tables. */
function rank(table: CapturedTable): number {
  const forms = { save: 2, commands: 1, listing: 0 };
  const variants = { nft: 1, unknown: 0, legacy: 0 };
  const kube = countKubeChains(table);
  return kube * 100 + (table.complete ? 50 : 0) + forms[table.form] * 10 + variants[table.variant];
}

function countKubeChains(table: CapturedTable): number {
  let count = 0;
  for (const name of filledNames(table.chains))
    if (serviceHashOf(name) !== undefined || name === "KUBE-SERVICES" || isEndpointChain(name)) count++;
  return count;
}

/** The change when a table of the other variant holds rules of kube-proxy, too. */
export function otherVariant(chosen: CapturedTable, other: CapturedTable): Change[] {
  if (countKubeChains(other) === 0) return [];
  return [
    {
      kind: "leftover-chain",
      severity: "error",
      chain: "KUBE-SERVICES",
      message:
        `table ${other.name} of iptables-${other.variant} holds rules of kube-proxy too, beside those of ` +
        `iptables-${chosen.variant}: packets meet both`,
      expected: [],
      actual: (other.chains.get("KUBE-SERVICES")?.texts ?? []).slice(0, 20),
      at: { file: other.file, line: other.startLine },
    },
  ];
}

/** Why there is nothing to compare, when there is nothing. */
function uncomparable(captures: Captures, tables: SideTables, family: IPFamily): Diagnostic[] {
  return tables.size === 0 ? withoutTables(captures, family) : withoutKubeChains(captures, tables);
}

function withoutTables({ tables, otherTools }: Captures, family: IPFamily): Diagnostic[] {
  // Tables with names in place of addresses, and rules of no known table, are told one by one.
  if (tables.some(({ hasNames, name }) => hasNames || name === undefined)) return [];
  const other = tables.find((table) => table.family !== "unknown" && table.family !== family);
  if (other) return [otherFamily(other, family)];
  const [first] = tables;
  const [tool] = otherTools;
  if (tool && !first) return [otherTool(tool)];
  return first
    ? [
        {
          code: "capture-no-kube-chains",
          severity: "error",
          message: "the capture holds neither table nat nor table filter",
          at: { file: first.file, line: first.startLine },
        },
      ]
    : [];
}

function otherFamily(captured: CapturedTable, family: IPFamily): Diagnostic {
  return {
    code: "capture-other-family",
    severity: "error",
    message: `the capture holds rules of ${captured.family}, and ${family} is compared`,
    at: { file: captured.file, line: captured.startLine },
    notes: [`choose the family with --ip-family ${captured.family.toLowerCase()}`],
  };
}

function otherTool({ tool, file, line }: Captures["otherTools"][number]): Diagnostic {
  const kept = "rules that iptables keeps in nftables (table ip nat) are shown by iptables-save, too";
  return {
    code: "capture-of-another-tool",
    severity: "error",
    message: `this is output of ${tool}, not of iptables`,
    at: { file, line },
    notes: [
      "mode iptables compares iptables-save, iptables -S or iptables -nvL; choose another mode with --mode",
      ...(tool === "nft" ? [kept] : []),
    ],
  };
}

function withoutKubeChains(captures: Captures, tables: SideTables): Diagnostic[] {
  const [first] = captures.tables;
  for (const { chains } of tables.values()) {
    if (chains.has("KUBE-SERVICES") || chains.has("KUBE-MARK-MASQ")) return [];
    for (const chain of chains.keys()) if (serviceHashOf(chain) !== undefined) return [];
  }
  // That a capture is of one chain alone is told by its reader.
  if ([...tables.values()].every(({ complete, chains }) => complete === false && chains.size === 1)) return [];
  const others = otherProxiesIn(captures.tables);
  return [
    {
      code: "capture-no-kube-chains",
      severity: "error",
      message:
        "the capture holds no chain of kube-proxy: it does not run in iptables mode here, or its rules were flushed",
      ...(first && { at: { file: first.file, line: first.startLine } }),
      notes: others.map(({ proxy, chain }) => `chain ${chain} belongs to ${proxy}, which can take kube-proxy's place`),
    },
  ];
}
