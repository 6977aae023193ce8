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
  const terminal = silent(share.terminal);
  const captures = (await openInputs(files, terminal, { ...readingOf(request), everyFile: true })).sources;
  const byName = new Map(captures.map((source) => [source.name, source]));
  // Files that have gone meanwhile: the first thread has them open.
  if (groups.some((group) => !group.sources.every((name) => byName.has(name)))) return;
  const nodes = new SharedNodes(memory, groups.length);
  const groupOf = (index: number) => {
    const { sources, ...group } = groups[index]!;
    return { ...group, sources: sources.map((name) => byName.get(name)!) };
  };
  const hash = (index: number) => digestCaptures(groupOf(index).sources);
  const tellHandedBack = (index: number) => send({ index, result: undefined });
  nodes.waitForFirst();
  const { mayBeAlike, known } = firstSent() ?? { mayBeAlike: false, known: [] };
  if (mayBeAlike && !nodes.handBackOpen(hash, tellHandedBack)) return;
  const { sources, options } = await openQuestion(inputs, request, terminal, makeReporter(request, terminal));
  const { prepared } = prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) });
  if (!prepared) return;
  prepared.takeComparisons(known, byName);
  while (true) {
    const unlike = nodes.takeUnlikeKnown();
    const index = unlike ?? nodes.takeOpen();
    if (index === undefined) return;
    const digest = nodes.digestOf(index) ?? (nodes.areAlike ? hash(index) : undefined);
    if (unlike === undefined && digest !== undefined && nodes.isKnown(digest)) {
      nodes.handBack(index, digest);
      tellHandedBack(index);
    } else {
      send({ index, result: sendable(await compareNode({ request, prepared }, groupOf(index), digest)) });
      if (digest !== undefined && prepared.knowsReports(digest)) nodes.settleKnownThere(index);
      else nodes.settle(index);
    }
  }
}

function silent(terminal: ThreadShare["terminal"]): Terminal {
  const nowhere = { stdoutIsTerminal: false, stderrIsTerminal: false, columns: 80, stdin: -1 };
  return { ...terminal, ...nowhere, write: () => true, warn: () => {} };
}
