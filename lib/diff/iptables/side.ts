/** One side of the comparison: chains with their lines in save spelling, and the rules in them when asked. */
import type { IPFamily } from "../../net/ip.js";
import type { CapturedChains, TextBlock } from "../../rulesets/iptables/capture.js";
import { withUnknownInterfaces } from "../../rulesets/iptables/parse.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { FileLine } from "../types.js";
import { isEndpointChain, serviceHashOf } from "./kube-chains.js";
import { atPlace, readKubeRule, type KubeRule } from "./kube-rule.js";

export interface SideChain {
  /** Place among the chains of its table, where that is known. */
  readonly index?: number;
  readonly texts: readonly string[];
  /** Line of each text, where the side was read from a file. */
  readonly lines?: readonly number[];
  readonly policy?: string;
  /** The texts as they stand in the capture, when they stand together. */
  readonly block?: TextBlock;
}

/** The chains of a table by name; of a capture, those that are as expected need not become objects. */
export interface Chains extends ReadonlyMap<string, SideChain> {
  readonly placeHolding?: CapturedChains["placeHolding"];
  readonly placesFilled?: CapturedChains["placesFilled"];
  readonly namesWith?: CapturedChains["namesWith"];
}

export interface SideTable {
  readonly name: TableName;
  readonly chains: Chains;
  readonly file?: string;
  /** Service ports of the endpoint chains that are not as captured, where they are known without looking. */
  readonly endpointOwners?: ReadonlyMap<string, string>;
  /** Chains whose rules may be cut off. */
  readonly cutChains?: ReadonlySet<string>;
  /** False where the capture breaks off inside the table: chains that were not even declared may be missing. */
  readonly complete?: boolean;
  /** A listing without -v: interfaces are not shown. */
  readonly withoutInterfaces?: boolean;
  /** Rules of others may be missing. */
  readonly mayLackRules?: true | "elsewhere";
}

export type SideTables = ReadonlyMap<TableName, SideTable>;

/** Rules by chain: a chain that both sides share is read once for both. */
const rulesOfChain = new WeakMap<SideChain, readonly KubeRule[]>();

/** The same of service ports' and endpoints' chains, of which there may be a million: kept until `forgetRules`. */
let passing = new WeakMap<SideChain, readonly KubeRule[]>();
let passingRules = 0;

/** Rules of service ports and endpoints kept at a time; each takes about half a kilobyte. */
const MOST_PASSING = 50_000;

/**
 * Called between one service port and the next: when many rules were read, those of service ports and endpoints are
 * forgotten, and read again if asked for again.
 */
export function forgetRules(): void {
  if (passingRules < MOST_PASSING) return;
  passing = new WeakMap();
  passingRules = 0;
}

/** The chain that was read last, on either side. */
let latest:
  | {
      readonly family: IPFamily;
      readonly chain: string;
      readonly texts: readonly string[];
      readonly rules: readonly KubeRule[];
    }
  | undefined;

/** Reads rules of a side, each chain once. */
export class Side {
  constructor(
    readonly tables: SideTables,
    readonly family: IPFamily,
  ) {}

  chain(table: TableName, chain: string): SideChain | undefined {
    return this.tables.get(table)?.chains.get(chain);
  }

  has(table: TableName, chain: string): boolean {
    return this.tables.get(table)?.chains.has(chain) === true;
  }

  /** Undefined also where rules may be missing that packets meet before it. */
  policyOf(table: TableName, chain: string): string | undefined {
    return this.tables.get(table)?.mayLackRules ? undefined : this.chain(table, chain)?.policy;
  }

  /** The rules of a chain; none when it does not exist. */
  rulesOf(table: TableName, chain: string): readonly KubeRule[] {
    const lines = this.chain(table, chain);
    if (!lines) return [];
    const isPassing = serviceHashOf(chain) !== undefined || isEndpointChain(chain);
    const known = isPassing ? passing : rulesOfChain;
    let rules = known.get(lines);
    if (!rules) {
      rules = this.read(table, chain, lines);
      known.set(lines, rules);
      if (isPassing) passingRules += rules.length;
    }
    return rules;
  }

  /** Lines that the other side has too, and was just read for, are not read again. */
  private read(table: TableName, chain: string, { texts, lines }: SideChain): readonly KubeRule[] {
    const { family } = this;
    const file = this.tables.get(table)?.file;
    const before = latest?.chain === chain && latest.family === family ? latest : undefined;
    let next = 0;
    const rules = texts.map((text, i) => {
      const line = lines?.[i];
      const at = file !== undefined && line !== undefined ? { file, line } : undefined;
      if (before && before.texts[next] !== text && before.texts[next + 1] === text) next++;
      if (before?.texts[next] !== text) return readKubeRule(text, family, at);
      return atPlace(before.rules[next++]!, at);
    });
    latest = { family, chain, texts, rules };
    // kube-proxy's own chains are compared as they are shown.
    const isUnsure = this.tables.get(table)?.withoutInterfaces === true && !chain.startsWith("KUBE-");
    return isUnsure ? rules.map(withUnknownInterfaces) : rules;
  }

  /** One rule of a chain; for dispatch chains, of which few rules are asked for. */
  ruleAt(table: TableName, chain: string, index: number): KubeRule {
    return readKubeRule(this.chain(table, chain)!.texts[index]!, this.family, this.placeOf(table, chain, index));
  }

  placeOf(table: TableName, chain: string, index: number): FileLine | undefined {
    const { file } = this.tables.get(table) ?? {};
    const line = this.chain(table, chain)?.lines?.[index];
    return file !== undefined && line !== undefined ? { file, line } : undefined;
  }
}
