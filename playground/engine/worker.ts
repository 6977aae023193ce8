/** The engine's thread: questions in, answers out, one after the other. */
import "./started.js";
import { firstState, rulesQuestion } from "../page/first-state.js";
import { ANSWERS, type QuestionName } from "./answers.js";

interface Request {
  readonly id: number;
  readonly name: QuestionName;
  readonly question: unknown;
}

const port = self as unknown as {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(message: unknown): void;
};

async function answer({ id, name, question }: Request): Promise<void> {
  try {
    const run = ANSWERS[name] as (question: unknown) => unknown;
    port.postMessage({ id, answer: await run(question) });
  } catch (error) {
    port.postMessage({ id, failure: error instanceof Error ? error.message : "the engine failed" });
  }
}

/** What the page shows first is answered before it asks, as number 0. */
async function answerFirst(): Promise<void> {
  const state = firstState(location.hash);
  if (state.tab === "rules") await answer({ id: 0, name: "rules", question: rulesQuestion(state) });
  else port.postMessage({ id: 0, failure: "not asked" });
}

let last = answerFirst();
port.onmessage = ({ data }) => void (last = last.then(() => answer(data)));
