/** The blocks of a listing, line by line. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { StrangeLines } from "../capture-text/strange-lines.js";
import { LineNumbers, type LeftOut } from "../../source/line-numbers.js";
import { printable } from "../../util/printable.js";
import { familyOf, KUBE_PROXY_TABLE, type CapturedNftTable, type ForeignTable, type NftCapture } from "./capture.js";
import { readChainOption, readSetOption, type ChainOptions, type SetOptions } from "./declarations.js";
import { parseElements, parseElementsSoFar, plainElement } from "./elements.js";
import { parseRuleBody } from "./parse-rule.js";
import { ENTRY_CHAIN, KeptTables, leavesOpen, OpenText, SeenForeignTable } from "./foreign-table.js";
import { IptablesChains } from "./iptables-chains.js";
import { hashInName } from "./hashed-name.js";
import type { BlockLines } from "./listed-blocks.js";
import { emptySet, HASHED_PREFIXES, hasRepeats } from "./listed-parts.js";
import { HANDLE, listedRule } from "./listed-rules.js";
import { findPlainBlock, nameOfBlock, type PlainBlock } from "./plain-block.js";
import { finishListedTable, startListedTable, type ListedTable } from "./table-builder.js";
import { addWords, clearWords, emptyWords, unquote, WordReader } from "./tokens.js";
import type { NftChain, NftElement, NftRule, NftSet } from "./types.js";

/** A block of a table while it is read. */
type Block =
  | {
      readonly kind: "chain";
      readonly name: string;
      readonly options: ChainOptions;
      readonly rules: NftRule[];
      readonly handle?: number;
      readonly line: number;
    }
  | {
      readonly kind: "set";
      readonly mapped: boolean;
      readonly name: string;
      readonly options: SetOptions;
      elements: NftElement[];
      readonly handle?: number;
      readonly line: number;
    }
  /** Flowtables, counters and their like. */
  | { readonly kind: "other"; depth: number };

/** Unreadable lines reported one by one; the rest are counted. */
const MOST_REPORTED = 20;
/** Words by which a statement over several lines is named in messages. */
const START_WORDS = 8;
const LIST_START = ["elements", "=", "{"];
/** What nft -t prints for all elements. */
const ELLIPSIS = "...";
/** Longer lines are refused; a rule that balances among thousands of endpoints is some 100 kB. */
const LONGEST_LINE = 16 * 1024 * 1024;
/** Different texts of sets that are remembered. */
const MOST_SET_FORMS = 100;
const NO_MARK = -1;
const NOTHING: readonly string[] = [];
const FOREIGN_CHAIN = /^\s*chain (\S{1,80}) \{/;
const NO_RULE = /^\s*(\}|type |policy |comment |$)/;
/** nft -a writes a handle behind each rule. */
const FOREIGN_JUMP = new RegExp(`(jump|goto) ${ENTRY_CHAIN}\\s*(# handle \\d+\\s*)?$`);
/** What surrounds listings: nothing, comments, prompts, rulers, output of the other tools. */
const NOT_NFT =
  /^\s*$|^#|^```|^\[\d+:\d+\] -[A-Za-z] |^ *(?:\d+[KMGT]? +){0,3}(?:[A-Za-z][\w-]* +)?(?:\d{1,3}|[a-z][\w-]*) +(?:--|!f|-f) +\S|^[-=*+]{3,}|^[*:]\S|^-[A-Za] |^COMMIT|^Chain |^ *(target|num|pkts) |^IP Virtual|^Prot |^(TCP|UDP|SCTP|FWM) +\S|^[\da-f.:]+,(tcp|udp|sctp):\d+|^(\d{1,5}|[\d.]{7,15}|[\da-f]*:[\da-f:]+)(\/\d{1,3})?( timeout \d+)?\s*$|^ +-> |^(create|add) \S|^(Name|Type|Members|Header|Revision|Size in memory|References|Number of entries): |^Members:|^\d+: |^\s+(inet6?|link\/|valid_lft)/;

