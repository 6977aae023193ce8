/** Collects diagnostics of a run and prints them on stderr: errors and warnings always, notes unless -q. */
import {
  countRepeats,
  diagnosticsJson,
  locateDiagnostics,
  orderDiagnostics,
  partUnread,
  printDiagnostic,
  type Diagnostic,
  type GlobalValues,
} from "../lib/index.js";
import type { Terminal } from "./terminal.js";

export interface Reporter {
  readonly add: (diagnostics: readonly Diagnostic[]) => void;
  /** Whether the run must end with exit code 2. */
  readonly failed: () => boolean;
  /** Prints what was added since the last time, in order of file and line. */
  readonly flush: () => void;
  /** Adds and prints. */
  readonly tell: (diagnostics: readonly Diagnostic[]) => void;
  /** What is told at the end, since something can be answered in spite of it; it fails the run then. */
  readonly atEnd: Diagnostic[];
  readonly addOpened: (diagnostics: readonly Diagnostic[]) => void;
  /** All diagnostics added so far. */
  readonly all: () => readonly Diagnostic[];
  /** Runs a stage; -v says how long it took. */
  readonly timed: <T>(stage: string, work: () => T) => T;
}

export function makeReporter(request: GlobalValues, terminal: Terminal): Reporter {
  const { diagnostics: form, quiet, verbose, strict } = request;
  const all: Diagnostic[] = [];
  const atEnd: Diagnostic[] = [];
  let printed = 0;
  const say = (stage: string, started: number) => {
    if (verbose) terminal.warn(`${stage}: ${Math.round(performance.now() - started)} ms\n`);
  };
  const add = (diagnostics: readonly Diagnostic[]) => {
    for (const diagnostic of diagnostics) all.push(diagnostic);
  };
  const flush = () => {
    const shown = all.slice(printed).filter((d) => !quiet || d.severity !== "note");
    const isJson = form === "json";
    // What is counted needs no place.
    const fresh = orderDiagnostics(locateDiagnostics(isJson ? shown : countRepeats(shown)));
    printed = all.length;
    if (isJson && fresh.length > 0) terminal.warn(diagnosticsJson(fresh) + "\n");
    else for (const diagnostic of fresh) terminal.warn(printDiagnostic(diagnostic) + "\n");
  };
  return {
    add,
    flush,
    tell(diagnostics) {
      add(diagnostics);
      flush();
    },
    failed: () => all.some((d) => d.severity === "error" || (strict && d.severity === "warning")),
    atEnd,
    addOpened(diagnostics) {
      const { told, unread } = partUnread(diagnostics);
      add(told);
      atEnd.push(...unread);
    },
    all: () => all,
    timed(stage, work) {
      // Node loads what measures time when it is asked for the first time.
      const started = verbose ? performance.now() : 0;
      const result = work();
      if (result instanceof Promise) return result.finally(() => say(stage, started)) as typeof result;
      say(stage, started);
      return result;
    },
  };
}
