/** Which chains are kept: those that a kept rule leads to. */
import { serviceChainNames, hashInput } from "../backends/iptables/chain-names.js";
import type { Source } from "../source/source.js";
import type { Reach } from "./reach.js";

/** Chains of one service port or endpoint: their names tell that they are made for it. */
const OF_ONE_PORT =
  /^(?:KUBE-(?:SVC|SVL|FW|EXT|XLB|SEP)-[A-Z2-7]{16}$|(?:service|local|external|firewall|endpoint)-[A-Z2-7]{8}-)/;
const BUILT_IN = /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/;

/** Whether a chain is one service port's or one endpoint's. */
export function isOfOnePort(chain: string): boolean {
  return OF_ONE_PORT.test(chain);
}

/** A first reading of rules says what leads where; then it is known which chains are kept. */
export class RuleGraph {
  readonly #targets = new Map<string, Set<string>>();
  readonly #roots = new Set<string>();
  #kept: ReadonlySet<string> | undefined;
  #hasRoots = false;
  /** Captures with listings of iptables -L, whose headings state how many rules lead to a chain. */
  readonly listings = new Set<Source>();
  /** Rules of mode ipvs, which name sets. */
  hasSetRules = false;

  constructor(readonly reach: Reach) {
    for (const port of reach.servicePorts)
      for (const chain of Object.values(serviceChainNames(hashInput(port)))) this.#roots.add(chain);
  }

  /** A chain that stands somewhere; `isBase`: packets come to it by themselves. */
  chain(name: string, isBase = false): void {
    if (name === "KUBE-IPVS-FILTER" || name === "KUBE-NODE-PORT") this.hasSetRules = true;
    const isBuiltIn = isBase || BUILT_IN.test(name);
    if (isBuiltIn) this.#hasRoots = true;
    if (isBuiltIn || (name.startsWith("KUBE-") && !isOfOnePort(name))) this.#roots.add(name);
    else if (isOfOnePort(name) && this.reach.isNamedIn(name)) this.#roots.add(name);
  }

  /** A rule that may be met, and where it leads. */
  rule(chain: string, targets: Iterable<string>): void {
    for (const target of targets) {
      const known = this.#targets.get(chain);
      if (known) known.add(target);
      else this.#targets.set(chain, new Set([target]));
    }
  }

  /** A chain that is kept whatever leads to it. */
  root(chain: string): void {
    this.#roots.add(chain);
  }

  settle(): void {
    const kept = new Set<string>();
    const open = [...this.#roots];
    for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
      if (kept.has(chain)) continue;
      kept.add(chain);
      open.push(...(this.#targets.get(chain) ?? []));
    }
    this.#kept = kept;
  }

  /** Whether the chain is kept; where no base chain was captured, all but those of other service ports are. */
  keeps(chain: string): boolean {
    return this.#kept!.has(chain) || (!this.#hasRoots && !isOfOnePort(chain));
  }
}