const TAB = 9;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** How lines of iptables tools begin, whatever stands in front of them. */
const MAYBE_OF_IPTABLES = /^[[\-KC:]|\r/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** What a set without elements says, and its mark among those that are remembered. */
interface SetForm {
  readonly options: SetOptions;
  readonly mark: number;
}

/** A list of elements while it is read. */
interface ListSoFar {
  readonly elements: NftElement[];
  /** The first words of those. */
  readonly start: string[];
  /** Holds what cannot be read line by line: the rest is read when its brace closes. */
  isStuck: boolean;
}

export class ListingReader {
  readonly #file: string;
  readonly #diagnostics: Diagnostic[];
  readonly #tables: CapturedNftTable[] = [];
  readonly #foreign: ForeignTable[] = [];
  readonly #line = emptyWords();
  /** Words of a statement that goes over several lines, and the line it starts in. */
  #pending: string[] = [];
  #pendingDepth = 0;
  #pendingLine = 0;
  /** Elements of it that were read already, and the first of their words; undefined where it is no such list. */
  #pendingList: ListSoFar | undefined;
  #table: ListedTable | undefined;
  #block: Block | undefined;
  /** What sets without elements say, by their text: there may be a set for each endpoint. */
  readonly #setForms = new Map<string, SetForm>();
  /** By the mark of those. */
  readonly #likes: NftSet[] = [];
  #hasRepeats = false;
  /** Inside another owner's table: its open braces and the chains seen. */
  #foreignDepth = 0;
  #foreignTable: SeenForeignTable | undefined;
  #foreignChain = "";
  /** Its lines since one that ends inside a quoted text: what stands there is no brace and no table. */
  #openText: OpenText | undefined;
  readonly #others: KeptTables;
  readonly #iptables: IptablesChains;
  #unread = 0;
  #mayHoldSave = false;
  readonly #strange: StrangeLines;
  #last = 0;
  readonly #numbers: LineNumbers;
  /** The texts hold all lines of the file: lines that stand together have numbers that follow each other. */
  readonly #isWhole: boolean;

  /**
   * `everyTable`: other owners' tables are read as kube-proxy's. `leftOut`: lines of the file that are in no text.
   * `makesAll`: each chain and set becomes an object at once.
   */
  constructor(
    file: string,
    diagnostics: Diagnostic[],
    leftOut: readonly LeftOut[] = [],
    private readonly everyTable = false,
    private readonly makesAll = false,
  ) {
    this.#numbers = new LineNumbers(leftOut);
    this.#isWhole = leftOut.length === 0;
    this.#file = file;
    this.#strange = new StrangeLines(file);
    this.#others = new KeptTables("list", file);
    this.#iptables = new IptablesChains(file);
    this.#diagnostics = diagnostics;
  }

  /** Adds whole lines; only the last text of a file may end without a line feed. */
  addText(text: string): void {
    for (let at = 0; at < text.length;) {
      // Nothing but the number of the lines that follow hangs on it; one stands behind each of 100,000 blocks.
      if (text.charCodeAt(at) === NEWLINE) {
        this.#last = this.#numbers.next();
        at++;
        continue;
      }
      const next = this.#pendingDepth > 0 ? this.#addPlainElement(text, at) : this.#addPlainBlock(text, at);
      if (next > 0) {
        at = next;
        continue;
      }
      let stop = text.indexOf("\n", at);
      if (stop < 0) stop = text.length;
      const end = stop > at && text.charCodeAt(stop - 1) === CARRIAGE_RETURN ? stop - 1 : stop;
      this.#addLine(text.slice(at, end), this.#numbers.next());
      at = stop + 1;
    }
  }

  /** The hot path: a block as every nft prints it. Gives the place behind it; 0 for anything that may be something else. */
  #addPlainBlock(text: string, at: number): number {
    if (!this.#isWhole || !this.#table || this.#block || this.#pendingDepth > 0) return 0;
    if (text.charCodeAt(at) !== TAB) return 0;
    const block = findPlainBlock(text, at);
    if (!block || block.next - at > LONGEST_LINE) return 0;
    const { kind, start, end, count } = block;
    const form = kind === "chain" ? undefined : this.#formOf(text.slice(start, end));
    if (kind !== "chain" && !form) return 0;
    const line = this.#numbers.next();
    if (!this.#addHashed(text, block, form, line)) {
      const name = nameOfBlock(text, block);
      if (form) this.#addSet(emptySet(kind === "map" ? "map" : "set", name, form.options, line));
      else this.#addChain({ name, line }, { text, start, end });
    }
    for (let i = 0; i <= count; i++) this.#last = this.#numbers.next();
    return block.next;
  }

  /** An element on a line of its own in a list that goes on. Gives the place behind it; 0 for anything else. */
  #addPlainElement(text: string, at: number): number {
    const list = this.#pendingList;
    if (!list || list.isStuck || list.start.length < START_WORDS || this.#foreignDepth > 0) return 0;
    if (this.#block?.kind !== "set" || this.#pending.length !== LIST_START.length) return 0;
    const stop = text.indexOf("\n", at);
    const element = stop < 0 ? undefined : plainElement(text, at, stop, this.#block.options.keyType, this.#pendingLine);
    if (!element) return 0;
    list.elements.push(element);
    this.#last = this.#numbers.next();
    return stop + 1;
  }

  /** An endpoint's chain, or the set of its clients, as no object. False for any other block. `form`: of a set. */
  #addHashed(text: string, block: PlainBlock, form: SetForm | undefined, line: number): boolean {
    const { kind, nameAt, start, end } = block;
    if (this.makesAll || kind === "map" || form?.mark === NO_MARK) return false;
    if (!text.startsWith(HASHED_PREFIXES[form ? "set" : "chain"], nameAt)) return false;
    const rank = hashInName(text, nameAt);
    if (rank < 0) return false;
    const { chains, sets } = this.#table!.parts;
    return (form ? sets : chains).pushHashed({ text, nameAt, rank, start, end, line, mark: form?.mark ?? 0 });
  }

  /** What the lines of a set without elements say; undefined where one of them is no such line. */
  #formOf(lines: string): SetForm | undefined {
    const known = this.#setForms.get(lines);
    if (known) return known;
    const options: SetOptions = { keyType: NOTHING, flags: NOTHING };
    for (const line of lines.trimEnd().split("\n")) {
      const words = emptyWords();
      addWords(words, line);
      if (!readSetOption(new WordReader(words.words), options)) return undefined;
    }
    if (this.#setForms.size >= MOST_SET_FORMS || options.keyType.length === 0) return { options, mark: NO_MARK };
    const form = { options, mark: this.#likes.push(emptySet("set", "", options, 0)) - 1 };
    this.#setForms.set(lines, form);
    return form;
  }

  #addLine(line: string, number: number): void {
    this.#last = number;
    this.#mayHoldSave ||= MAYBE_OF_IPTABLES.test(line);
    if (this.#foreignDepth > 0) return this.#skipForeign(line, number);
    if (line.length > LONGEST_LINE) return this.#report(line, number, "the line is too long");
    if (this.#table && this.#pendingDepth === 0 && this.#addPlainLine(line, number)) return;
    const words = this.#line;
    clearWords(words);
    addWords(words, line);
    if (words.words.length === 0 && (this.#table || line === "")) return;
    if (!this.#table) return this.#addTopLine(line, number);
    if (words.openQuote) return this.#report(line, number, "a quoted text is not closed");
    if (this.#pendingDepth > 0) return this.#continueStatement(line, number);
    this.#addWordsOfLine(0, line, number);
  }

  /** A rule or a closing brace, as every nft prints them. False for anything that may be something else. */
  #addPlainLine(line: string, number: number): boolean {
    const block = this.#block;
    if (line === "\t}" && block && block.kind !== "other") {
      this.#closeBlock();
      return true;
    }
    return block?.kind === "chain" && addPlainRule(block, line, number);
  }

  /** `hasRepeats`: chains or sets that are no objects stand there twice, which is told where all of them are made. */
  finish(): Pick<NftCapture, "tables" | "foreign" | "others"> & {
    readonly mayHoldSave: boolean;
    readonly hasRepeats: boolean;
  } {
    while (this.#openText) this.#dropOpenText();
    if (this.#table) {
      const inside = this.#block && "name" in this.#block ? ` in ${printable(this.#block.name)}` : "";
      this.#diagnostics.push({
        code: "capture-incomplete",
        severity: "error",
        message: `table ${this.#table.family} ${this.#table.name} breaks off${inside}: its closing brace is missing`,
        at: { file: this.#file, line: this.#last },
        notes: ["what stands behind the break is not compared"],
      });
      this.#finishTable();
    }
    this.#diagnostics.push(...this.#strange.diagnostics());
    if (this.#unread > MOST_REPORTED) {
      // Of lines in disorder nobody knows what stood where: what a table lacks then is not missing.
      for (const [i, table] of this.#tables.entries()) this.#tables[i] = { ...table, complete: false };
      this.#diagnostics.push({
        code: "unreadable-line",
        severity: "error",
        message: `${this.#unread - MOST_REPORTED} more lines of this file could not be read`,
        at: { file: this.#file },
      });
    }
    const foreign = [...this.#foreign, ...this.#iptables.tables];
    return {
      tables: this.#tables,
      foreign,
      others: this.#others,
      mayHoldSave: this.#mayHoldSave,
      hasRepeats: this.#hasRepeats,
    };
  }

  #addTopLine(line: string, number: number): void {
    const { words } = this.#line;
    if (words[0] !== "table" || words.length < 3) {
      if (this.#iptables.addLine(line, number)) return;
      if (!NOT_NFT.test(line)) this.#report(line, number, "this is no line of nft list ruleset");
      return;
    }
    const family = familyOf(words[1]);
    const name = family ? words[2]! : words[1]!;
    const opens = words[family ? 3 : 2] === "{";
    if (!opens) return this.#report(line, number, "a table is expected to open a block");
    if (CONTROL.test(name)) return this.#report(line, number, "the name of a table holds a control character");
    const at = { file: this.#file, line: number, form: "list" as const };
    if (name !== KUBE_PROXY_TABLE && !this.everyTable) {
      this.#foreignTable = new SeenForeignTable(family ?? "ip", name, this.#file, number);
      this.#foreignChain = "";
      this.#foreign.push(this.#foreignTable);
      this.#foreignDepth = this.#line.depth;
      this.#others.add(line, number);
      return;
    }
    this.#table = startListedTable(family ?? "ip", name, at, this.#likes);
    this.#addWordsOfLine(family ? 4 : 3, line, number);
  }

  #skipForeign(line: string, number: number): void {
    if (!this.#openText && !leavesOpen(line)) return this.#countForeign(line, number);
    this.#openText ??= new OpenText();
    const end = this.#openText.add(line, number);
    if (end === "closed") this.#endOpenText();
    else if (end === "given up") this.#dropOpenText();
  }

  #endOpenText(): void {
    const { text, number } = this.#openText!;
    this.#openText = undefined;
    this.#countForeign(text, number);
  }

  /** No comment is as long: the first line is broken, and the others stand for themselves. */
  #dropOpenText(): void {
    const [first, ...rest] = this.#openText!.lines;
    this.#openText = undefined;
    this.#countForeign(first!.line, first!.number);
    for (const { line, number } of rest) this.#addLine(line, number);
  }

  #countForeign(line: string, number: number): void {
    this.#others.add(line, number);
    const chain = FOREIGN_CHAIN.exec(line);
    if (chain) {
      this.#foreignChain = chain[1]!;
      this.#foreignTable?.addChain(this.#foreignChain, number);
    } else if (!NO_RULE.test(line)) this.#foreignTable?.addRule(this.#foreignChain, FOREIGN_JUMP.test(line));
    let quoted = false;
    for (let i = 0; i < line.length; i++) {
      const c = line.charCodeAt(i);
      if (c === 34) quoted = !quoted;
      else if (quoted) continue;
      else if (c === 123) this.#foreignDepth++;
      else if (c === 125) this.#foreignDepth--;
      else if (c === 35) break;
    }
  }

  /** The words of a line from one on: headers of blocks, statements, closing braces. */
  #addWordsOfLine(from: number, line: string, number: number): void {
    const { words } = this.#line;
    let at = from;
    while (at < words.length) {
      if (!this.#table) return this.#report(line, number, "text behind the end of a table");
      if (this.#block?.kind === "other") {
        at = this.#skipOther(this.#block, at);
        continue;
      }
      if (words[at] === "}") {
        if (this.#block) this.#closeBlock();
        else this.#closeTable();
        at++;
        continue;
      }
      if (words[at] === ";") {
        at++;
        continue;
      }
      if (!this.#block) {
        const open = this.#openBlock(at, number);
        if (open > 0) {
          at = open;
          continue;
        }
      }
      const end = this.#statementEnd(at);
      if (end < 0) {
        this.#pending = words.slice(at);
        this.#pendingDepth = depthOf(this.#pending);
        this.#pendingLine = number;
        this.#pendingList = startsList(this.#pending) ? { elements: [], start: [], isStuck: false } : undefined;
        return;
      }
      this.#addStatement(words, at, end, line, number);
      at = end;
    }
  }

  /** Where a statement ends: at `;`, at the brace that closes its block, or with the line; -1: on a later line. */
  #statementEnd(from: number): number {
    const { words } = this.#line;
    let depth = 0;
    for (let i = from; i < words.length; i++) {
      const word = words[i]!;
      if (word === "{") depth++;
      else if (word === "}" && --depth < 0) return i;
      else if (word === ";" && depth === 0) return i;
    }
    return depth > 0 ? -1 : words.length;
  }

  #continueStatement(line: string, number: number): void {
    const { words } = this.#line;
    let depth = this.#pendingDepth;
    let end = 0;
    while (end < words.length && depth > 0) {
      if (words[end] === "{") depth++;
      else if (words[end] === "}") depth--;
      end++;
    }
    if (depth > 0 && line.includes(" {") && /^\s*(chain|set|map|table) \S+ \{/.test(line)) {
      // A new block cannot start inside an element list: the capture lacks lines here.
      this.#report(this.#startOfPending(), this.#pendingLine, "a list of elements is not closed");
      this.#pendingDepth = 0;
      this.#dropPending();
      this.#closeBlock();
      return this.#addWordsOfLine(0, line, number);
    }
    for (let i = 0; i < end; i++) this.#pending.push(words[i]!);
    this.#pendingDepth = depth;
    if (depth > 0) return this.#readPendingElements();
    while (end < words.length && words[end] !== ";" && words[end] !== "}") this.#pending.push(words[end++]!);
    const { length } = this.#pending;
    this.#addStatement(this.#pending, 0, length, this.#startOfPending(), this.#pendingLine);
    this.#dropPending();
    this.#addWordsOfLine(end, line, number);
  }

  /** Reads the elements of a list that goes on: the words of 100,000 would outlive many a garbage collection. */
  #readPendingElements(): void {
    const list = this.#pendingList;
    const words = this.#pending;
    if (!list || list.isStuck || this.#block?.kind !== "set" || words.at(-1) !== ",") return;
    const reader = new WordReader(words, LIST_START.length);
    const elements =
      reader.peek() === ELLIPSIS
        ? undefined
        : parseElementsSoFar(reader, this.#block.options.keyType, this.#pendingLine);
    if (!elements) {
      list.isStuck = true;
      return;
    }
    if (list.start.length < START_WORDS) list.start.push(...this.#unreadWords().slice(0, START_WORDS));
    for (const element of elements) list.elements.push(element);
    words.length = LIST_START.length;
  }

  /** Words of the pending statement, but for those that were read already. */
  #unreadWords(): readonly string[] {
    return this.#pendingList && this.#pendingList.start.length > 0
      ? this.#pending.slice(LIST_START.length)
      : this.#pending;
  }

  #startOfPending(): string {
    return [...(this.#pendingList?.start ?? []), ...this.#unreadWords().slice(0, START_WORDS)]
      .slice(0, START_WORDS)
      .join(" ");
  }

  #dropPending(): void {
    this.#pending = [];
    this.#pendingList = undefined;
  }

  #skipOther(block: { depth: number }, from: number): number {
    const { words } = this.#line;
    let at = from;
    while (at < words.length && block.depth > 0) {
      if (words[at] === "{") block.depth++;
      else if (words[at] === "}") block.depth--;
      at++;
    }
    if (block.depth === 0) this.#block = undefined;
    return at;
  }

  /** Opens a block when the words are the header of one, and gives the place behind its brace; else 0. */
  #openBlock(at: number, number: number): number {
    const { words, handle } = this.#line;
    const brace = words.indexOf("{", at);
    if (brace < 0) return 0;
    const kind = words[at];
    const name = unquote(words[at + 1] ?? "");
    if ((kind === "chain" || kind === "set" || kind === "map") && brace === at + 2)
      this.#startBlock(kind, name, handle, number);
    else if (/^(flowtable|counter|quota|limit|secmark|synproxy|ct)$/.test(kind ?? ""))
      this.#block = { kind: "other", depth: 1 };
    else return 0;
    return brace + 1;
  }

  #startBlock(kind: "chain" | "set" | "map", name: string, handle: number | undefined, line: number): void {
    this.#block =
      kind === "chain"
        ? { kind, name, options: {}, rules: [], handle, line }
        : {
            kind: "set",
            mapped: kind === "map",
            name,
            options: { keyType: NOTHING, flags: NOTHING },
            elements: [],
            handle,
            line,
          };
  }

  #addStatement(words: readonly string[], from: number, to: number, line: string, number: number): void {
    const block = this.#block;
    if (block?.kind === "chain") {
      const reader = new WordReader(words, from, to);
      const word = words[from];
      if ((word === "type" || word === "policy" || word === "comment") && readChainOption(reader, block.options))
        return;
      // No statement of a rule begins with these words.
      if (word === "type" || word === "policy") return this.#report(line, number, `this is no ${word} of a chain`);
      const body = parseRuleBody(words, from, to);
      if (!isRule(body.statements)) return this.#report(line, number, "this is no rule");
      block.rules.push({ chain: block.name, ...body, handle: this.#line.handle, line: number });
    } else if (block?.kind === "set") {
      if (words[from] === "elements") this.#addElements(block, new WordReader(words, from + 1, to), line, number);
      else if (!readSetOption(new WordReader(words, from, to), block.options))
        this.#report(line, number, "this is no line of a set");
    } else if (words[from] === "comment" && to === from + 2) this.#table!.comment = unquote(words[from + 1]!);
    else if (words[from] === "flags") {
      if (words.slice(from, to).includes("dormant")) this.#table!.dormant = true;
    } else this.#report(line, number, "this is no chain, set or map");
  }

  #addElements(block: Extract<Block, { kind: "set" }>, reader: WordReader, line: string, number: number): void {
    if (!reader.take("=") || !reader.take("{")) return this.#report(line, number, "this is no list of elements");
    const soFar = this.#pendingList?.elements ?? [];
    if (reader.peek() === ELLIPSIS && soFar.length === 0) {
      this.#table!.sawEllipsis = true;
      return;
    }
    const rest = parseElements(reader, block.options.keyType, number);
    if (!rest) return this.#report(line, number, "an element of this list cannot be read");
    const elements = soFar.length === 0 ? rest : soFar.concat(rest);
    block.elements = block.elements.length === 0 ? elements : [...block.elements, ...elements];
  }

  #closeBlock(): void {
    const block = this.#block;
    this.#block = undefined;
    if (block?.kind === "chain") {
      const { name, options, handle, line, rules } = block;
      const isPlain = !options.base && options.comment === undefined;
      // Takes no more room than it needs.
      this.#addChain(isPlain ? { name, handle, line } : { name, ...options, handle, line }, rules.slice());
    } else if (block?.kind === "set") {
      const { name, options, elements, handle, line } = block;
      this.#addSet({ kind: block.mapped ? "map" : "set", name, ...options, elements, handle, line });
    }
  }

  #addChain(chain: NftChain & { readonly line: number }, rules: readonly NftRule[] | BlockLines): void {
    const { parts, rulesOfChains } = this.#table!;
    const lines = "text" in rules ? rules : undefined;
    if (!lines) rulesOfChains.set(parts.chains.length, rules as readonly NftRule[]);
    if (!parts.chains.push(chain, lines)) this.#reportAgain("chain", chain);
  }

  #addSet(set: NftSet & { readonly line: number }): void {
    // nft prints each once, as it does chains.
    if (!this.#table!.parts.sets.push(set)) this.#reportAgain("set", set);
    if (set.keyType.length === 0) this.#report(`${set.kind} ${set.name}`, set.line, "no type is given");
  }

  #reportAgain(kind: string, { name, line }: { readonly name: string; readonly line: number }): void {
    this.#report(`${kind} ${name}`, line, "this stands in the table before");
  }

  #finishTable(): void {
    const table = this.#table!;
    this.#hasRepeats ||= hasRepeats(table.parts);
    this.#tables.push(finishListedTable(table));
  }

  #closeTable(): void {
    this.#table!.complete = true;
    this.#finishTable();
    this.#table = undefined;
  }

  #report(line: string, number: number, problem: string): void {
    if (!this.#block && this.#strange.take(line, number)) return;
    this.#unread++;
    if (this.#unread > MOST_REPORTED) return;
    this.#diagnostics.push({
      code: "unreadable-line",
      severity: "error",
      message: `${problem}: ${printable(line.trim().slice(0, 200))}`,
      at: { file: this.#file, line: number },
    });
  }
}

