/** Label sets that miss a selector by one small difference. */
import { nearest } from "../util/nearest.js";
import { quoted } from "../util/quoted.js";
import { CONTROLLER_LABELS } from "./label-sets.js";
import type { LabelSet } from "./types.js";

type Selector = Readonly<Record<string, string>>;

export interface NearMiss {
  readonly set: LabelSet;
  /** How the labels differ from the selector. */
  readonly difference: string;
}

/** Labels that programs put on their own pods while they run: who leads, who is active. */
const SET_AT_RUN_TIME = /role|leader|primary|master|active|standby|sealed|initialized|replica|writable/i;

/** Longer and shorter forms of one name are near too: backend and backend-api; but not shard-1 and shard-2. */
function isNearValue(wanted: string, found: string): boolean {
  if (wanted === "" || found === "" || wanted.replace(/\d/g, "") === found.replace(/\d/g, "")) return false;
  return found.startsWith(wanted) || wanted.startsWith(found) || nearest(wanted, [found]) !== undefined;
}

/** How near, from 1 (a longer name) to 3 (a letter), and in what words; undefined when the labels differ otherwise. */
function nearness(selector: Selector, { labels }: LabelSet): { score: number; difference: string } | undefined {
  const different = Object.keys(selector).filter((key) => !Object.hasOwn(labels, key) || labels[key] !== selector[key]);
  const [key, ...more] = different;
  if (key === undefined || more.length > 0 || CONTROLLER_LABELS.has(key)) return undefined;
  const wanted = selector[key]!;
  const found = Object.hasOwn(labels, key) ? labels[key]! : undefined;
  if (found !== undefined)
    return isNearValue(wanted, found)
      ? {
          score: found.startsWith(wanted) || wanted.startsWith(found) ? 1 : 3,
          difference: `${key} is ${quoted(found)} there, not ${quoted(wanted)}`,
        }
      : undefined;
  const other = Object.keys(labels).find((name) => labels[name] === wanted && !Object.hasOwn(selector, name));
  if (other !== undefined)
    return { score: 2, difference: `${quoted(wanted)} is the value of label ${other} there, not of ${key}` };
  if (Object.keys(selector).length < 2 || SET_AT_RUN_TIME.test(`${key} ${wanted}`)) return undefined;
  return { score: 2, difference: `the label ${key} is missing there` };
}

/** The set that misses the selector by one small difference, the nearest first; `isTaken`: other Services pick it. */
export function findNearMiss(
  selector: Selector,
  sets: readonly LabelSet[],
  isTaken: (set: LabelSet) => boolean,
): NearMiss | undefined {
  let best: (NearMiss & { readonly score: number }) | undefined;
  for (const set of sets) {
    const near = nearness(selector, set);
    if (near && near.score > (best?.score ?? 0) && !isTaken(set)) best = { set, ...near };
  }
  return best;
}
