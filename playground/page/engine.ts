/** The page's side of the engine: questions go to its thread, so that typing never waits. */
import type { AnswerTo, QuestionFor, QuestionName } from "../engine/answers.js";

export type Ask = <N extends QuestionName>(name: N, question: QuestionFor<N>) => Promise<AnswerTo<N>>;

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

/** The engine that `boot.ts` has started. */
export function startEngine(): Ask {
  const worker = (globalThis as { svcrulesEngine?: Worker }).svcrulesEngine!;
  const open = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  worker.onmessage = ({ data: { id, answer, failure } }: MessageEvent<Reply>) => {
    const waiting = open.get(id);
    open.delete(id);
    if (failure === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(failure));
  };
  return (name, question) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      open.set(id, { resolve, reject });
      worker.postMessage({ id, name, question });
    });
}

/**
 * Runs the newest of several wishes for the same work: while one runs, only the last that came meanwhile is kept.
 */
export function newestOnly(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    return (running ??= run().finally(() => (running = undefined)));
  };
}
