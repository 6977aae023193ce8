/** The rules of each chain of a listing: of most only where they stand in its text, until somebody asks for them. */
import type { ChainRules } from "./capture.js";
import type { ListedBlocks } from "./listed-blocks.js";
import { ListedRule } from "./listed-rule.js";
import type { NftChain, NftRule } from "./types.js";

export const HANDLE = " # handle ";
const INDENTATION = 2;

/** The lines kept with a chain are rules as every nft prints them, each with two tabs in front and its line feed behind. */
export class ListedRules implements ChainRules {
  readonly #made = new Map<number, readonly NftRule[]>();
  readonly placeOf: NonNullable<ChainRules["placeOf"]>;

  /** `chains`: whose rules they are. */
  constructor(private readonly chains: ListedBlocks<NftChain>) {
    this.placeOf = { get: (name) => chains.placeOf(name) };
  }

  get length(): number {
    return this.chains.length;
  }

  /** The rules of the chain at a place that was added without lines. */
  set(place: number, rules: readonly NftRule[]): void {
    this.#made.set(place, rules);
  }

  at(place: number): readonly NftRule[] | undefined {
    const made = this.#made.get(place);
    const chain = made ? undefined : this.chains.at(place);
    if (made || !chain) return made;
    const rules = readRules(chain, this.chains.linesAt(place)!);
    this.#made.set(place, rules);
    return rules;
  }

  textAt(place: number): string | undefined {
    return this.chains.linesAt(place);
  }
}

function readRules({ name, line = 0 }: NftChain, lines: string): NftRule[] {
  const rules: NftRule[] = [];
  for (let at = 0; at < lines.length;) {
    const stop = lines.indexOf("\n", at);
    rules.push(listedRule(name, lines.slice(at + INDENTATION, stop), line + rules.length + 1)!);
    at = stop + 1;
  }
  return rules;
}

/** A rule from its line without indentation; undefined when something else than a number stands behind "# handle". */
export function listedRule(chain: string, line: string, number: number): ListedRule | undefined {
  const at = line.lastIndexOf(HANDLE);
  if (at <= 0) return new ListedRule(chain, line, number, undefined);
  const handle = Number(line.slice(at + HANDLE.length));
  return Number.isInteger(handle) ? new ListedRule(chain, line.slice(0, at), number, handle) : undefined;
}
