/** Endpoints' chains in the order of their names, from what is read one after the other. */
import { endpointChain, type ChainOwner } from "../backends/iptables/index.js";
import type { EndpointChains } from "../backends/iptables/endpoint-chains.js";
import { hashHalf, KUBE_SEP_TEXT, nameOfHalves } from "../backends/iptables/chain-names.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { ipv4Of, NAME, TARGET, type Pattern } from "../rulesets/iptables/chain-pattern.js";
import { orderOfRanks } from "../util/order-of-ranks.js";
import type { ChainTexts } from "./iptables-chain-texts.js";

/** Numbers of a row: the halves of the hash in the chain's name, and its kind and address in one. */
const WIDTH = 3;
/** Addresses, and indexes of those that are no number. */
const ADDRESSES = 2 ** 32;

/** A text that only names and addresses are filled into; `texts` stand around them, one more than there are gaps. */
interface Kind {
  readonly texts: readonly string[];
  readonly isName: readonly boolean[];
}

/**
 * Collects chains. What is filled into the text of each is kept as numbers, which are put in order themselves: names and
 * addresses, looked up in the order of hashes, are a chance place of memory each, and waiting for these took a third of
 * the time of printing.
 */
export class ChainRows {
  readonly #rows: number[] = [];
  readonly #kinds: Kind[] = [];
  readonly #indexes = new Map<string, number>();
  /** Addresses of IPv6. */
  readonly #ips: string[] = [];

  constructor(
    private readonly texts: ChainTexts,
    private readonly family: IPFamily,
  ) {}

  /** Takes the chains of a service port's endpoints; gives the indexes of those whose rules have to be printed. */
  add(owner: ChainOwner, endpoints: EndpointChains): number[] {
    const { ips, chains, targets } = endpoints;
    const kind = targets ? -1 : this.#kindOf(owner, endpoints);
    const left: number[] = [];
    for (let i = 0; i < chains.length; i++) if (kind < 0 || !this.#take(chains[i]!, ips[i]!, kind)) left.push(i);
    return left;
  }

  #take(name: string, ip: string, kind: number): boolean {
    const first = hashHalf(name, 0);
    const second = hashHalf(name, 1);
    const address = this.#addressOf(ip);
    if (first < 0 || second < 0 || address < 0) return false;
    this.#rows.push(first, second, kind * ADDRESSES + address);
    return true;
  }

  inOrder(): ChainsInOrder {
    return new ChainsInOrder(rowsInOrder(this.#rows), this.#kinds, this.family === "IPv6" ? this.#ips : undefined);
  }

  /** -1 where chains of the same sort are not alike. */
  #kindOf(owner: ChainOwner, endpoints: EndpointChains): number {
    if (owner.alike === undefined || endpoints.ips.length === 0) return -1;
    const key = `${owner.port} ${owner.alike}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      const chain = endpointChain(owner, endpoints, endpoints.chains, 0);
      index = this.#kinds.push(kindOf(this.texts.sharedPattern(chain, owner.alike), owner.port, this.family)) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }

  /** -1 where the address is not printed as it is. */
  #addressOf(ip: string): number {
    if (this.family === "IPv4") return ipv4Of(ip);
    return ip.includes(":") && canonicalIP(ip) === ip ? this.#ips.push(ip) - 1 : -1;
  }
}

/** The pattern with the port of all filled in. */
function kindOf({ texts, gaps }: Pattern, port: number, family: IPFamily): Kind {
  const filled = [...texts];
  for (const [i, gap] of gaps.entries()) {
    if (gap !== TARGET) continue;
    if (family === "IPv6") filled[i] += "[";
    filled[i + 1] = `${family === "IPv6" ? "]" : ""}:${port}${filled[i + 1]!}`;
  }
  return { texts: filled, isName: gaps.map((gap) => gap === NAME) };
}

function rowsInOrder(rows: readonly number[]): Float64Array {
  const firsts = new Float64Array(rows.length / WIDTH);
  for (let n = 0; n < firsts.length; n++) firsts[n] = rows[WIDTH * n]!;
  const full = (a: number, b: number) =>
    rows[WIDTH * a]! - rows[WIDTH * b]! || rows[WIDTH * a + 1]! - rows[WIDTH * b + 1]! || a - b;
  const order = orderOfRanks(firsts, full);
  const sorted = new Float64Array(rows.length);
  for (let n = 0; n < order.length; n++) {
    const from = WIDTH * order[n]!;
    for (let i = 0; i < WIDTH; i++) sorted[WIDTH * n + i] = rows[from + i]!;
  }
  return sorted;
}

/** Index `n` is that of a chain in the order of names. */
export class ChainsInOrder {
  readonly length: number;
  readonly #octets = Array.from({ length: 256 }, (_, octet) => String(octet));
  readonly #octetsBefore = this.#octets.map((octet) => octet + ".");

  constructor(
    private readonly rows: Float64Array,
    private readonly kinds: readonly Kind[],
    /** Undefined where addresses are numbers. */
    private readonly ips: readonly string[] | undefined,
  ) {
    this.length = rows.length / WIDTH;
  }

  nameAt(n: number): string {
    return nameOfHalves(this.rows[WIDTH * n]!, this.rows[WIDTH * n + 1]!);
  }

  /** The chain's rules, one a line, the last without its newline. */
  textAt(n: number): string {
    const place = this.rows[WIDTH * n + 2]!;
    const kind = Math.floor(place / ADDRESSES);
    const { texts, isName } = this.kinds[kind]!;
    const name = this.nameAt(n);
    const ip = this.#ipOf(place - kind * ADDRESSES);
    let text = texts[0]!;
    for (let i = 0; i < isName.length; i++) text += (isName[i] ? name : ip) + texts[i + 1]!;
    return text;
  }

  namesOf(from: number, to: number): string[] {
    const names: string[] = [];
    for (let n = from; n < to; n++) names.push(this.nameAt(n));
    return names;
  }

  /** The texts of chains, one or more. */
  textOf(from: number, to: number): string {
    let text = this.textAt(from);
    for (let n = from + 1; n < to; n++) text += "\n" + this.textAt(n);
    return text;
  }

  /** How many come before a name. */
  countBelow(name: string): number {
    if (!name.startsWith(KUBE_SEP_TEXT)) return name < KUBE_SEP_TEXT ? 0 : this.length;
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.nameAt(middle) < name) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #ipOf(address: number): string {
    if (this.ips) return this.ips[address]!;
    const [octets, before] = [this.#octets, this.#octetsBefore];
    return (
      before[address >>> 24]! +
      before[(address >>> 16) & 255]! +
      before[(address >>> 8) & 255]! +
      octets[address & 255]!
    );
  }
}
