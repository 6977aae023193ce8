import { explain, type ExplainView } from "../../lib/index.js";
import type { Setup } from "./protocol.js";
import { asked } from "./asked.js";

export interface LineQuestion extends Setup {
  readonly service?: string;
  readonly chain?: string;
  readonly rule: string;
}

type Tree = ExplainView["chains"][number]["trees"][number];

/** The sentence of one rule, and what its chain is for; undefined when nothing is known of it. */
export async function explainLine(question: LineQuestion): Promise<string | undefined> {
  const { sources, options } = asked(question);
  const ask = async (target: string) => (await explain(sources, { ...options, target })).view;
  if (question.service !== undefined) {
    const view = await ask(question.service);
    const trees = view?.services.flatMap(({ ports }) => ports.flatMap(({ rules }) => rules)) ?? [];
    const found = sentenceIn(trees, question.rule);
    if (found !== undefined) return found;
  }
  if (question.chain === undefined) return undefined;
  const view = await ask(`chain/${question.chain}`);
  const [chain] = view?.chains ?? [];
  return sentenceIn(chain?.trees ?? [], question.rule) ?? chain?.purpose;
}

function sentenceIn(trees: readonly Tree[], rule: string): string | undefined {
  const work = [...trees];
  for (let tree = work.pop(); tree; tree = work.pop())
    for (const one of tree.rules) {
      if (one.rule === rule) return one.text;
      work.push(...one.chains);
    }
  return undefined;
}
