/** Replacements of addresses that keep which network holds which. */
import type { IPAddress } from "../net/ip.js";
import { FamilyMap } from "./family-map.js";
import { IPV4, IPV6 } from "./place-addresses.js";
import type { StandIn } from "./template.js";

/**
 * Two addresses share as many leading bits after it as before, so a network goes to a network of the same length that
 * holds the same members, in the same order. Only where the input has addresses on both sides of a bit is the bit kept;
 * all others are made from what was given out before, and say nothing of the original.
 */
export class AddressMap {
  readonly #ipv4 = new FamilyMap(IPV4);
  readonly #ipv6 = new FamilyMap(IPV6);

  /** The address in its place with `behind` behind it; its own before `settle`. `prefix`: bits of its network. */
  standIn({ family, value, text }: IPAddress, prefix: number, behind = ""): StandIn {
    if (family === "IPv4") return this.#ipv4.standIn(Number(value), text, prefix, behind);
    return this.#ipv6.standIn(value, text, prefix, behind);
  }

  /** As `standIn`, of an IPv4 address by its number, with its text. */
  ipv4(number: number, text: string): StandIn {
    return this.#ipv4.standIn(number, text, 32, "");
  }

  /** As `ipv4`, of an address that is known. */
  knownIPv4(number: number): StandIn | undefined {
    return this.#ipv4.known(number);
  }

  settle(): void {
    this.#ipv4.settle();
    this.#ipv6.settle();
  }

  /** Whether the text is an address of the input that must not be in the output. */
  isSecret({ family, value }: IPAddress): boolean {
    return family === "IPv4" ? this.#ipv4.isSecret(Number(value)) : this.#ipv6.isSecret(value);
  }

  /** The IPv4 ones of these, as 32-bit numbers. */
  secretIPv4(): Iterable<number> {
    return this.#ipv4.secrets();
  }

  /** How many there are with a replacement. */
  get count(): number {
    return this.#ipv4.count + this.#ipv6.count;
  }

  /** Each address with its replacement, sorted. */
  entries(): [string, string][] {
    return [...this.#ipv4.entries(), ...this.#ipv6.entries()];
  }
}
