/** The expected side, without keeping the rules that the node has too. */
import type { NamedFilling } from "../../rulesets/iptables/chain-pattern.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import { isEndpointChain } from "./kube-chains.js";
import { MatchedChains } from "./matched-chains.js";
import type { Chains, SideChain, SideTable, SideTables } from "./side.js";

/** One table as it should be: chains that are compared as whole texts, and the lines of the others. */
export interface ExpectedTable {
  readonly name: TableName;
  /** Chains whose lines come from `eachLine`: built-in ones, and those that hold rules of many service ports. */
  readonly lineChains: () => Iterable<string>;
  /** Their rules in save spelling, those of one chain in their order. */
  readonly eachLine: (visit: (chain: string, text: string) => void) => void;
  /** Chains of one service port each, by service port. */
  readonly ownChains: () => Iterable<readonly ExpectedChain[]>;
}

/** A chain of one service port; `filling` tells the same as the text, where it can be told so. */
export interface ExpectedChain extends NamedFilling {
  /** The 16 characters that the chains of its service port share. */
  readonly owner: string | undefined;
  /** Its rules in save spelling, one a line, the last without its newline. */
  readonly text: () => string;
}

/**
 * The expected side beside the actual one. A chain whose rules are, character for character, those that the capture
 * holds is the very same object on both sides, so that comparing it costs nothing and its text is not kept.
 */
export function matchExpected(expected: readonly ExpectedTable[], actual: SideTables): SideTables {
  return new Map(expected.map((table) => [table.name, matchTable(table, actual.get(table.name))]));
}

function matchTable(expected: ExpectedTable, actual: SideTable | undefined): SideTable {
  const held: Chains = actual?.chains ?? new Map<string, SideChain>();
  const chains = new MatchedChains(held);
  for (const [name, lines] of linesByChain(expected)) {
    const chain = held.get(name);
    chains.add(name, chain && sameTexts(lines, chain.texts) ? chain : { texts: lines }, chain);
  }
  const endpointOwners = new Map<string, string>();
  for (const group of expected.ownChains()) {
    const places = held.placesFilled?.(group);
    for (const [i, { name, owner, text }] of group.entries()) {
      const filled = places?.[i] ?? -1;
      if (filled >= 0) {
        chains.addSame(filled);
        continue;
      }
      const wanted = text();
      const place = held.placeHolding?.(name, wanted) ?? -1;
      if (place >= 0) chains.addSame(place);
      else if (!addOther(chains, name, wanted) && owner !== undefined && isEndpointChain(name))
        endpointOwners.set(name, owner);
    }
  }
  // Lines of chains that are the same object on both sides, and read once for both, stand in the capture's file.
  return { name: expected.name, chains, endpointOwners, ...(actual?.file !== undefined && { file: actual.file }) };
}

function linesByChain({ lineChains, eachLine }: ExpectedTable): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const chain of lineChains()) texts.set(chain, []);
  eachLine((chain, text) => {
    const lines = texts.get(chain);
    if (lines) lines.push(text);
    else texts.set(chain, [text]);
  });
  return texts;
}

/** Adds a chain by looking at the captured one itself; whether it is as captured. */
function addOther(chains: MatchedChains, name: string, wanted: string): boolean {
  const held = chains.held.get(name);
  const isHeld = held !== undefined && holdsText(held, wanted);
  chains.add(name, isHeld ? held : { texts: wanted === "" ? NO_TEXTS : wanted.split("\n") }, held);
  return isHeld;
}

const NO_TEXTS: readonly string[] = [];

/** Whether the capture has the chain in one piece, and these lines in it. */
function holdsText({ block }: SideChain, text: string): boolean {
  return (
    block !== undefined && block.end - block.start === text.length && block.text.slice(block.start, block.end) === text
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
