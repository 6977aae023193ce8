/**
 * One copy of what many objects have in common: node names, labels of pods of one owner, their containers. Lists of a
 * million pods would not fit in memory otherwise, and what is not kept need not be collected as garbage.
 */
import { isSameContent } from "./same-content.js";

/** More different texts or values than this are not remembered. */
const MOST = 100_000;

export interface Pool {
  /** Only what rules are made of is kept: what explains a pod or names an endpoint is dropped. */
  readonly rulesOnly: boolean;
  /** An equal string seen before, or this one. */
  text(text: string): string;
  /** An equal value seen last under the same slot and key, or this one. Values are not to be changed afterwards. */
  value<T extends object | undefined>(slot: string, key: string, value: T): T;
}

export function createPool(rulesOnly = false): Pool {
  const texts = new Map<string, string>();
  const slots = new Map<string, Map<string, object>>();
  return {
    rulesOnly,
    text(text) {
      const known = texts.get(text);
      if (known !== undefined) return known;
      if (texts.size < MOST) texts.set(text, text);
      return text;
    },
    value(slot, key, value) {
      if (value === undefined) return value;
      let values = slots.get(slot);
      if (!values) slots.set(slot, (values = new Map<string, object>()));
      const known = values.get(key);
      if (known !== undefined && isSameContent(known, value)) return known as typeof value;
      if (values.size < MOST || known !== undefined) values.set(key, value);
      return value;
    },
  };
}
