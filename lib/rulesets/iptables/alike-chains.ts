/** Chains of a table that are alike in all but name, address and port: told as they are read, so that their text is not kept. */
import {
  endOfNumber,
  filled,
  ipv4At,
  ipv4Text,
  matcherOf,
  patternOfLines,
  portAt,
  samePattern,
  type Pattern,
} from "./chain-pattern.js";
import { normalizeRule } from "./normalize.js";
import { parseRule } from "./parse-rule.js";
import { printRuleSave } from "./print-save.js";

/** Protocols with and without affinity, and some more. */
const MOST_PATTERNS = 8;
/** Chains that could have been like one before and were not: so many, and one for so many that were, and no more are tried. */
const MISSES_ALLOWED = 32;
const HITS_FOR_A_MISS = 4;

interface Known {
  readonly number: number;
  readonly pattern: Pattern;
  /** The same in iptables-save's spelling. */
  readonly saved: Pattern;
  readonly lineCount: number;
  readonly matcher: RegExp;
  hits: number;
}

/** Patterns are known by their numbers, from 0, in the order learned. */
export class AlikeChains {
  private readonly patterns: Known[] = [];
  /** The same, those that most chains fill in front. */
  private readonly ranked: Known[] = [];
  private readonly numbers = new Map<Pattern, number>();
  private hits = 0;
  private misses = 0;
  /** Of what `match` has found: the address as 32 bits, the port, and where its last line ends. */
  address = 0;
  port = 0;
  end = 0;

  /** Learns what a chain that was not like one before has in common with those to come. */
  learn(lines: string, name: string): void {
    const { patterns } = this;
    if (this.isOff()) return;
    const pattern = patternOfLines(lines, name);
    if (!pattern) return;
    this.misses++;
    if (patterns.length === MOST_PATTERNS || patterns.some((known) => samePattern(known.pattern, pattern))) return;
    const lineCount = lines.split("\n").length;
    // One that cannot be read is nobody's, whatever its text.
    const saved = savedPattern(lines, name) ?? pattern;
    const known = { number: patterns.length, pattern, saved, lineCount, matcher: matcherOf(pattern), hits: 0 };
    patterns.push(known);
    this.ranked.push(known);
  }

  private isOff(): boolean {
    return this.misses > MISSES_ALLOWED + this.hits / HITS_FOR_A_MISS;
  }

  /**
   * The pattern that whole lines at `start` are filled into, the first ones of the chain whose name ends at `nameEnd`; -1
   * where none is.
   */
  match(text: string, start: number, nameEnd: number): number {
    const { ranked } = this;
    if (ranked.length === 0 || this.isOff()) return -1;
    for (let i = 0; i < ranked.length; i++) {
      const known = ranked[i]!;
      const { matcher, pattern, number } = known;
      matcher.lastIndex = start;
      if (!matcher.test(text)) continue;
      const { texts } = pattern;
      const end = matcher.lastIndex;
      const address = ipv4At(text, nameEnd + texts[1]!.length);
      // Behind it comes what follows in the pattern, unless there are more numbers in it than four.
      const isWhole = text.startsWith(texts[2]!, endOfNumber());
      const port = portAt(text, text.lastIndexOf(":", end - texts.at(-1)!.length) + 1);
      // As a network, 0.0.0.0 may be spelled in ways of its own.
      if (address <= 0 || port < 0 || !isWhole) return -1;
      this.address = address | 0;
      this.port = port;
      this.end = end;
      this.hits++;
      known.hits++;
      if (i > 0 && ranked[i - 1]!.hits < known.hits) [ranked[i - 1], ranked[i]] = [known, ranked[i - 1]!];
      return number;
    }
    return -1;
  }

  lineCountOf(number: number): number {
    return this.patterns[number]!.lineCount;
  }

  /** The text of a chain, the last line without its line feed. */
  textOf(number: number, name: string, address: number, port: number): string {
    return filled(this.patterns[number]!.pattern, name, ipv4Text(address), port);
  }

  /** The number of one that says the same as this pattern in iptables-save's spelling; -1: none. To be asked when all chains are read. */
  numberOf(pattern: Pattern): number {
    let number = this.numbers.get(pattern);
    if (number === undefined) {
      number = this.patterns.findIndex(({ saved }) => samePattern(saved, pattern));
      this.numbers.set(pattern, number);
    }
    return number;
  }
}

/** The pattern of these lines in iptables-save's spelling. */
function savedPattern(lines: string, name: string): Pattern | undefined {
  const saved: string[] = [];
  for (const line of lines.split("\n")) {
    const parsed = parseRule(line);
    if ("problem" in parsed) return undefined;
    saved.push(printRuleSave(normalizeRule(parsed.rule, "IPv4"), "IPv4"));
  }
  return patternOfLines(saved.join("\n"), name);
}
