/** The real iptables programs, both flavours and both families, inside a namespace. */
import type { IPFamily } from "../../net/ip.js";
import type { Namespace } from "./namespace.js";

export type IptablesFlavour = "nft" | "legacy";

export interface IptablesKind {
  readonly flavour: IptablesFlavour;
  readonly family: IPFamily;
}

/** All four: nf_tables and legacy, IPv4 and IPv6. */
const IPTABLES_KINDS: readonly IptablesKind[] = [
  { flavour: "nft", family: "IPv4" },
  { flavour: "nft", family: "IPv6" },
  { flavour: "legacy", family: "IPv4" },
  { flavour: "legacy", family: "IPv6" },
];

/** The programs that `iptables*` functions here may call. */
export const IPTABLES_PROGRAMS: readonly string[] = IPTABLES_KINDS.flatMap((kind) => [
  iptablesProgram(kind),
  iptablesProgram(kind, "restore"),
  iptablesProgram(kind, "save"),
]);

/** e.g. "ip6tables-legacy-restore". */
export function iptablesProgram(kind: IptablesKind, action?: "restore" | "save"): string {
  const base = `${kind.family === "IPv6" ? "ip6tables" : "iptables"}-${kind.flavour}`;
  return action ? `${base}-${action}` : base;
}

/** Loads a whole text, replacing the tables it names. */
export function loadSave(namespace: Namespace, kind: IptablesKind, text: string): void {
  namespace.run(iptablesProgram(kind, "restore"), [], text);
}

/** Loads a text as kube-proxy does: chains it declares are flushed, everything else stays. */
export function loadRestore(namespace: Namespace, kind: IptablesKind, text: string): void {
  namespace.run(iptablesProgram(kind, "restore"), ["--noflush", "--counters"], text);
}

/**
 * Puts jumps into built-in chains. `commands`: lines of the form `iptables -t TABLE -I CHAIN ... -j TARGET`, in the
 * order made; target chains that do not exist yet are created.
 */
export function insertJumps(namespace: Namespace, kind: IptablesKind, commands: string): void {
  const lines = commands.split("\n").filter((line) => line !== "");
  const parsed = lines.map((line) => {
    const [, table, rule] = /^(?:ip6?tables) -t (\w+) (-[IA] .*)$/.exec(line) ?? [];
    if (table === undefined || rule === undefined) throw new Error(`not a jump command: ${line}`);
    return { table, rule, target: rule.slice(rule.lastIndexOf(" ") + 1) };
  });
  for (const table of new Set(parsed.map((jump) => jump.table))) {
    const jumps = parsed.filter((jump) => jump.table === table);
    for (const target of new Set(jumps.map((jump) => jump.target)))
      namespace.try(iptablesProgram(kind), ["-t", table, "-N", target]);
    const text = ["*" + table, ...jumps.map((jump) => jump.rule), "COMMIT", ""].join("\n");
    namespace.run(iptablesProgram(kind, "restore"), ["--noflush"], text);
  }
}

/** What the kernel holds, as the matching `*-save` prints it. */
export function readSave(namespace: Namespace, kind: IptablesKind): string {
  return namespace.run(iptablesProgram(kind, "save"));
}
