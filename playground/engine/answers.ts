/** Every question the page may ask, by name. */
import { check } from "./check.js";
import { explainLine } from "./explain-line.js";
import { endpoints } from "./endpoints.js";
import { impact } from "./impact.js";
import { inventory } from "./inventory.js";
import { dns } from "./names.js";
import { diff, doctor, trace } from "./questions.js";
import { persistence } from "./persistence.js";
import { linesOfRules, rules } from "./rules.js";
import { sortFiles } from "./sort-files.js";
import { unpack } from "./unpack.js";

export const ANSWERS = {
  check,
  rules,
  linesOfRules,
  explainLine,
  inventory,
  endpoints,
  trace,
  diff,
  doctor,
  dns,
  impact,
  persistence,
  sortFiles,
  unpack,
} as const;

export type Answers = typeof ANSWERS;
export type QuestionName = keyof Answers;
export type QuestionFor<N extends QuestionName> = Parameters<Answers[N]>[0];
export type AnswerTo<N extends QuestionName> = Awaited<ReturnType<Answers[N]>>;
