/** What a line of iptables-save, iptables -S or iptables -nvL says, as far as it decides whether the line is kept. */
import type { Reach } from "./reach.js";
import { isOfOnePort, type RuleGraph } from "./rule-graph.js";

const SAVED = /^(?:\[\d+:\d+\] )?(?:-A|-I|--append|--insert) (\S+)/;
const DECLARED = /^(?::|-N )(\S+)/;
const LISTED_CHAIN = /^Chain (\S+) \(/;
/** Starts something that is no rule of the chain above. */
const OTHER_LINE = /^(?:[*#:]|Table|table |COMMIT|create |add |TCP |UDP |SCTP |IP Virtual|Name:|\d+: )/;
const JUMP = /(?: -j| -g| --jump| --goto) (\S+)/;
const DESTINATION = /(! )?(?:-d|--destination) (\S+)/;
const PORTS = /(! )?--(?:dports?|destination-ports?) (! )?(\S+)/;
const LISTED_PORTS = /\bdpts?:(!)?(\S+)|\bmultiport dports (!)?(\S+)/;
const NEW_TARGET = /(?:--to-destination |\bto:)(\S+)/;
const ADDRESS = /^!?(?:\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:.]*|::)(?:\/\S+)?$/;

/** Reads lines in order; a listing's rules belong to the chain named above them. */
export class LineRules {
  #chain: string | undefined;
  #hasListing = false;

  constructor(
    readonly reach: Reach,
    readonly graph: RuleGraph,
  ) {}

  /** Whether a heading of a listing was among the lines. */
  get hasListing(): boolean {
    return this.#hasListing;
  }

  /** The first reading. */
  learn(line: string): void {
    const chain = this.#chainOf(line);
    if (chain === undefined) return;
    this.graph.chain(chain);
    const target = targetOf(line);
    if (isOfOnePort(chain)) {
      if (target !== undefined) this.graph.rule(chain, [target]);
      if (line.includes("/") && this.reach.isNamedIn(line)) this.graph.root(chain);
      return;
    }
    if (!this.#mayBeMet(line, chain)) return;
    if (line.includes("/") && this.reach.isNamedIn(line)) this.#learnFrontend(line);
    if (target !== undefined) this.graph.rule(chain, [target]);
    const [, elsewhere] = NEW_TARGET.exec(line) ?? [];
    if (elsewhere !== undefined) this.reach.addTarget(elsewhere);
  }

  /** The second: whether the line is kept; undefined for a line that is none of iptables'. */
  keeps(line: string): boolean | undefined {
    const declared = DECLARED.exec(line)?.[1];
    if (declared !== undefined) return this.graph.keeps(declared);
    const chain = this.#chainOf(line);
    if (chain === undefined) return undefined;
    return this.graph.keeps(chain) && (isOfOnePort(chain) || this.#mayBeMet(line, chain));
  }

  /** Whether the line is a row of a listing that is not kept, and where it leads. To be asked in the place of `keeps`. */
  leftOut(line: string): string | undefined {
    return this.keeps(line) === false && !LISTED_CHAIN.test(line) && !SAVED.test(line) ? targetOf(line) : undefined;
  }

  #chainOf(line: string): string | undefined {
    const [, saved] = SAVED.exec(line) ?? [];
    if (saved !== undefined) return saved.startsWith("-") ? undefined : saved;
    const [, listed] = LISTED_CHAIN.exec(line) ?? [];
    const before = this.#chain;
    if (listed !== undefined) [this.#chain, this.#hasListing] = [listed, true];
    else if (line.trim() === "" || OTHER_LINE.test(line)) this.#chain = undefined;
    // The empty line behind a chain goes with it.
    return line.trim() === "" ? before : this.#chain;
  }

  #learnFrontend(line: string): void {
    const { destination, ports } = SAVED.test(line) ? savedMatch(line) : listedMatch(line);
    this.reach.learnFrontend(destination, ports);
  }

  #mayBeMet(line: string, chain: string): boolean {
    if (LISTED_CHAIN.test(line)) return true;
    const { destination, ports } = SAVED.test(line) ? savedMatch(line) : listedMatch(line);
    const isMet =
      (destination === undefined || isOfAll(chain, destination, line) || this.reach.mayGoTo(destination)) &&
      (ports === undefined || this.reach.mayHavePort(ports));
    return isMet || (line.includes("/") && this.reach.isNamedIn(line));
  }
}

/** In kube-proxy's own chains what is about one Service has a single address; what is about a network is about all. */
function isOfAll(chain: string, destination: string, line: string): boolean {
  return chain.startsWith("KUBE-") && (/\/(?!32$|128$)/.test(destination) || line.includes("KUBE-NODEPORTS"));
}

function targetOf(line: string): string | undefined {
  if (SAVED.test(line)) return JUMP.exec(line)?.[1];
  if (LISTED_CHAIN.test(line)) return undefined;
  // Counters may be left out, and stand with K, M or G.
  const words = line.trim().split(/\s+/);
  return words.find((word) => !/^\d+[KMGT]?$/.test(word));
}

interface Match {
  readonly destination?: string | undefined;
  readonly ports?: string | undefined;
}

function savedMatch(line: string): Match {
  const [, isNot, destination] = DESTINATION.exec(line) ?? [];
  const [, before, after, ports] = PORTS.exec(line) ?? [];
  return {
    destination: isNot === undefined ? destination : undefined,
    ports: before === undefined && after === undefined ? ports : undefined,
  };
}

function listedMatch(line: string): Match {
  const [, destination] = line.split(/\s+/).filter((word) => ADDRESS.test(word));
  const [, isNot, ports, areNot, several] = LISTED_PORTS.exec(line) ?? [];
  return {
    destination: destination?.startsWith("!") || destination?.endsWith("/0") ? undefined : destination,
    ports: isNot === undefined && areNot === undefined ? (ports ?? several) : undefined,
  };
}
