/** Rules as a node printed them, of which most are alike: what stays between two names was seen before, and is not read again. */
import type { Chain, ChainMap } from "./chain-map.js";
import { endOfIPv4, numberOfIPv4 } from "./ipv4-text.js";
import type { Draft, Numbers, Pieces } from "./pieces.js";
import type { Renamer } from "./renamer.js";
import type { StandIn } from "./template.js";

const CHAIN = /^KUBE-(?:FW|SVC|SVL|EXT|XLB|SEP)-[A-Z2-7]{16}$/;
const LONGEST_CHAIN = 25;
/** The one number that does not differ from line to line: counters that nobody counts. */
const NO_COUNTS = /^\[0:0\]\s$/;
/** In characters. */
const LONGEST_RUN = 300;
/** Whether a comment follows is told by fewer characters in front of it. */
const SHORT_RUN = 20;
/** Runs that are tried in one place, and different runs that are remembered. */
const MOST_TRIED = 16;
const MOST_RUNS = 1 << 14;
/** What may stand behind an address that is a field of its own. */
const REST = /^(?:\/32|:\d{1,5})?[ \n]$/;
const KUBE = "KUBE-";
const TARGET_AHEAD = "--to-destination ";
const [BLANK, NEWLINE, COLON] = [32, 10, 58];

/** Text that stays, as it stood in a capture before. */
interface Run {
  readonly text: string;
  readonly piece: number;
  readonly isLineEnd: boolean;
  /** True of short runs, too: what stands in front of them tells. */
  readonly mayHaveComment: boolean;
  /** What came behind it and one more field; what came last in front. */
  readonly next: Run[];
}

/** What a capture is replaced by. */
export interface CapturePlace {
  readonly renamer: Renamer;
  readonly chains: ChainMap;
}

/** How what is no run is read. */
export interface Fields {
  /** Of what stands between blanks, with the one blank or line end behind it. */
  readonly field: Numbers;
  /** Adds the comment at `at` if what is in front of it says that there is one; gives where it ends. */
  comment(text: string, at: number, draft: Draft): number;
  isCommentAhead(text: string, at: number): boolean;
}

/** Writes lines into drafts; what becomes of them is what becomes of each of their fields. */
export class RuleDrafter {
  readonly #renamer: Renamer;
  readonly #chains: ChainMap;
  readonly #pieces: Pieces;
  readonly #fields: Fields;
  readonly #runs = new Map<string, Run>();
  readonly #start: Run;
  /** The chain that the line is of. */
  #chain: Chain | undefined;
  /** That of the last line that was of one. */
  #lastChain: Chain | undefined;
  /** What stands at the place is the rest of a field, of which an address or a chain was taken. */
  #isRest = false;

  constructor({ renamer, chains }: CapturePlace, pieces: Pieces, fields: Fields) {
    this.#renamer = renamer;
    this.#chains = chains;
    this.#pieces = pieces;
    this.#fields = fields;
    this.#start = this.#newRun("");
  }

  /** Whole lines. */
  text(text: string, draft: Draft): void {
    let run = this.#start;
    for (let at = 0; at < text.length;) {
      const next = this.#nextRun(run, text, at) ?? this.#learnRun(run, text, at);
      if (!next) {
        at = this.#differing(text, at, draft);
        continue;
      }
      run = next;
      draft.add(run.piece);
      this.#isRest = false;
      at += run.text.length;
      if (run.isLineEnd) this.#endLine(draft);
      const end = run.mayHaveComment ? this.#fields.comment(text, at, draft) : at;
      at = end === at && at < text.length ? this.#differing(text, at, draft) : end;
    }
    this.#endLine(draft);
  }

