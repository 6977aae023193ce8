import { expect, test } from "@jest/globals";
import { IMPACT_KINDS, type ImpactKind, type ImpactReport } from "../results/impact-report.js";
import { IMPACT_MEANINGS, IMPACT_TITLES, summaryWords } from "./impact-words.js";
import { renderImpactText } from "./impact-text.js";

const side = { sources: ["a.yaml"], services: 1, nodes: 1, endpoints: 1, mode: "iptables", kubeVersion: "1.34" };
const kinds = Object.fromEntries(IMPACT_KINDS.map((kind) => [kind, 1000])) as Record<ImpactKind, number>;

function reportOfAllKinds(): ImpactReport {
  const changes = IMPACT_KINDS.map((kind) => ({ kind, message: "m", count: 1, frontends: [], details: [] }));
  const summary = { kinds, frontends: 9000, unchanged: 2000, changedBeside: 0 };
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

test("the summary tells that changes stand beside unchanged frontends", () => {
  const report = reportOfAllKinds();
  const summary = { ...report.summary, kinds: { ...kinds, lost: 2 }, unchanged: 6, frontends: 6 };
  const words = (changedBeside: number) => summaryWords({ ...report, summary: { ...summary, changedBeside } });
  expect(words(0)).toMatch(/^2 lost, .*; 6 of 6 frontends unchanged$/);
  expect(words(1)).toMatch(/; 6 of 6 frontends unchanged, 1 place beside them changed$/);
  expect(words(5)).toMatch(/; 6 of 6 frontends unchanged, 5 places beside them changed$/);
});