/**
 * A rule that stands on a line of its own, as every nft prints it, is kept as text.
 * False for anything that may be something else.
 */
function addPlainRule(block: Extract<Block, { kind: "chain" }>, line: string, number: number): boolean {
  if (line.charCodeAt(0) !== 9 || line.charCodeAt(1) !== 9) return false;
  const first = line.charCodeAt(2);
  // Lower-case letters; not the "c" of comment, "p" of policy, "t" of type, save for what is surely a rule.
  if (
    !(first >= 97 && first <= 122) ||
    ((first === 99 || first === 112 || first === 116) && !line.startsWith("ct ", 2))
  )
    return false;
  const at = line.lastIndexOf(HANDLE);
  const end = at > 0 ? at : line.length;
  // A list that goes on in the next line does not end in its brace; braces in quotes are left to the slow path.
  const brace = line.indexOf("{");
  const close = line.indexOf("}");
  if (brace < 0 ? close >= 0 : close !== end - 1 || line.indexOf("{", brace + 1) >= 0 || line.includes('"'))
    return false;
  if (line.includes(";")) return false;
  const quote = line.indexOf('"');
  if (quote >= 0 && line.indexOf('"', quote + 1) !== end - 1 && !KNOWN_QUOTED.test(line)) return false;
  const rule = listedRule(block.name, line.slice(2), number);
  if (!rule) return false;
  block.rules.push(rule);
  return true;
}

/** Quoted interface names stand in the middle of a rule. */
const KNOWN_QUOTED = /^[^"]* (iif|iifname) (!= )?"[^"{}#;]*"[^"]*("[^"{}#;]*")?( # handle \d+)?$/;

function startsList(words: readonly string[]): boolean {
  return LIST_START.every((word, i) => words[i] === word);
}

function depthOf(words: readonly string[]): number {
  let depth = 0;
  for (const word of words) {
    if (word === "{") depth++;
    else if (word === "}") depth--;
  }
  return depth;
}

/** A line of which not a single word is understood, and which starts like no statement, is none. */
function isRule(statements: NftRule["statements"]): boolean {
  const [first] = statements;
  if (!first) return false;
  return first.kind !== "unknown" || /^[a-z@]/.test(first.text);
}
