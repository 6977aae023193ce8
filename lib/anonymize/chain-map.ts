/** Names of kube-proxy's chains that are hashes of names, made anew from the replaced names. */
import { endpointChainName } from "../backends/iptables/chain-names.js";
import { fill, type StandIn } from "./template.js";
import { sha256Base32 } from "../util/sha256-base32.js";

const PROTOCOLS = ["tcp", "udp", "sctp"];
const ENDPOINT_CHAIN = /KUBE-SEP-[A-Z2-7]{16}/g;
const ONE_ENDPOINT_CHAIN = /^KUBE-SEP-[A-Z2-7]{16}$/;
/** Where `iptables-save` and `iptables -nvL` say which chain a line is of. */
const CHAIN_OF_LINE = /^(?:\[\d+:\d+\] )?-[AI] (KUBE-\S+)|^Chain (KUBE-\S+)/;
const TARGET = /(?:--to-destination |\bto:)(\S+)/;

/** How a name is replaced. */
export type Rename = (text: string) => string;

/** What a hash starts from. */
interface Input {
  readonly servicePort: string;
  readonly protocol: string;
  /** Of the replaced name; undefined while nobody asked for it. */
  renamed: { readonly text: string; readonly hash: string } | undefined;
}

/** A chain, and what stands in its place. */
export interface Chain extends StandIn {
  readonly name: string;
  made: string;
  /** Of a KUBE-SEP chain, the endpoint it leads to: as it is written, or an address and what is behind it. */
  target: string | readonly [StandIn, string] | undefined;
  /** Of a KUBE-SEP chain, the service port's chain that jumps there. */
  parent: string | undefined;
  /** The chain met for the first time after this one; a capture's rules are mostly in the order of its chains. */
  following: Chain | undefined;
  /** What the name is a hash of; undefined where that is not known. */
  input: Input | undefined;
}

/** Learns from every line and Service, then tells the new name of a chain. */
export class ChainMap {
  readonly #ports = new Set<string>();
  readonly #chains = new Map<string, Chain>();
  #newest: Chain | undefined;
  #chain = "";

  servicePort(name: string): void {
    this.#ports.add(name);
  }

  /** Starts another file. */
  startFile(): void {
    this.#chain = "";
  }

  /** Whether lines are rules of a chain that a line before them named. */
  get isListing(): boolean {
    return this.#chain !== "";
  }

  /** What a line says of where chains lead. */
  line(line: string): void {
    if (!line.includes("KUBE-") && !line.includes("to:")) return;
    const [, appended, listed] = CHAIN_OF_LINE.exec(line) ?? [];
    if (listed !== undefined) this.#chain = listed;
    const chain = appended ?? this.#chain;
    if (ONE_ENDPOINT_CHAIN.test(chain)) {
      const target = TARGET.exec(line)?.[1];
      if (target !== undefined) this.chain(chain).target = target;
    } else if (/^KUBE-SV[CL]-/.test(chain))
      for (const [name] of line.matchAll(ENDPOINT_CHAIN)) this.chain(name).parent = chain;
  }

  /** Finds out what names are hashes of; before names are replaced. */
  recognise(): void {
    const inputs = [...this.#ports].flatMap((servicePort) =>
      PROTOCOLS.map((protocol): Input => ({ servicePort, protocol, renamed: undefined })),
    );
    const byHash = new Map(inputs.map((input) => [sha256Base32(input.servicePort + input.protocol), input]));
    const targets = [...this.#chains.values()].filter(({ target }) => target !== undefined).length;
    // Trying every service port with every chain is for small inputs.
    const others = inputs.length * targets < 2_000_000 ? inputs : [];
    for (const chain of this.#chains.values())
      chain.input = isOfEndpoint(chain) ? inputOf(chain, byHash, others) : byHash.get(chain.name.slice(-16));
  }

  /** Makes the new names. Chains whose names are no hash of anything known get one by their place among these. */
  settle(rename: Rename): void {
    const hashes = new Map<string, string>();
    let endpointChains = 0;
    const unknown = () => sha256Base32(`chain ${hashes.size + endpointChains}`);
    for (const name of [...this.#chains.keys()].sort()) {
      const chain = this.#chains.get(name)!;
      const { input } = chain;
      if (isOfEndpoint(chain)) {
        const target = typeof chain.target === "string" ? rename(chain.target) : fill(chain.target ?? "");
        chain.made = input ? endpointChainName(renamed(input, rename).text, target) : `KUBE-SEP-${unknown()}`;
        endpointChains++;
        continue;
      }
      const hash = name.slice(-16);
      const made = input ? renamed(input, rename).hash : (hashes.get(hash) ?? unknown());
      hashes.set(hash, made);
      chain.made = name.slice(0, -16) + made;
    }
  }

  /** A chain that is known already. */
  known(name: string): Chain | undefined {
    return this.#chains.get(name);
  }

  /** The chain of a name, and what stands for it: its own name before `settle`. */
  chain(name: string): Chain {
    const known = this.#chains.get(name);
    if (known) return known;
    const made: Chain = {
      ...{ name, made: name, piece: undefined },
      ...{ target: undefined, parent: undefined, following: undefined, input: undefined },
    };
    this.#chains.set(name, made);
    if (this.#newest) this.#newest.following = made;
    this.#newest = made;
    return made;
  }
}

function isOfEndpoint({ name }: Chain): boolean {
  return name.startsWith("KUBE-SEP-");
}

function inputOf(
  { name, target, parent }: Chain,
  byHash: ReadonlyMap<string, Input>,
  others: readonly Input[],
): Input | undefined {
  if (target === undefined) return undefined;
  const text = typeof target === "string" ? target : fill(target);
  const isOf = ({ servicePort, protocol }: Input) => endpointChainName(servicePort + protocol, text) === name;
  const input = byHash.get(parent?.slice(9) ?? "");
  return input && isOf(input) ? input : others.find(isOf);
}

function renamed(input: Input, rename: Rename): { readonly text: string; readonly hash: string } {
  if (input.renamed) return input.renamed;
  const text = rename(input.servicePort) + input.protocol;
  return (input.renamed = { text, hash: sha256Base32(text) });
}
