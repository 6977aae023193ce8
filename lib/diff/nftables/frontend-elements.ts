/** The elements of the maps of frontends: of a large cluster only those of the service ports that differ are looked at. */
import type { NftElement } from "../../rulesets/nftables/types.js";
import type { SetDifference } from "./compare-sets.js";
import type { ExpectedNftTable } from "./expected.js";
import { keyText, labelsOfPaths } from "./paths.js";
import type { Side } from "./side.js";

/** The maps that send traffic to chains, each with the one that refuses it. */
export const MAPS = [
  { forward: "service-ips", refuse: "no-endpoint-services" },
  { forward: "service-nodeports", refuse: "no-endpoint-nodeports" },
] as const;

export const FRONTEND_MAPS: ReadonlySet<string> = new Set(MAPS.flatMap(({ forward, refuse }) => [forward, refuse]));

type ElementsByKey = ReadonlyMap<string, NftElement>;

const NO_ELEMENTS: ElementsByKey = new Map();

export class FrontendElements {
  /** What made the elements of the service ports asked for; undefined where that does not tell. */
  readonly #labels: ReadonlySet<string> | undefined;
  /** By map, in its order. */
  readonly #few = new Map<string, ElementsByKey>();

  /** `side`: that is expected. */
  constructor(
    private readonly side: Side & { readonly table: ExpectedNftTable },
    paths: ReadonlySet<string>,
  ) {
    this.#labels = side.table.alike && labelsOfPaths(paths);
  }

  /** The element of a key, of the first map that has it. */
  get(key: string): NftElement | undefined {
    for (const name of FRONTEND_MAPS) {
      const found = this.#elementIn(name, key);
      if (found) return found;
    }
    return undefined;
  }

  /** The elements of a map, or those of them that may be of the service ports asked for. */
  elementsOf(name: string): ElementsByKey {
    const { table, sets } = this.side;
    if (!this.#labels || !table.alike) return sets.get(name)?.elements ?? NO_ELEMENTS;
    let few = this.#few.get(name);
    if (!few) {
      const elements = table.alike.elementsOfLabels(name, this.#labels);
      this.#few.set(name, (few = new Map(elements.map((element) => [keyText(element), element]))));
    }
    return few;
  }

  /**
   * The same of the other side, on which an element that does not differ is of the service port that it is of here.
   * Refusals are told by comments, too, which are not compared.
   */
  heldElementsOf(name: string, held: Side, differences: readonly SetDifference[]): ElementsByKey {
    const elements = held.sets.get(name)?.elements ?? NO_ELEMENTS;
    if (!this.#labels || !MAPS.some(({ forward }) => forward === name)) return elements;
    const keys = new Set(this.elementsOf(name).keys());
    for (const { name: differing, elements: ones } of differences)
      if (differing === name) for (const { key } of ones) keys.add(key);
    const few = new Map<string, NftElement>();
    for (const [key, element] of elements) if (keys.has(key)) few.set(key, element);
    return few;
  }

  #elementIn(name: string, key: string): NftElement | undefined {
    const known = this.elementsOf(name).get(key);
    if (known || !this.#labels) return known;
    // Of a node port it need not be asked whether an address has it.
    if (this.side.sets.setOf(name)?.keyType.length !== key.split(" . ").length) return undefined;
    return this.side.sets.get(name)?.elements.get(key);
  }
}
