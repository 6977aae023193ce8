/** Changes as a page has them, worst first as everywhere. */
import { harmRank } from "../../diff/harm-of.js";
import type { Change, DiffReport } from "../../diff/types.js";
import { groupBy } from "../../util/group-by.js";
import { nameOf } from "../diff-fold.js";
import { effectSentence } from "../diff-verdict.js";
import type { PageChange, PageEffect } from "./page-data.js";

/** Rules shown of each side of a change. */
const MOST_RULES = 12;

export function pageChange(change: Change): PageChange {
  const { kind, severity, message, expected, actual, endpoint, frontend, chain, at } = change;
  return {
    kind,
    severity,
    harm: harmRank(change),
    message,
    expected: fewOf(expected),
    actual: fewOf(actual),
    ...(endpoint !== undefined && { endpoint }),
    ...(frontend !== undefined && { frontend }),
    ...(chain !== undefined && { chain }),
    ...(at && { at: `${at.file}:${at.line}` }),
  };
}

function fewOf(rules: readonly string[]): readonly string[] {
  const more = rules.length - MOST_RULES;
  return more > 0 ? [...rules.slice(0, MOST_RULES), `... and ${more} more`] : rules;
}

/** A sentence for each service that differs, in the order of the report. */
export function effectsOf({ changes, between }: DiffReport): PageEffect[] {
  return Array.from(
    groupBy(changes, (change) => change.service),
    ([service, own]) => ({
      service: service ?? "",
      harm: Math.min(...own.map(harmRank)),
      effect: between === "captures" ? `${nameOf(service)} changed` : effectSentence(service, own),
    }),
  );
}
