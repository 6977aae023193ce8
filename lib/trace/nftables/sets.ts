/** Looking packets up in named sets and verdict maps. */
import type { NftElement, NftSet, Value } from "../../rulesets/nftables/types.js";
import { elementKey, equalsValue, keyOf, type PacketValue } from "./values.js";

/** The element that holds a value, "none", or undefined when that cannot be told. */
export type SetLookup = (value: PacketValue) => NftElement | "none" | undefined;

/** Elements that stand for one value are found by it; intervals are gone through. Built on first use. */
export function prepareSet(set: NftSet): SetLookup {
  let built: { readonly exact: Map<string, NftElement>; readonly others: NftElement[] } | undefined;
  return (value) => {
    built ??= indexElements(set);
    const key = keyOf(value);
    if (key === undefined) return undefined;
    const found = built.exact.get(key);
    if (found) return found;
    let result: "none" | undefined = "none";
    for (const element of built.others) {
      const equal = equalsElement(value, element);
      if (equal === true) return element;
      if (equal === undefined) result = undefined;
    }
    return result;
  };
}

function indexElements(set: NftSet): { exact: Map<string, NftElement>; others: NftElement[] } {
  const exact = new Map<string, NftElement>();
  const others: NftElement[] = [];
  for (const element of set.elements) {
    const key = elementKey(element.key, set.keyType);
    if (key === undefined) others.push(element);
    else exact.set(key, element);
  }
  return { exact, others };
}

function equalsElement(value: PacketValue, { key }: NftElement): boolean | undefined {
  const literals = key.map((part): Value => {
    const text = String(part);
    const dash = text.indexOf("-");
    return dash > 0
      ? { kind: "range", from: text.slice(0, dash), to: text.slice(dash + 1) }
      : { kind: "literal", value: part };
  });
  const [only] = literals;
  const wanted: Value = literals.length === 1 && only ? only : { kind: "concat", parts: literals };
  return equalsValue(value, wanted, () => undefined);
}
