/** A line on stderr that says how far reading is, once it takes long. */

const QUIET_MILLISECONDS = 1000;
const STEP_MILLISECONDS = 100;
const BAR = 24;
const CLEAR_LINE = "\r\u001b[K";

export interface Progress {
  /** More bytes to be read than known before. */
  readonly expect: (bytes: number) => void;
  readonly tick: (bytes: number) => void;
  /** Takes the line away. */
  readonly done: () => void;
}

export const NO_PROGRESS: Progress = { expect: () => undefined, tick: () => undefined, done: () => undefined };

/** `write`: to stderr; `columns`: width of the terminal. */
export function createProgress(write: (text: string) => void, columns: number): Progress {
  const started = performance.now();
  let shownAt = started + QUIET_MILLISECONDS - STEP_MILLISECONDS;
  let isShown = false;
  let expected = 0;
  let read = 0;

  function line(): string {
    const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
    if (expected <= read) return `reading ${megabytes(read)}`;
    const share = read / expected;
    const bar = "=".repeat(Math.round(share * BAR)).padEnd(BAR);
    return `reading [${bar}] ${Math.floor(share * 100)}% of ${megabytes(expected)}`;
  }

  return {
    expect: (bytes) => void (expected += bytes),
    tick(bytes) {
      read += bytes;
      const now = performance.now();
      if (now - shownAt < STEP_MILLISECONDS) return;
      shownAt = now;
      isShown = true;
      write(CLEAR_LINE + line().slice(0, columns - 1));
    },
    done() {
      if (isShown) write(CLEAR_LINE);
      isShown = false;
      shownAt = Infinity;
    },
  };
}
