/** Sets and maps that differ, and the elements in which they do. */
import { partsOf } from "../../rulesets/nftables/listed-parts.js";
import { isSameVerdict } from "../../rulesets/nftables/statements/verdict.js";
import type { NftElement, NftSet, NftTable } from "../../rulesets/nftables/types.js";
import type { AlikeObjects } from "./expected.js";
import type { SetIndex } from "./side.js";

export interface ElementDifference {
  readonly set: string;
  readonly key: string;
  readonly expected: NftElement | undefined;
  readonly actual: NftElement | undefined;
  /** Another service wanted the key too, and the node has its element: chance, not drift. */
  readonly rival: boolean;
}

export interface SetDifference {
  readonly name: string;
  /** Undefined when the set is not expected, or not there. */
  readonly expected: NftSet | undefined;
  readonly actual: NftSet | undefined;
  /** Kind, types, timeout or intervals differ, or its size is too small for what is wanted. */
  readonly declaration: boolean;
  readonly elements: readonly ElementDifference[];
}

/** The sets that are not alike. `complete`: sets that are not there are missing, and not merely not captured. */
export function compareSets(expected: SetIndex, actual: SetIndex, complete: boolean): SetDifference[] {
  const differences: SetDifference[] = [];
  const { alike } = expected.table;
  let common = 0;
  const compare = (wanted: NftSet) => {
    const { name } = wanted;
    const held = actual.setOf(name);
    if (held) common++;
    if (!held) {
      if (complete)
        differences.push({
          name,
          expected: wanted,
          actual: undefined,
          declaration: false,
          elements: compareElements(name, elementsOf(expected, wanted), new Map()),
        });
      return;
    }
    const declaration = !isSameDeclaration(wanted, held);
    const there = isLearned(wanted) ? NO_ELEMENTS : elementsOf(actual, held);
    const isSame = isLearned(wanted) || alike?.hasJust(name, there) === true;
    const elements = isSame ? [] : compareElements(name, elementsOf(expected, wanted), there);
    if (declaration || elements.length > 0)
      differences.push({ name, expected: wanted, actual: held, declaration, elements });
  };
  const listed = alike ? countListed(alike, actual.table, (n) => compare(alike.setAt(n))) : 0;
  for (const wanted of (alike?.others ?? expected.table).sets) compare(wanted);
  // Mostly all of them are expected. Of several of one name the last counts.
  const { length } = partsOf(actual.table)?.sets ?? actual.table.sets;
  for (const held of listed + common < length ? actual.table.sets : [])
    if (!expected.setOf(held.name) && actual.setOf(held.name) === held)
      differences.push({ name: held.name, expected: undefined, actual: held, declaration: false, elements: [] });
  return differences;
}

/** How many of the sets a listing has as they should be, without elements; the others are visited. */
function countListed(alike: AlikeObjects, actual: NftTable, visit: (n: number) => void): number {
  const { sets, likes = [] } = partsOf(actual) ?? {};
  const find = sets?.finder();
  let count = 0;
  for (let n = 0; n < alike.length; n++) {
    const like = alike.setLikeAt(n);
    if (!like) continue;
    const place = find && isLearned(like) ? find(alike.rankAt(n), alike.setNameAt(n) + " {\n") : -1;
    if (place >= 0 && isSameDeclaration(like, likes[sets!.markAt(place)]!)) count++;
    else visit(n);
  }
  return count;
}

/** What affinity sets learn at run time is nobody's to compare. */
function isLearned({ timeoutSeconds }: NftSet): boolean {
  return timeoutSeconds !== undefined;
}

function elementsOf(index: SetIndex, { name, elements }: NftSet): ReadonlyMap<string, NftElement> {
  return elements.length === 0 ? NO_ELEMENTS : index.get(name)!.elements;
}

const NO_ELEMENTS: ReadonlyMap<string, NftElement> = new Map();

function isSameDeclaration(a: NftSet, b: NftSet): boolean {
  // That no type is listed is said by the reader.
  if (b.keyType.length === 0) return true;
  return (
    a.kind === b.kind &&
    a.keyType.join() === b.keyType.join() &&
    a.valueType === b.valueType &&
    a.timeoutSeconds === b.timeoutSeconds &&
    a.flags.includes("interval") === b.flags.includes("interval") &&
    holdsAll(a, b)
  );
}

/** The size that nft gives to a set that rules add elements to. */
const DYNAMIC_SIZE = 65535;

/** Whether a set's size leaves room for what is wanted: its elements, or the clients that its rules add. */
function holdsAll(wanted: NftSet, { size }: NftSet): boolean {
  const isDynamic = wanted.timeoutSeconds !== undefined;
  return size === undefined || size >= (isDynamic ? (wanted.size ?? DYNAMIC_SIZE) : wanted.elements.length);
}

function compareElements(
  set: string,
  expected: ReadonlyMap<string, NftElement>,
  actual: ReadonlyMap<string, NftElement>,
): ElementDifference[] {
  const differences: ElementDifference[] = [];
  let common = 0;
  for (const [key, wanted] of expected) {
    const held = actual.get(key);
    if (held) common++;
    if (held && isSameVerdict(held.verdict, wanted.verdict)) continue;
    const rival =
      held !== undefined && (wanted.rivals ?? []).some((other) => isSameVerdict(other.verdict, held.verdict));
    differences.push({ set, key, expected: wanted, actual: held, rival });
  }
  for (const [key, held] of common < actual.size ? actual : [])
    if (!expected.has(key)) differences.push({ set, key, expected: undefined, actual: held, rival: false });
  return differences;
}
