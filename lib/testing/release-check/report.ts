/** What `npm run check:release` prints. */
import { GATES, type GateId } from "../../config/feature-gates.js";
import type { ReleaseChange, ReleaseExplanation, UnexplainedText } from "./explain-release.js";
import { lineMaker } from "./line-maker.js";

/** Differing lines shown of one text. */
const SHOWN = 3;

/** `usersOf`: the files that ask a feature, for the place where its lines are made. */
export function releaseReport(
  minor: number,
  { changes, explained, unexplained }: ReleaseExplanation,
  texts: number,
  usersOf: (feature: string) => readonly string[],
): string[] {
  const lines = [`1.${minor}: ${texts} texts, ${explained} that differ from 1.${minor - 1} are explained`];
  for (const change of changes) {
    lines.push(`  ${change.kind} ${nameOf(change)}: ${String(change.value)}`);
    for (const file of usersOf(change.name)) lines.push(`    ${file}`);
  }
  if (unexplained.length > 0) return [...lines, ...unexplained.flatMap(unexplainedLines)];
  return [...lines, "", ...rowLines(minor, changes)];
}

const nameOf = ({ kind, name }: ReleaseChange) => (kind === "gate" ? GATES[name as GateId].name : name);

function unexplainedLines({ text, missing, surplus }: UnexplainedText): string[] {
  const files = new Set([...missing, ...surplus].map((line) => lineMaker(text.mode, line)));
  return [
    `unexplained: ${text.caseName} ${text.mode} ${text.artifact}, made in ${[...files].sort().join(", ") || "another order"}`,
    ...missing.slice(0, SHOWN).map((line) => `  recorded ${line}`),
    ...surplus.slice(0, SHOWN).map((line) => `  compiled ${line}`),
  ];
}

/** The entry of lib/config/feature-rows.ts, and those of lib/config/feature-gates.ts. */
function rowLines(minor: number, changes: readonly ReleaseChange[]): string[] {
  const features = changes.flatMap(({ kind, name, value }) =>
    kind === "feature" ? [`${name}: ${String(value)}`] : [],
  );
  const gates = changes.filter(({ kind }) => kind === "gate");
  return [
    "to add at the end of RELEASE_ROWS in lib/config/feature-rows.ts:",
    `  { minor: ${minor}, changes: { ${features.join(", ")}${features.length > 0 ? " " : ""}} },`,
    ...gates.flatMap((change) => [
      `to add to the defaults of ${change.name} in lib/config/feature-gates.ts:`,
      `  { since: ${minor}, on: ${String(change.value)} },`,
    ]),
  ];
}
