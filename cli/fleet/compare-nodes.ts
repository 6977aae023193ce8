/** Compares every node of a fleet; more than a few are shared out among threads. */
import { statSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { resolve } from "node:path";
import { digestCaptures } from "../../lib/index.js";
import type { CaptureGroup, DiffResult, PreparedDiff, RequestOf, Source } from "../../lib/index.js";
import type { Terminal } from "../terminal.js";
import { keepFor, received } from "./node-result.js";
import { canStartThread, startThread } from "./start-thread.js";
import { FIRST_IS_TOLD, NEXT, TAKEN, type First, type ThreadResult, type ThreadShare } from "./thread-share.js";

export interface Fleet {
  readonly request: RequestOf<"diff">;
  readonly prepared: PreparedDiff;
  /** Of the cluster. */
  readonly sources: readonly Source[];
  readonly groups: readonly CaptureGroup[];
}

/** Fewer are compared in the time that another thread takes to start and to read the inputs (docs/performance.md). */
const FEW = 8;
/** Memory that reading takes, in bytes for each byte of input. */
const ROOM = 10;

/** Outputs that show more than reports and diagnostics. */
const BEYOND_REPORTS: ReadonlySet<string> = new Set(["patch", "unified", "html"]);

/** The comparison of one node. `digest`: of its captures, where it is known. */
export async function compareNode(
  { request, prepared }: Pick<Fleet, "request" | "prepared">,
  { node, sources, capturedAt }: CaptureGroup,
  digest?: string,
): Promise<DiffResult> {
  if (BEYOND_REPORTS.has(request.output))
    return keepFor(await prepared.compare(sources, node, capturedAt), request.output);
  const { report, diagnostics } = await prepared.report(sources, node, capturedAt, digest);
  // A copy, since texts that were cut out of a capture keep a part of it in memory.
  return { report: structuredClone(report), diagnostics, patch: () => [], sections: () => [], graphs: () => [] };
}

/** The results in the order of the nodes, whoever made them. */
export async function compareNodes(
  given: Fleet,
  inputs: readonly string[],
  files: readonly string[],
  terminal: Terminal,
): Promise<DiffResult[]> {
  const fleet = withoutGraphs(given);
  const { groups } = fleet;
  const counters = new Int32Array(new SharedArrayBuffer(12));
  const results: (DiffResult | undefined)[] = groups.map(() => undefined);
  const threads = startThreads(fleet, inputs, files, terminal, counters, results);
  let digest: string | undefined;
  try {
    for (let i = Atomics.add(counters, NEXT, 1); i < groups.length; i = Atomics.add(counters, NEXT, 1)) {
      const result = await compareNode(fleet, groups[i]!);
      results[i] = result;
      if (i > 0 || !threads) continue;
      // Else threads would leave all that are like it to this one, which would compare them one by one.
      if (fleet.prepared.knowsReports()) digest = digestCaptures(groups[0]!.sources);
      threads.tellFirst({ digest, known: fleet.prepared.knownComparisons() });
    }
  } finally {
    // Nobody is left waiting, whatever happens here.
    threads?.tellFirst({ known: [] });
  }
  await threads?.finish();
  // What a thread that died has taken, and what is to be said of nodes that are like the first.
  for (const [i, group] of groups.entries())
    results[i] ??= await compareNode(fleet, group, threads?.isLikeFirst(i) ? digest : undefined);
  return results.map((result) => result!);
}

/** The page of several nodes shows their reports, as their JSON has them, and no graphs. */
function withoutGraphs(fleet: Fleet): Fleet {
  const { groups, request } = fleet;
  return groups.length > 1 && request.output === "html" ? { ...fleet, request: { ...request, output: "json" } } : fleet;
}

interface Threads {
  /** Lets them begin; what is told first counts. */
  readonly tellFirst: (first: First) => void;
  /** Ends when each of the nodes that they took is done. */
  readonly finish: () => Promise<void>;
  readonly isLikeFirst: (index: number) => boolean;
}

function startThreads(
  fleet: Fleet,
  inputs: readonly string[],
  files: readonly string[],
  terminal: Terminal,
  counters: Int32Array,
  results: (DiffResult | undefined)[],
): Threads | undefined {
  const { request, groups } = fleet;
  const proxyFile = request.proxyConfig;
  const all = [...inputs, ...files, ...(proxyFile === undefined ? [] : [proxyFile])];
  const count = threadCount(fleet);
  if (count < 1 || !canStartThread() || !all.every((name) => canReadAgain(name, terminal))) return undefined;
  const share: ThreadShare = {
    request: { ...request },
    terminal: { cwd: terminal.cwd, env: { ...terminal.env }, programName: terminal.programName },
    inputs,
    files,
    groups: groups.map(({ sources, ...group }) => ({ ...group, sources: sources.map(({ name }) => name) })),
    counters,
  };
  const likeFirst = new Set<number>();
  const sources: Source[] = [...groups.flatMap((group) => group.sources), ...fleet.sources];
  let delivered = 0;
  let running = count;
  let check = () => {};
  const workers = Array.from({ length: count }, () => {
    const worker = startThread(share);
    worker.on("message", ({ index, result }: ThreadResult) => {
      if (result) results[index] = received(result, sources);
      else likeFirst.add(index);
      delivered++;
      check();
    });
    worker.on("error", () => {});
    worker.on("exit", () => {
      running--;
      check();
    });
    return worker;
  });
  return {
    tellFirst(first) {
      if (Atomics.load(counters, FIRST_IS_TOLD) === 1) return;
      for (const worker of workers) worker.postMessage(first);
      Atomics.store(counters, FIRST_IS_TOLD, 1);
      Atomics.notify(counters, FIRST_IS_TOLD);
    },
    isLikeFirst: (index) => likeFirst.has(index),
    async finish() {
      await new Promise<void>((done) => {
        check = () => {
          if (running === 0 || delivered >= Atomics.load(counters, TAKEN)) done();
        };
        check();
      });
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Threads beside this one. */
function threadCount({ groups, sources }: Fleet): number {
  if (groups.length <= FEW) return 0;
  const bytes = sources.reduce((sum, { size }) => sum + size, 0);
  const fitting = Math.floor(freemem() / (ROOM * Math.max(bytes, 1)));
  return Math.min(availableParallelism() - 1, Math.floor(groups.length / FEW), fitting);
}

/** Not a pipe, which gives its bytes once. */
function canReadAgain(name: string, { cwd }: Terminal): boolean {
  if (name === "-") return false;
  const stat = statSync(resolve(cwd, name), { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFile() || stat.isDirectory());
}
