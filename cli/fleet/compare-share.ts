/** What a thread of `svcrules diff` with many nodes does: takes the next one until none is left. Prints nothing. */
import { digestCaptures, prepareDiff, readingOf, selectionOf, wishesOf, type PreparedDiff } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { openQuestion } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { compareNode } from "./compare-nodes.js";
import { FIRST_IS_TOLD, NEXT, TAKEN, type SendResult, type ThreadShare } from "./thread-share.js";
import { sendable } from "./node-result.js";

export async function compareShare(
  { request, inputs, files, groups, counters, first, ...share }: ThreadShare,
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
  const captures = (await openInputs(files, terminal, { ...readingOf(request), everyFile: true })).sources;
  const byName = new Map(captures.map((source) => [source.name, source]));
  let prepared: PreparedDiff | undefined;
  const prepare = async () => {
    const { sources, options } = await openQuestion(inputs, request, terminal, makeReporter(request, terminal));
    return prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) }).prepared;
  };

  Atomics.wait(counters, FIRST_IS_TOLD, 0);
  const digest = new TextDecoder().decode(first.slice());
  const next = () => Atomics.add(counters, NEXT, 1);
  for (let index = next(); index < groups.length; index = next()) {
    Atomics.add(counters, TAKEN, 1);
    const { sources: names, ...group } = groups[index]!;
    const own = names.flatMap((name) => byName.get(name) ?? []);
    if (isDigest(digest) && digestCaptures(own) === digest) {
      send({ index, result: undefined });
      continue;
    }
    prepared ??= await prepare();
    if (!prepared) return;
    send({ index, result: sendable(await compareNode({ request, prepared }, { ...group, sources: own })) });
  }
}

/** Not the zeros that stand for none. */
function isDigest(text: string): boolean {
  return /^[0-9a-f]+$/.test(text);
}
