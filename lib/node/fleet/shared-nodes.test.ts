/** Who compares which node of a fleet: threads that take turns in any order, of which one may die. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { memoryOfNodes, SharedNodes } from "./shared-nodes.js";

const digestOf = (captures: string) => createHash("sha256").update(captures).digest("hex");

const sharedNodes = (count: number) => new SharedNodes(memoryOfNodes(count), count);

/** Nodes of which some have the same captures; where there is nothing to be found, the first thread has a report for others. */
const fleets = fc.record({
  captures: fc.array(fc.constantFrom("a", "a", "a", "b", "c", "d", "e", "f", "g", "h"), {
    minLength: 1,
    maxLength: 40,
  }),
  clean: fc.subarray(["a", "b", "c", "d"]),
  threads: fc.integer({ min: 1, max: 5 }),
  turns: fc.array(fc.nat(5), { minLength: 1, maxLength: 100 }),
  dying: fc.option(fc.record({ thread: fc.nat(4), turn: fc.nat(60) }), { nil: undefined }),
});

/** The work of a thread, which may stop wherever it yields. */
type Steps = Generator<void, void>;

interface Run {
  readonly captures: readonly string[];
  readonly clean: readonly string[];
  readonly nodes: SharedNodes;
  readonly compared: { readonly index: number; readonly by: "first" | "other" }[];
  readonly othersEnded: () => boolean;
}

function* firstThread({ captures, clean, nodes, compared, othersEnded }: Run): Steps {
  while (true) {
    const isLast = othersEnded();
    const index = nodes.takeHandedBack() ?? nodes.takeOpen();
    if (index === undefined && isLast) return;
    yield;
    if (index === undefined) continue;
    compared.push({ index, by: "first" });
    const digest = nodes.digestOf(index);
    if (digest !== undefined) expect(digest).toBe(digestOf(captures[index]!));
    nodes.settle(index, digest !== undefined && clean.includes(captures[index]!) ? digest : undefined);
    yield;
  }
}

function* otherThread({ captures, nodes, compared }: Run): Steps {
  let isWanted = false;
  for (let index; !isWanted && (index = nodes.takeOpen()) !== undefined; isWanted = nodes.wantsThread()) {
    yield;
    nodes.handBack(index, digestOf(captures[index]!));
    yield;
  }
  if (!isWanted) return;
  yield;
  for (let index; (index = nodes.takeUnlikeKnown() ?? nodes.takeOpen()) !== undefined; yield) {
    yield;
    compared.push({ index, by: "other" });
    nodes.settle(index);
  }
}

describe("nodes that threads share", () => {
  test("are each compared once, whoever takes turns, save the one that a thread died with", () => {
    const seen = { first: 0, other: 0, lost: 0 };
    fc.assert(
      fc.property(fleets, ({ captures, clean, threads, turns, dying }) => {
        const compared: Run["compared"] = [];
        const memory = memoryOfNodes(captures.length);
        const running = new Set<Steps>();
        const run = () => ({
          captures,
          clean,
          nodes: new SharedNodes(memory, captures.length),
          compared,
          othersEnded: () => running.size <= 1,
        });
        const others = Array.from({ length: threads }, () => otherThread(run()));
        for (const thread of [firstThread(run()), ...others]) running.add(thread);
        for (let turn = 0; running.size > 0; turn++) {
          // Every other turn goes round, so that each thread gets on.
          const next = turn % 2 === 0 ? turn / 2 : turns[turn % turns.length]!;
          const thread = [...running][next % running.size]!;
          if (thread.next().done) running.delete(thread);
          if (turn === dying?.turn) running.delete(others[dying.thread % threads]!);
        }
        expect(new Set(compared.map(({ index }) => index)).size).toBe(compared.length);
        const lost = captures.length - compared.length;
        expect(lost).toBeLessThanOrEqual(dying ? 1 : 0);
        for (const { by } of compared) seen[by]++;
        seen.lost += lost;
      }),
      { numRuns: fuzzRuns(300) },
    );
    expect(Object.values(seen).every((times) => times > 0)).toBe(true);
  });

  test("want one more thread that compares with every four that wait for each of those there are", () => {
    const nodes = sharedNodes(20);
    const wanted: number[] = [];
    const told: number[] = [];
    const hash = (index: number) => digestOf(`capture ${index}`);
    while (nodes.handBackOpen(hash, (index) => told.push(index))) wanted.push(told.at(-1)!);
    expect(wanted).toEqual([3, 7, 11, 15, 19]);
    expect(told).toEqual([...told.keys()]);
    expect(told).toHaveLength(20);
  });

  test("that are alike count as one, until that one is compared and does not tell of the others", () => {
    const nodes = sharedNodes(10);
    const [one, ...others] = Array.from({ length: 8 }, () => nodes.takeOpen()!);
    for (const index of [one!, ...others]) nodes.handBack(index, digestOf("alike"));
    expect(nodes.wantsThread()).toBe(false);
    const taken = nodes.takeUnlikeKnown()!;
    expect([nodes.takeUnlikeKnown(), nodes.wantsThread()]).toEqual([undefined, false]);
    nodes.settle(taken);
    expect(nodes.wantsThread()).toBe(true);
    expect(nodes.takeUnlikeKnown()).toBeDefined();
  });

  test("that are like one with a report are left to the first thread, which has it", () => {
    const nodes = sharedNodes(10);
    const [first, ...others] = Array.from({ length: 8 }, () => nodes.takeOpen()!);
    expect([nodes.isKnown(digestOf("alike")), nodes.digestOf(first!)]).toEqual([false, undefined]);
    nodes.settle(first!, digestOf("alike"));
    for (const index of others) nodes.handBack(index, digestOf("alike"));
    expect([nodes.isKnown(digestOf("alike")), nodes.isKnown(digestOf("other"))]).toEqual([true, false]);
    expect([nodes.takeUnlikeKnown(), nodes.wantsThread()]).toEqual([undefined, false]);
    expect(others.map(() => nodes.takeHandedBack())).toEqual(others);
    expect(nodes.hasHandedBack).toBe(false);
  });

  test("that are like one that another thread has a report of still count as one", () => {
    const nodes = sharedNodes(10);
    const alike = Array.from({ length: 8 }, () => nodes.takeOpen()!);
    for (const index of alike) nodes.handBack(index, digestOf("alike"));
    nodes.settleKnownThere(nodes.takeUnlikeKnown()!);
    expect(nodes.wantsThread()).toBe(false);
    expect([nodes.takeUnlikeKnown() !== undefined, nodes.takeUnlikeKnown()]).toEqual([true, undefined]);
  });

  test("are known to be alike once a report has told of two", () => {
    const nodes = sharedNodes(4);
    nodes.settle(nodes.takeOpen()!, digestOf("one"));
    nodes.settle(nodes.takeOpen()!, digestOf("other"));
    expect(nodes.areAlike).toBe(false);
    nodes.settle(nodes.takeOpen()!, digestOf("other"));
    expect(nodes.areAlike).toBe(true);
  });
});
