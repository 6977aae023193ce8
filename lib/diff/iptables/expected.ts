/** The expected side, without keeping the rules that the node has too. */
import type { TableName } from "../../rulesets/iptables/types.js";
import { isEndpointChain, serviceHashOf } from "./kube-chains.js";
import type { SideChain, SideTable, SideTables } from "./side.js";

/** One table as it should be, made rule by rule. */
export interface ExpectedTable {
  readonly name: TableName;
  /** Every chain, built-in ones included. */
  readonly chains: () => Iterable<string>;
  /** Every rule in save spelling; the rules of one chain in their order, those of one service port together. */
  readonly eachRule: (visit: (chain: string, text: string) => void) => void;
  /** The rules of a service port's endpoint chains follow those of its other chains. */
  readonly isGrouped?: boolean;
}

/**
 * The expected side beside the actual one. A service port's or endpoint's chain whose rules are, character for
 * character, those that the capture holds is the very same object on both sides, so that comparing it costs nothing and
 * its text is kept once.
 */
export function matchExpected(expected: readonly ExpectedTable[], actual: SideTables): SideTables {
  return new Map(expected.map((table) => [table.name, matchTable(table, actual.get(table.name))]));
}

function matchTable(expected: ExpectedTable, actual: SideTable | undefined): SideTable {
  const chains = new Map<string, SideChain>();
  for (const chain of expected.chains()) chains.set(chain, EMPTY);
  /** Texts of the chains that hold many services, and of kube-proxy's own. */
  const kept = new Map<string, string[]>();
  /** The chains of the service port at hand: their rules come in turns. */
  let hash: string | undefined;
  const own: ChainMatcher[] = [];
  let endpoint: ChainMatcher | undefined;
  const endpointOwners = new Map<string, string>();
  const close = (matcher: ChainMatcher) => chains.set(matcher.name, matcher.result());
  const closeEndpoint = (matcher: ChainMatcher) => {
    const result = matcher.result();
    chains.set(matcher.name, result);
    if (result !== matcher.held && hash !== undefined) endpointOwners.set(matcher.name, hash);
  };
  expected.eachRule((name, text) => {
    if (isEndpointChain(name)) {
      if (endpoint?.name !== name) {
        if (endpoint) closeEndpoint(endpoint);
        endpoint = new ChainMatcher(name, actual?.chains.get(name));
      }
      endpoint.add(text);
      return;
    }
    const owner = serviceHashOf(name);
    if (owner === undefined) {
      const texts = kept.get(name);
      if (texts) texts.push(text);
      else kept.set(name, [text]);
      return;
    }
    if (owner !== hash) {
      if (endpoint) closeEndpoint(endpoint);
      endpoint = undefined;
      own.splice(0).forEach(close);
      hash = owner;
    }
    let matcher = own.find((open) => open.name === name);
    if (!matcher) own.push((matcher = new ChainMatcher(name, actual?.chains.get(name))));
    matcher.add(text);
  });
  own.forEach(close);
  if (endpoint) closeEndpoint(endpoint);
  for (const [name, texts] of kept) {
    const held = actual?.chains.get(name);
    chains.set(name, held && sameTexts(texts, held.texts) ? held : { texts });
  }
  return { name: expected.name, chains, ...(expected.isGrouped && { endpointOwners }) };
}

const EMPTY: SideChain = { texts: [] };

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** Follows the rules of one chain through the text that the capture has for it. */
class ChainMatcher {
  /** Offset in the held block up to which all is equal; -1 once something is not. */
  private at: number;
  /** From the first rule that differs on, all rules of the chain. */
  private texts: string[] | undefined;

  constructor(
    readonly name: string,
    readonly held: SideChain | undefined,
  ) {
    this.at = held?.block ? held.block.start : -1;
  }

  add(text: string): void {
    const block = this.held?.block;
    if (block && this.at >= 0) {
      const end = this.at + text.length;
      const isEqual = end <= block.end && block.text.startsWith(text, this.at);
      if (isEqual && (end === block.end || block.text.charCodeAt(end) === 10)) {
        this.at = end + 1;
        return;
      }
      this.texts = this.at > block.start ? block.text.slice(block.start, this.at - 1).split("\n") : [];
      this.at = -1;
    }
    this.texts ??= [];
    this.texts.push(text);
  }

  /** The chain of the capture itself when nothing differs. */
  result(): SideChain {
    const block = this.held?.block;
    if (!block || this.at < 0) return { texts: this.texts ?? [] };
    if (this.at === block.end + 1) return this.held!;
    return { texts: this.at > block.start ? block.text.slice(block.start, this.at - 1).split("\n") : [] };
  }
}

/** Tables that are known as lines already. */
export function tablesOfLines(
  tables: readonly { readonly name: TableName; readonly chains: ReadonlyMap<string, readonly string[]> }[],
): ExpectedTable[] {
  return tables.map(({ name, chains }) => ({
    name,
    chains: () => chains.keys(),
    eachRule(visit) {
      for (const [chain, texts] of chains) for (const text of texts) visit(chain, text);
    },
  }));
}
