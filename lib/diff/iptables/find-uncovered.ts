/** What a capture of iptables rules leaves open, and about which service ports. */
import type { IPFamily } from "../../net/ip.js";
import { BUILT_IN_CHAINS, isCutChain } from "../../rulesets/iptables/capture.js";
import { decides } from "../../rulesets/iptables/order-matters.js";
import { lacksInterfacesOnly } from "../../rulesets/iptables/parse.js";
import { wholeGap, type Gap, type PortName, type Uncovered } from "../coverage.js";
import type { CutServices } from "./cut-services.js";
import { refusedServices } from "./cut-services.js";
import { serviceHash, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { Owners, serviceNameIn } from "./owners.js";
import { Side, type SideTables } from "./side.js";

interface Compared {
  readonly expected: SideTables;
  readonly actual: SideTables;
  readonly family: IPFamily;
  readonly cut: CutServices;
  /** Rules that cannot be read, with their texts. */
  readonly unreadable: readonly { readonly chain: string; readonly text: string }[];
}

/** Table nat decides about every service port, table filter about those that it refuses. */
export function findUncovered({ expected, actual, family, cut, unreadable }: Compared): Uncovered {
  const tool = family === "IPv6" ? "ip6tables" : "iptables";
  const gaps: Gap[] = [];
  const notGiven: string[] = [];
  if (!actual.has("nat")) {
    gaps.push(wholeGap("table-missing", missingTable("nat", tool)));
    notGiven.push(`table nat (${tool}-save)`);
  }
  const side = new Side(expected, family);
  const filtered = memo(() => refusedServices(side, new Owners([side])));
  if (!actual.has("filter")) {
    gaps.push(gapOf("table-missing", missingTable("filter", tool), (hash) => filtered().has(hash)));
    notGiven.push(`table filter (${tool}-save)`);
  }
  for (const table of ["nat", "filter"] as const)
    if (cut.tables.has(table)) {
      const message = `the capture breaks off in table ${table}: capture again with ${tool}-save`;
      if (table === "nat") gaps.push(wholeGap("capture-incomplete", message));
      else gaps.push(gapOf("capture-incomplete", message, (hash) => filtered().has(hash)));
    }
  if (cut.hashes.size > 0) {
    const message = `the capture breaks off before the end of its rules: capture again with ${tool}-save`;
    gaps.push(gapOf("capture-incomplete", message, (hash) => cut.hashes.has(hash)));
  }
  for (const [name, held] of actual)
    if (held.complete === false)
      for (const chain of expected.get(name)?.chains.keys() ?? [])
        if (REFINING.has(chain) && isCutChain(held, chain))
          notGiven.push(`chain ${chain} of table ${name} (${tool}-save)`);
  for (const chain of hiddenWalls(new Side(actual, family)))
    gaps.push(
      gapOf(
        "capture-incomplete",
        `a rule of ${chain} in front of kube-proxy's jumps decides about every packet, or about those of an interface, ` +
          `which a listing without -v does not show: capture again with ${tool}-save`,
        () => true,
      ),
    );
  const lines = unreadableGap(unreadable);
  return { gaps: lines ? [...gaps, lines] : gaps, notGiven };
}

/** Built-in chains in which no packet may get to kube-proxy's jumps, for all that a listing without interfaces shows. */
export function* hiddenWalls(side: Side): Generator<string> {
  for (const [name, { withoutInterfaces }] of side.tables)
    for (const chain of withoutInterfaces === true ? BUILT_IN_CHAINS : []) {
      const rules = side.rulesOf(name, chain);
      const wall = rules.findIndex((rule) => lacksInterfacesOnly(rule) && decides(rule));
      const isJump = ({ target }: KubeRule) => target.kind === "jump" && target.chain.startsWith("KUBE-");
      if (wall >= 0 && rules.slice(wall).some(isJump)) yield `${chain} in table ${name}`;
    }
}

/** Chains that change what becomes of a packet only after its service port is found. */
const REFINING: ReadonlySet<string> = new Set([
  "POSTROUTING",
  "KUBE-POSTROUTING",
  "KUBE-MARK-MASQ",
  "KUBE-FORWARD",
  "KUBE-FIREWALL",
]);

function missingTable(table: string, tool: string): string {
  return `table ${table} is not in the capture: run ${tool}-save, which prints all tables (${tool} -S and -L print one, named by -t ${table})`;
}

function gapOf(reason: Gap["reason"], message: string, has: (hash: string) => boolean): Gap {
  return { reason, message, concerns: (port) => has(hashOf(port)) };
}

function hashOf({ service, port, protocol }: PortName): string {
  return serviceHash(port === "" ? service : `${service}:${port}`, protocol);
}

function memo<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Service ports told by the chain an unreadable rule stands in, or by its comment or target. */
function unreadableGap(unreadable: Compared["unreadable"]): Gap | undefined {
  const hashes = new Set<string>();
  const names = new Set<string>();
  for (const { chain, text } of unreadable) {
    const hash = serviceHashOf(chain) ?? serviceHashOf(/ -[jg] (\S+)/.exec(text)?.[1] ?? "");
    if (hash !== undefined) hashes.add(hash);
    const name = serviceNameIn(/--comment "?([^"]*)/.exec(text)?.[1] ?? "");
    if (name !== undefined) names.add(name);
  }
  if (hashes.size + names.size === 0) return undefined;
  return {
    reason: "line-unreadable",
    message:
      unreadable.length === 1
        ? "a line of its rules cannot be read"
        : `${unreadable.length} lines of rules cannot be read`,
    concerns: (port) =>
      hashes.has(hashOf(port)) || names.has(port.port === "" ? port.service : `${port.service}:${port.port}`),
  };
}
