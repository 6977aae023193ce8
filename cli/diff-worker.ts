/** A thread of `svcrules diff` with many nodes: takes the next one until none is left. Prints nothing. */
import { parentPort, workerData } from "node:worker_threads";
import { compareNode, NEXT, TAKEN, type ThreadResult, type ThreadShare } from "./fleet/compare-nodes.js";
import { sendable } from "./fleet/node-result.js";
import { openInputs } from "./io/open-inputs.js";
import { loadInputs } from "./load.js";
import { makeReporter } from "./reporter.js";
import type { Terminal } from "./terminal.js";

const { args, inputs, files, groups, output, counters, ...share } = workerData as ThreadShare;
const terminal: Terminal = {
  ...share.terminal,
  write: () => true,
  warn: () => {},
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  columns: 80,
  stdin: -1,
};
const loaded = await loadInputs(inputs, args, terminal, makeReporter(args, terminal), { rulesOnly: true });
const { sources } = await openInputs(files, terminal, { everyFile: true });
const byName = new Map(sources.map((source) => [source.name, source]));

const next = () => Atomics.add(counters, NEXT, 1);
for (let index = next(); loaded && index < groups.length; index = next()) {
  Atomics.add(counters, TAKEN, 1);
  const { node, sources: names } = groups[index]!;
  const own = names.flatMap((name) => byName.get(name) ?? []);
  const result = sendable(await compareNode({ args, loaded, groups: [], output }, { node, sources: own }));
  parentPort!.postMessage({ index, result } satisfies ThreadResult);
}