  #endLine(draft: Draft): void {
    this.#chain = undefined;
    draft.endLine();
  }

  /** What came in this place before and comes again. */
  #nextRun({ next }: Run, text: string, at: number): Run | undefined {
    for (let i = 0; i < next.length; i++) {
      const run = next[i]!;
      if (!text.startsWith(run.text, at)) continue;
      // A chain is declared with a colon in front of it, which is part of the run.
      const end = at + run.text.length;
      if (text.charCodeAt(end - 1) === COLON && !text.startsWith(KUBE, end)) continue;
      for (let k = i; k > 0; k--) next[k] = next[k - 1]!;
      next[0] = run;
      return run;
    }
    return undefined;
  }

  /** The fields that stay from there on; undefined where the first of them does not. */
  #learnRun({ next }: Run, text: string, at: number): Run | undefined {
    let end = this.#isRest ? endOfField(text, at) : at;
    while (end < text.length && end - at < LONGEST_RUN && !this.#fields.isCommentAhead(text, end)) {
      if (text.charCodeAt(end) === COLON && text.startsWith(KUBE, end + 1)) {
        end++;
        break;
      }
      const fieldEnd = endOfField(text, end);
      if (!this.#isFixed(text.slice(end, fieldEnd))) break;
      end = fieldEnd;
    }
    if (end === at) return undefined;
    const run = this.#runOf(text.slice(at, end));
    if (next.length === MOST_TRIED) next.pop();
    next.unshift(run);
    return run;
  }

  #runOf(text: string): Run {
    const known = this.#runs.get(text);
    if (known) return known;
    const run = this.#newRun(text);
    if (this.#runs.size < MOST_RUNS) this.#runs.set(text, run);
    return run;
  }

  /** Whether the field is the same in many lines. */
  #isFixed(field: string): boolean {
    return (NO_COUNTS.test(field) || !/\d/.test(field)) && this.#pieces.isFixed(this.#fields.field(field));
  }

  #newRun(text: string): Run {
    return {
      text,
      piece: this.#pieces.literal(text),
      isLineEnd: text.includes("\n"),
      mayHaveComment: text.length < SHORT_RUN || this.#fields.isCommentAhead(text, text.length),
      next: [],
    };
  }

  /** Adds a field, or the chain or address that it begins with; gives where it ends. */
  #differing(text: string, at: number, draft: Draft): number {
    const isAppended = isRuleOfChainAt(text, at);
    const chain = text.startsWith(KUBE, at) ? this.#chainAt(text, at, isAppended) : undefined;
    if (chain) {
      this.#learnChain(chain, isAppended);
      draft.add(this.#pieces.standIn(chain));
      this.#isRest = true;
      return at + chain.name.length;
    }
    const addressEnd = endOfIPv4(text, at);
    const fieldEnd = endOfField(text, at);
    const rest = addressEnd < 0 ? "" : text.slice(addressEnd, fieldEnd);
    const isTarget = this.#chain !== undefined && isOfEndpoint(this.#chain) && endsWith(TARGET_AHEAD, text, at);
    if (addressEnd > 0 && REST.test(rest)) {
      const address = this.#addressAt(text, at, addressEnd);
      if (isTarget) this.#chain!.target = [address, rest.trimEnd()];
      draft.add(this.#pieces.standIn(address));
      this.#isRest = true;
      return addressEnd;
    }
    const field = text.slice(at, fieldEnd);
    if (isTarget) this.#chain!.target = field.trimEnd();
    draft.add(this.#fields.field(field));
    this.#isRest = false;
    if (field.endsWith("\n")) this.#endLine(draft);
    return this.#fields.comment(text, fieldEnd, draft);
  }

  /** The chain whose name is the whole field. */
  #chainAt(text: string, at: number, isAppended: boolean): Chain | undefined {
    const length = text.startsWith("FW-", at + KUBE.length) ? LONGEST_CHAIN - 1 : LONGEST_CHAIN;
    const behind = text.charCodeAt(at + length);
    if (behind !== BLANK && behind !== NEWLINE) return undefined;
    if (isAppended && this.#lastChain) {
      const { name, following } = this.#lastChain;
      if (text.startsWith(name, at)) return this.#lastChain;
      if (following && text.startsWith(following.name, at)) return following;
    }
    const name = text.slice(at, at + length);
    return this.#chains.known(name) ?? (CHAIN.test(name) ? this.#chains.chain(name) : undefined);
  }

  #learnChain(chain: Chain, isAppended: boolean): void {
    if (isAppended) this.#chain = this.#lastChain = chain;
    else if (this.#chain && isOfService(this.#chain) && isOfEndpoint(chain)) chain.parent = this.#chain.name;
  }

  #addressAt(text: string, at: number, end: number): StandIn {
    return this.#renamer.addresses.knownIPv4(numberOfIPv4(text, at)) ?? this.#renamer.address(text.slice(at, end))!;
  }
}

function isOfEndpoint({ name }: Chain): boolean {
  return name.startsWith("KUBE-SEP-");
}

/** Whether it is one from which chains of endpoints are jumped to. */
function isOfService({ name }: Chain): boolean {
  return name.startsWith("KUBE-SVC-") || name.startsWith("KUBE-SVL-");
}

/** Whether the text up to the index ends so. */
function endsWith(end: string, text: string, at: number): boolean {
  return at >= end.length && text.startsWith(end, at - end.length);
}

/** Whether a line adds a rule to the chain that stands there. */
function isRuleOfChainAt(text: string, at: number): boolean {
  if (!endsWith("-A ", text, at) && !endsWith("-I ", text, at)) return false;
  return at === 3 || text.charCodeAt(at - 4) === NEWLINE || endsWith("] ", text, at - 3);
}

/** The index behind the blank or line end that ends the field. */
function endOfField(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BLANK || code === NEWLINE) return i + 1;
  }
  return text.length;
}
