/** What a thread of `svcrules diff` with many nodes does: hashes captures, and compares where that is worth it. Prints nothing. */
import { digestCaptures, prepareDiff, readingOf, selectionOf, SharedNodes, wishesOf } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import { openQuestion } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { compareNode } from "./compare-nodes.js";
import { sendable } from "./node-result.js";
import type { First, SendResult, ThreadShare } from "./thread-share.js";

/** `firstSent`: what was sent by the time that the first node is told of. */
export async function compareShare(
  { request, inputs, files, groups, memory, ...share }: ThreadShare,
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
  // Files that have gone meanwhile: the first thread has them open.
  if (groups.some((group) => !group.sources.every((name) => byName.has(name)))) return;
  const nodes = new SharedNodes(memory, groups.length);
  const groupOf = (index: number) => {
    const { sources, ...group } = groups[index]!;
    return { ...group, sources: sources.map((name) => byName.get(name)!) };
  };
  const handBack = (index: number, digest: string) => {
    nodes.handBack(index, digest);
    send({ index, result: undefined });
  };

  nodes.waitForFirst();
  const { mayBeAlike, known } = firstSent() ?? { mayBeAlike: false, known: [] };
  let isWanted = !mayBeAlike;
  for (let index; !isWanted && (index = nodes.takeOpen()) !== undefined; isWanted = nodes.wantsThread())
    handBack(index, digestCaptures(groupOf(index).sources));
  if (!isWanted) return;
  const { sources, options } = await openQuestion(inputs, request, terminal, makeReporter(request, terminal));
  const { prepared } = prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) });
  if (!prepared) return;
  prepared.takeComparisons(known, byName);
  while (true) {
    const unlike = nodes.takeUnlikeKnown();
    const index = unlike ?? nodes.takeOpen();
    if (index === undefined) return;
    const group = groupOf(index);
    const digest = nodes.digestOf(index) ?? (nodes.isKnown() ? digestCaptures(group.sources) : undefined);
    if (unlike === undefined && digest !== undefined && nodes.isKnown(digest)) {
      handBack(index, digest);
      continue;
    }
    send({ index, result: sendable(await compareNode({ request, prepared }, group, digest)) });
    nodes.settle(index);
  }
}
