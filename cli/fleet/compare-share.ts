/** What a thread of `svcrules diff` with many nodes does: takes the next one until none is left. Prints nothing. */
import { digestCaptures, prepareDiff, readingOf, selectionOf, wishesOf, type PreparedDiff } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { openQuestion } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { compareNode } from "./compare-nodes.js";
import { FIRST_IS_TOLD, NEXT, TAKEN, type First, type SendResult, type ThreadShare } from "./thread-share.js";
import { sendable } from "./node-result.js";

/** `firstSent`: what was sent by the time that the counters say so. */
export async function compareShare(
  { request, inputs, files, groups, counters, ...share }: ThreadShare,
  send: SendResult,
  firstSent: () => First | undefined,
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
    const { prepared: made } = prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) });
    made?.takeComparisons(known, byName);
    return made;
  };

  Atomics.wait(counters, FIRST_IS_TOLD, 0);
  const { digest, known = [] } = firstSent() ?? {};
  const next = () => Atomics.add(counters, NEXT, 1);
  for (let index = next(); index < groups.length; index = next()) {
    Atomics.add(counters, TAKEN, 1);
    const { sources: names, ...group } = groups[index]!;
    const own = names.flatMap((name) => byName.get(name) ?? []);
    if (digest !== undefined && digestCaptures(own) === digest) {
      send({ index, result: undefined });
      continue;
    }
    prepared ??= await prepare();
    if (!prepared) return;
    send({ index, result: sendable(await compareNode({ request, prepared }, { ...group, sources: own })) });
  }
}
