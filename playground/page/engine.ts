/** The page's side of the engine: questions go to its thread, so that typing never waits. */
import type { AnswerTo, QuestionFor, QuestionName } from "../engine/answers.js";

export type Ask = <N extends QuestionName>(name: N, question: QuestionFor<N>) => Promise<AnswerTo<N>>;

export interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly failure?: string;
}

interface Started {
  readonly worker: Worker;
  /** What the engine says before it is asked. */
  readonly first: Promise<Reply>;
}

/** The engine that `boot.ts` has started. `expected`: the question it answers without being asked. */
export function startEngine(expected: QuestionFor<"rules">): Ask {
  const { worker, first } = (globalThis as { svcrulesEngine?: Started }).svcrulesEngine!;
  const open = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  const take = ({ id, answer, failure }: Reply) => {
    const waiting = open.get(id);
    open.delete(id);
    if (failure === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(failure));
  };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => data.id > 0 && take(data);
  let isFirst = true;
  return (name, question) =>
    new Promise((resolve, reject) => {
      const isAnswered = isFirst && name === "rules" && JSON.stringify(question) === JSON.stringify(expected);
      isFirst = false;
      const id = isAnswered ? 0 : ++last;
      open.set(id, { resolve, reject });
      if (isAnswered) void first.then(take);
      else worker.postMessage({ id, name, question });
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
