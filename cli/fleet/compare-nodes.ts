/** Compares every node of a fleet; more than a few are shared out among threads. */
import { statSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { resolve } from "node:path";
import { digestCaptures, memoryOfNodes, SharedNodes } from "../../lib/index.js";
import type { CaptureGroup, DiffResult, PreparedDiff, RequestOf, Source } from "../../lib/index.js";
import type { Terminal } from "../terminal.js";
import { keepFor, received } from "./node-result.js";
import { canStartThread, startThread } from "./start-thread.js";
import type { First, ThreadResult, ThreadShare } from "./thread-share.js";

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
  return { report, diagnostics, patch: () => [], sections: () => [], graphs: () => [] };
}

/** The results in the order of the nodes, whoever made them. */
export async function compareNodes(
  given: Fleet,
  inputs: readonly string[],
  files: readonly string[],
  terminal: Terminal,
): Promise<DiffResult[]> {
  const fleet = withoutGraphs(given);
  const { groups, prepared, request } = fleet;
  const memory = memoryOfNodes(groups.length);
  const nodes = new SharedNodes(memory, groups.length);
  const results: (DiffResult | undefined)[] = groups.map(() => undefined);
  const compare = async (index: number) => {
    const digest = nodes.digestOf(index);
    results[index] = await compareNode(fleet, groups[index]!, digest);
    nodes.settle(index, digest !== undefined && prepared.knowsReports(digest) ? digest : undefined);
  };
  const take = () => nodes.takeHandedBack() ?? nodes.takeOpen();
  const threads = startThreads(fleet, inputs, files, terminal, memory, results);
  try {
    for (let index = take(); index !== undefined || (await threads?.areWorking(nodes)); index = take()) {
      if (index === undefined) continue;
      await compare(index);
      if (index > 0 || !threads) continue;
      if (prepared.knowsReports()) nodes.settle(0, digestCaptures(groups[0]!.sources));
      const isHashed = results[0]?.report?.mode === "iptables" || prepared.knowsReports();
      const mayBeAlike = isHashed && !BEYOND_REPORTS.has(request.output);
      threads.tell({ mayBeAlike, known: prepared.knownComparisons() });
      nodes.firstIsTold();
    }
  } finally {
    await threads?.stop();
  }
  // What a thread that died had taken.
  for (const index of groups.keys()) if (!results[index]) await compare(index);
  return results.map((result) => result!);
}

/** The page of several nodes shows their reports, as their JSON has them, and no graphs. */
function withoutGraphs(fleet: Fleet): Fleet {
  const { groups, request } = fleet;
  return groups.length > 1 && request.output === "html" ? { ...fleet, request: { ...request, output: "json" } } : fleet;
}

interface Threads {
  readonly tell: (first: First) => void;
  /** Ends when one has handed a node back, or, with false, when there is nothing more to be had of them. */
  readonly areWorking: (nodes: SharedNodes) => Promise<boolean>;
  readonly stop: () => Promise<unknown>;
}

function startThreads(
  fleet: Fleet,
  inputs: readonly string[],
  files: readonly string[],
  terminal: Terminal,
  memory: SharedArrayBuffer,
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
    memory,
  };
  const sources: Source[] = [...groups.flatMap((group) => group.sources), ...fleet.sources];
  let running = count;
  let check = () => {};
  const workers = Array.from({ length: count }, () => {
    const worker = startThread(share);
    worker.on("message", ({ index, result }: ThreadResult) => {
      if (result) results[index] = received(result, sources);
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
    tell: (first) => workers.forEach((worker) => worker.postMessage(first)),
    areWorking: (nodes) =>
      new Promise<boolean>((done) => {
        check = () => {
          if (nodes.hasHandedBack) done(true);
          else if (running === 0 || !results.includes(undefined)) done(false);
        };
        check();
      }),
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
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
