/** What a thread of `svcrules diff` with many nodes does: takes the next one until none is left. Prints nothing. */
import { prepareDiff, readingOf, selectionOf, wishesOf } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { openQuestion } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { compareNode } from "./compare-nodes.js";
import { NEXT, TAKEN, type SendResult, type ThreadShare } from "./thread-share.js";
import { sendable } from "./node-result.js";

export async function compareShare(
  { request, inputs, files, groups, counters, ...share }: ThreadShare,
  send: SendResult,
): Promise<void> {
  const terminal: Terminal = {
    ...share.terminal,
    write: () => true,
    warn: () => {},
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    stdin: -1,
  };
  const { sources, options } = await openQuestion(inputs, request, terminal, makeReporter(request, terminal));
  const { prepared } = prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) });
  const captures = (await openInputs(files, terminal, { ...readingOf(request), everyFile: true })).sources;
  const byName = new Map(captures.map((source) => [source.name, source]));

  const next = () => Atomics.add(counters, NEXT, 1);
  for (let index = next(); prepared && index < groups.length; index = next()) {
    Atomics.add(counters, TAKEN, 1);
    const { sources: names, ...group } = groups[index]!;
    const own = names.flatMap((name) => byName.get(name) ?? []);
    send({ index, result: sendable(await compareNode({ request, prepared }, { ...group, sources: own })) });
  }
}
