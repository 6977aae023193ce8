/** The engine's thread: questions in, answers out, one after the other. */
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

let last: Promise<void> = Promise.resolve();
port.onmessage = ({ data }) => void (last = last.then(() => answer(data)));
