/** Names of kube-proxy's chains that are hashes of names, made anew from the replaced names. */
import { endpointChainName } from "../backends/iptables/chain-names.js";
import type { StandIn } from "./template.js";
import { sha256Base32 } from "../util/sha256-base32.js";

const PROTOCOLS = ["tcp", "udp", "sctp"];
const ENDPOINT_CHAIN = /KUBE-SEP-[A-Z2-7]{16}/g;
/** Where `iptables-save` and `iptables -nvL` say which chain a line is of. */
const CHAIN_OF_LINE = /^(?:\[\d+:\d+\] )?-[AI] (KUBE-\S+)|^Chain (KUBE-\S+)/;
const TARGET = /(?:--to-destination |\bto:)(\S+)/;

/** How a name is replaced. */
export type Rename = (text: string) => string;

/** Learns from every line and Service, then tells the new name of a chain. */
export class ChainMap {
  readonly #ports = new Set<string>();
  /** Of each KUBE-SEP chain, the endpoint it leads to. */
  readonly #targets = new Map<string, string>();
  /** Of each KUBE-SEP chain, the hash of the service port's chain that jumps there. */
  readonly #parents = new Map<string, string>();
  readonly #chains = new Map<string, { made: string }>();
  #chain = "";

  servicePort(name: string): void {
    this.#ports.add(name);
  }

  /** Starts another file. */
  startFile(): void {
    this.#chain = "";
  }

  /** What a line says of where chains lead. */
  line(line: string): void {
    if (!line.includes("KUBE-") && !line.includes("to:")) return;
    const [, appended, listed] = CHAIN_OF_LINE.exec(line) ?? [];
    if (listed !== undefined) this.#chain = listed;
    const chain = appended ?? this.#chain;
    if (chain.startsWith("KUBE-SEP-")) {
      const target = TARGET.exec(line)?.[1];
      if (target !== undefined) this.#targets.set(chain, target);
    } else if (/^KUBE-SV[CL]-/.test(chain))
      for (const [name] of line.matchAll(ENDPOINT_CHAIN)) this.#parents.set(name, chain.slice(9));
  }

  /** Makes the new names. Chains whose names are no hash of anything known get one by their place among these. */
  settle(rename: Rename): void {
    const inputs = [...this.#ports].flatMap((name) => PROTOCOLS.map((protocol) => [name, protocol] as const));
    const byHash = new Map(inputs.map((input) => [sha256Base32(input.join("")), input]));
    const hashes = new Map<string, string>();
    const unknown = () => sha256Base32(`chain ${hashes.size}`);
    for (const chain of [...this.#chains.keys()].sort()) {
      const hash = chain.slice(-16);
      if (!chain.startsWith("KUBE-SEP-")) {
        const input = byHash.get(hash);
        const made = input ? sha256Base32(rename(input[0]) + input[1]) : (hashes.get(hash) ?? unknown());
        hashes.set(hash, made);
        this.#chains.get(chain)!.made = chain.slice(0, -16) + made;
        continue;
      }
      const made = this.#endpointChain(chain, inputs, byHash, rename) ?? `KUBE-SEP-${unknown()}`;
      hashes.set(chain, made);
      this.#chains.get(chain)!.made = made;
    }
  }

  #endpointChain(
    chain: string,
    inputs: readonly (readonly [string, string])[],
    byHash: ReadonlyMap<string, readonly [string, string]>,
    rename: Rename,
  ): string | undefined {
    const target = this.#targets.get(chain);
    if (target === undefined) return undefined;
    const isOf = ([name, protocol]: readonly [string, string]) => endpointChainName(name + protocol, target) === chain;
    const parent = byHash.get(this.#parents.get(chain) ?? "");
    const input = parent && isOf(parent) ? parent : this.#fewEnough(inputs)?.find(isOf);
    return input && endpointChainName(rename(input[0]) + input[1], rename(target));
  }

  /** Trying every service port with every chain is for small inputs. */
  #fewEnough<T>(inputs: readonly T[]): readonly T[] | undefined {
    return inputs.length * this.#targets.size < 2_000_000 ? inputs : undefined;
  }

  /** What stands for a chain; its own name before `settle`. */
  standIn(chain: string): StandIn {
    const known = this.#chains.get(chain);
    if (known) return known;
    const made = { made: chain };
    this.#chains.set(chain, made);
    return made;
  }
}
