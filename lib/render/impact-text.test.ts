import { expect, test } from "@jest/globals";
import { IMPACT_KINDS, type ImpactReport } from "../results/impact-report.js";
import { IMPACT_MEANINGS, IMPACT_TITLES } from "./impact-words.js";
import { renderImpactText } from "./impact-text.js";

const side = { sources: ["a.yaml"], services: 1, nodes: 1, endpoints: 1, mode: "iptables", kubeVersion: "1.34" };
const kinds = Object.fromEntries(IMPACT_KINDS.map((kind) => [kind, 1000]));

function reportOfAllKinds(): ImpactReport {
  const changes = IMPACT_KINDS.map((kind) => ({ kind, message: "m", count: 1, frontends: [], details: [] }));
  const summary = { kinds, frontends: 9000, unchanged: 2000 };
  const report = { before: side, after: side, edits: [], changes, summary, endpoints: [], undecided: [], notes: [] };
  const none = { before: 0, after: 0, node: "" };
  const work = { nodes: { removed: [], added: [] }, rules: [], total: none, largeCluster: none };
  return { ...report, ...work } as unknown as ImpactReport;
}

test("headings and the summary keep to the columns, with the same words", () => {
  for (const columns of [40, 60, 80]) {
    const lines = [...renderImpactText(reportOfAllKinds(), { columns, color: false })];
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    const text = lines.join(" ").replaceAll(/\s+/g, " ");
    for (const kind of IMPACT_KINDS) expect(text).toContain(`${IMPACT_TITLES[kind]}: ${IMPACT_MEANINGS[kind]}`);
  }
});
