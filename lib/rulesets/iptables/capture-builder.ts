/** Puts captured tables together, line by line. */
import { printable } from "../../util/printable.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPFamily } from "../../net/ip.js";
import { type LeftOut, LineNumbers } from "../../source/line-numbers.js";
import { ALL_OF_IT, BUILT_IN_CHAINS, tableNameOf, type CapturedTable, type Captures } from "./capture.js";
import type { ChainLines } from "./chain-lines.js";
import { ChainTable, roomOfFile } from "./chain-table.js";
import { otherToolOf, readCounters, readHeading, saysNothing, type Heading } from "./capture-lines.js";
import { listingColumns, parseListedRule, parseShortened, type ListingColumns } from "./parse-listing.js";
import { printRuleSave } from "./print-save.js";
import { isNamedIPv6 } from "../capture-text/named-ipv6.js";
import { StrangeLines } from "../capture-text/strange-lines.js";
import { endsEarly, endsInDeclarations, endsWhole, lacksBeginning, lacksRows } from "./tell-cut.js";
import { mayBeFiltered, tellFiltered } from "./may-be-filtered.js";
import { familyOfTexts, familyOfWords, tableOfContents } from "./tell-table.js";
import type { Counters, TableName } from "./types.js";

interface OpenTable {
  readonly form: CapturedTable["form"];
  readonly heading: Heading;
  readonly startLine: number;
  readonly chains: ChainTable;
  /** Rules were seen, so that a declaration starts another table (iptables -S). */
  hasRules: boolean;
  /** Of iptables-save: a chain is declared behind its own rules, as no tool prints it. */
  isShuffled: boolean;
  committed: boolean;
  /** Of a listing: a row has names in place of numbers. */
  hasNames: boolean;
  /** Of a listing: interfaces are shown. */
  hasInterfaces: boolean;
  /** Of a listing: the last empty line, of which one stands in front of each chain but the first. */
  emptyLine: number;
  /** One of them is not there. */
  lacksEmptyLine: boolean;
  /** Place among the chains, below 0 where there is none. */
  current: number;
  /** Its name. */
  currentName: string;
  /** Of iptables-save: the place of the chain declared behind the one whose rules are read. */
  upcoming: number;
  /** Of the rules before the chain at hand. */
  previous: number;
  /** Chains that rules alone name. */
  readonly undeclared: Set<string>;
  /** Of a listing: how many rows lead to each chain, by its heading. */
  readonly references: Map<string, number>;
  columns: ListingColumns | undefined;
  /** Rows of a listing wait until all chains are known: a target may be a chain or an extension. */
  readonly rows: {
    readonly chain: number;
    readonly columns: ListingColumns;
    readonly line: string;
    readonly number: number;
  }[];
  family: IPFamily | undefined;
}

/** Behind a chain's name in iptables-save, where it has no policy and no counters. */
const DECLARED = " - [0:0]";

/** Counters in front of a rule, as readCounters takes them. */
const COUNTERS = /(?<![^\n])\[\d+:\d+\] (?=-A [^-\n])/g;
/** The beginning of a line that is no rule with counters. */
const NOT_COUNTED = /(?<![^\n])(?!\[\d+:\d+\] -A [^-\n]|$)/;

/** Lines longer than this are refused; real ones are a few hundred characters. */
const LONGEST_LINE = 100_000;
/** Unreadable lines reported one by one; the rest are counted. */
const MOST_REPORTED = 20;
/** Warnings of a tool that are told of a file without rules: a session may have some of several tools. */
const MOST_WARNINGS = 3;

export class CaptureBuilder {
  private readonly tables: CapturedTable[] = [];
  private readonly otherTools: { file: string; tool: string; line: number }[] = [];
  private readonly warnings: { file: string; line: number; text: string }[] = [];
  private readonly diagnostics: Diagnostic[] = [];
  private file = "";
  private size = 0;
  private room = roomOfFile(0);
  private open: OpenTable | undefined;
  private heading: Heading = {};
  private otherTool: string | undefined;
  private unread = 0;
  private lastLine = 0;
  private numbers = new LineNumbers();
  private sawAny = false;
  /** The line at hand is the last one and has no end. */
  private isOpenEnd = false;
  /** That line is the beginning of one. */
  private brokeOff = false;
  private strange = new StrangeLines("");
  private names: { readonly line: number; count: number } | undefined;
  /** Diagnostics about the file at hand start here. */
  private firstOfFile = 0;

  /** `keepsCounters`: whether anybody asks for those of rules. */
  constructor(private readonly keepsCounters = true) {}

  /** `leftOut`: lines of the file that are in none of its texts; `size`: of the texts. */
  startFile(name: string, leftOut: readonly LeftOut[] = [], size = 0): void {
    this.numbers = new LineNumbers(leftOut);
    this.file = name;
    this.size = size;
    this.room = roomOfFile(size);
    this.open = undefined;
    this.heading = {};
    this.otherTool = undefined;
    this.unread = 0;
    this.lastLine = 0;
    this.sawAny = false;
    this.isOpenEnd = false;
    this.brokeOff = false;
    this.strange = new StrangeLines(name);
    this.names = undefined;
    this.firstOfFile = this.diagnostics.length;
  }

  /** Of a file of which nothing is read, why. */
  refuseFile(refusal: Diagnostic): void {
    this.diagnostics.push(refusal);
  }

  note(notes: readonly Diagnostic[]): void {
    this.diagnostics.push(...notes);
    this.firstOfFile = this.diagnostics.length;
  }

  /** Adds whole lines; only the last text of a file may end without a line feed. */
  addText(captured: string): void {
    const text = this.inPlainForm(captured);
    let at = 0;
    while (at < text.length) {
      let stop = text.indexOf("\n", at);
      if (stop < 0) {
        stop = text.length;
        this.isOpenEnd = true;
      }
      this.lastLine = this.numbers.next();
      const isPlain = stop > at && text.charCodeAt(stop - 1) !== 13;
      const done = isPlain ? this.extendsChain(text, at, stop) : -1;
      if (done >= 0) stop = done;
      else if (!isPlain || !this.declaresChain(text, at, stop))
        this.addLine(text.slice(at, text.charCodeAt(stop - 1) === 13 && stop > at ? stop - 1 : stop), this.lastLine);
      at = stop + 1;
    }
    this.open?.chains.leaveText(text);
  }

  /** The same lines without what keeps them from the hot paths: carriage returns, and counters that nobody asks for. */
  private inPlainForm(captured: string): string {
    const text = captured.includes("\r\n") ? captured.replaceAll("\r\n", "\n") : captured;
    const { open } = this;
    if (this.keepsCounters || open?.form !== "save" || open.committed || NOT_COUNTED.test(text)) return text;
    return text.replace(COUNTERS, "");
  }

  /**
   * The hot path: one more "-A CHAIN ..." of iptables-save, and of a chain that is like others those behind it as well; no
   * string is made of it. Where the last of them ends; -1 when this is none.
   */
  private extendsChain(text: string, start: number, end: number): number {
    const { open } = this;
    if (open?.form !== "save" || open.committed || text.charCodeAt(start) !== 45) return -1;
    if (end - start > LONGEST_LINE || !text.startsWith("-A ", start) || text.charCodeAt(start + 3) === 45) return -1;
    const isSame = open.current >= 0 && isWordAt(text, start + 3, end, open.currentName);
    if (!isSame) {
      const space = text.indexOf(" ", start + 3);
      const stop = space < 0 || space > end ? end : space;
      this.enter(open, this.nextChain(open, text, start + 3, stop), text.slice(start + 3, stop));
      open.hasRules = true;
      const count = open.chains.addAlike(open.current, text, start, stop, this.lastLine);
      for (let i = 1; i < count; i++) this.lastLine = this.numbers.next();
      if (count > 0) return open.chains.alikeEnd;
    }
    open.chains.addFrom(open.current, text, start, end, this.lastLine);
    return end;
  }

  /** The chain named at `start`: mostly the one declared after the chain at hand, which is cheaper than a look-up. */
  private nextChain(open: OpenTable, text: string, start: number, end: number): number {
    const { chains } = open;
    const guess = open.upcoming++;
    if (guess < chains.size && chains.isNamed(guess, text, start, end)) return guess;
    const place = this.chainOf(open, text.slice(start, end));
    if (place > guess) open.upcoming = place + 1;
    return place;
  }

  private enter(open: OpenTable, place: number, name: string): void {
    open.previous = open.current;
    open.current = place;
    open.currentName = name;
  }

  /** The hot path: ":CHAIN - [0:0]" of iptables-save, of a chain that is new. */
  private declaresChain(text: string, start: number, end: number): boolean {
    const { open } = this;
    if (open?.form !== "save" || open.committed || text.charCodeAt(start) !== 58) return false;
    const nameEnd = end - DECLARED.length;
    if (open.hasRules || !text.startsWith(DECLARED, nameEnd) || text.indexOf(" ", start) !== nameEnd) return false;
    return end - start <= LONGEST_LINE && open.chains.declareAt(text, start + 1, nameEnd);
  }

  private addLine(line: string, number: number): void {
    const { open } = this;
    if (open?.form === "save" && !open.committed && this.addSavedRule(open, line, number)) return;
    if (line.length > LONGEST_LINE) return this.addLongLine(line, number);
    if (this.addDeclaration(line, number)) return;
    if (this.addListed(line, number)) return;
    if (this.noteComment(line, number)) return;
    if (saysNothing(line)) return;
    const tool = otherToolOf(line);
    if (tool) return this.startOtherTool(tool, number);
    if (this.strange.takeRefusal(line, number) || this.otherTool) return;
    if (this.open?.form !== "save" || this.open.committed) {
      const heading = readHeading(line);
      if (heading) {
        this.strange.take(line, number);
        return this.setHeading(heading);
      }
    }
    this.report(line, number, "this is no line of iptables-save, iptables -S or iptables -L");
  }

  /** nft prints its JSON as one line. */
  private addLongLine(line: string, number: number): void {
    const tool = otherToolOf(line.slice(0, LONGEST_LINE));
    if (tool) this.startOtherTool(tool, number);
    else this.report(line, number, "the line is too long");
  }

  endFile(endsWithNewline: boolean): void {
    this.closeTable(endsWithNewline, true);
    tellFamilies(this.tables, this.file);
    tellFiltered(this.tables, this.file);
    if (this.unread > MOST_REPORTED)
      this.diagnostics.push({
        code: "unreadable-line",
        severity: "error",
        message: `${this.unread - MOST_REPORTED} more lines of this file could not be read`,
        at: { file: this.file },
      });
    if (!this.sawAny) this.reportEmpty();
    else this.diagnostics.push(...this.strange.diagnostics());
    if (this.names) this.reportNames(this.names);
  }

  private reportNames({ line, count }: { readonly line: number; readonly count: number }): void {
    this.diagnostics.push({
      code: "capture-names",
      severity: "error",
      message: `${count} row${count > 1 ? "s" : ""} of this listing ${count > 1 ? "have" : "has"} names in place of ports or addresses`,
      at: { file: this.file, line },
      notes: ["take the listing with -n (iptables -t nat -nvL), or better: iptables-save > node.txt"],
    });
  }

  /** Of a file that is something else altogether, its lines are not told one by one. */
  private reportEmpty(): void {
    const [first] = this.diagnostics.splice(this.firstOfFile);
    const strange = this.strange.diagnostics();
    this.diagnostics.push(...strange);
    if (strange.some(({ severity }) => severity === "error")) return;
    if (this.otherTools.some((tool) => tool.file === this.file)) return;
    this.diagnostics.push({
      code: "capture-empty",
      severity: "error",
      message: this.lastLine === 0 ? "the file is empty" : "the file holds no rules of iptables",
      at: { file: this.file },
      notes: [
        "expected the output of iptables-save, iptables -S or iptables -nvL",
        // "iptables-legacy tables present, use iptables-legacy-save to see them": where the rules are.
        ...this.warnings
          .filter(({ file }) => file === this.file)
          .slice(0, MOST_WARNINGS)
          .map(({ text }) => `it says: ${text.slice(0, 200)}`),
        ...(first ? [first.message.slice(0, 200)] : []),
      ],
    });
  }

  finish(): Captures {
    return {
      tables: this.tables,
      otherTools: this.otherTools,
      warnings: this.warnings,
      diagnostics: this.diagnostics,
    };
  }

  /** The hot path: "-A CHAIN ..." of iptables-save, with or without counters. */
  private addSavedRule(open: OpenTable, line: string, number: number): boolean {
    let text = line;
    let counters: Counters | undefined;
    if (line.charCodeAt(0) === 91) {
      const space = line.indexOf(" ");
      counters = readCounters(line.slice(0, space));
      if (!counters) return false;
      text = line.slice(space + 1);
    }
    if (text.charCodeAt(0) !== 45 || text.charCodeAt(1) !== 65 || text.charCodeAt(2) !== 32) return false;
    if (text.length > LONGEST_LINE || text.startsWith("-A -")) return false;
    this.addRule(open, text, number, counters);
    return true;
  }

  private addRule(open: OpenTable, text: string, number: number, counters: Counters | undefined): void {
    let space = text.indexOf(" ", 3);
    if (space < 0) space = text.length;
    if (open.current >= 0 && open.currentName.length === space - 3 && text.startsWith(open.currentName, 3)) {
      open.hasRules = true;
      open.chains.at(open.current).add(text, number, counters);
      return;
    }
    const name = text.slice(3, space);
    const place = this.chainOf(open, name);
    if (open.form !== "listing") this.enter(open, place, name);
    open.hasRules = true;
    open.chains.at(place).add(text, number, counters);
  }

  private chainOf(open: OpenTable, name: string): number {
    const known = open.chains.placeOf(name);
    if (known >= 0) return known;
    open.undeclared.add(name);
    return open.chains.declare(name, undefined, undefined);
  }

  /** `*nat`, `:CHAIN - [0:0]`, `COMMIT`; `-P`, `-N`, `-A` of iptables -S. */
  private addDeclaration(line: string, number: number): boolean {
    switch (line.charCodeAt(0)) {
      case 42: {
        const name = tableNameOf(line.slice(1).trim());
        if (!name) return false;
        this.openTable("save", number, { ...this.heading, table: name });
        return true;
      }
      case 58: {
        if (this.open?.form !== "save" || this.open.committed) return false;
        const found = /^:(\S+) (\S+)(?: (\[\d+:\d+\]))?\s*$/.exec(line);
        if (!found) return false;
        if (this.open.undeclared.has(found[1]!)) this.open.isShuffled = true;
        this.open.chains.declare(
          found[1]!,
          found[2] === "-" ? undefined : found[2],
          found[3] ? readCounters(found[3]) : undefined,
        );
        return true;
      }
      case 67: {
        if (line.trim() !== "COMMIT") return false;
        if (this.open?.form === "commands") return this.dropHeadless(number);
        if (this.open?.form !== "save") return false;
        this.open.committed = true;
        return true;
      }
      case 45:
        return this.addCommand(line, number);
      default:
        return false;
    }
  }

  /** Rules of iptables-save whose table begins above the file: those in front of them are not missing on the node. */
  private dropHeadless(number: number): true {
    this.open = undefined;
    this.diagnostics.push({
      code: "capture-incomplete",
      severity: "error",
      message:
        "the beginning of this table is missing, so nothing of it is read: COMMIT ends a table that no *TABLE begins",
      at: { file: this.file, line: number },
      notes: ["redirect the tool into a file instead of copying from the screen: iptables-save > node.txt"],
    });
    return true;
  }

  private addCommand(line: string, number: number): boolean {
    const declared = /^-(P|N) (\S+)(?: ([A-Z]+))?(?: -c (\d+) (\d+))?\s*$/.exec(line);
    if (declared) {
      const [, command, name, policy, packets, bytes] = declared;
      if ((command === "P") !== (policy !== undefined)) return false;
      if (
        this.open?.form !== "commands" ||
        this.open.hasRules ||
        this.open.chains.has(name!) ||
        (command === "P" && this.isLate(name!))
      )
        this.openTable("commands", number, this.heading);
      this.open!.chains.declare(
        name!,
        policy,
        packets === undefined ? undefined : { packets: Number(packets), bytes: Number(bytes) },
      );
      return true;
    }
    if (!line.startsWith("-A ") || line.startsWith("-A -")) return false;
    if (this.otherTool) return false;
    if (this.open?.form !== "commands") this.openTable("commands", number, this.heading);
    const counted = / -c (\d+) (\d+)(?= -[jg] |$)/.exec(line);
    if (!counted) this.addRule(this.open!, line.trimEnd(), number, undefined);
    else
      this.addRule(
        this.open!,
        line.slice(0, counted.index) + line.slice(counted.index + counted[0].length).trimEnd(),
        number,
        {
          packets: Number(counted[1]),
          bytes: Number(counted[2]),
        },
      );
    return true;
  }

  /** Whether a built-in chain comes too late to belong to the table at hand: built-in chains stand first, by hook. */
  private isLate(builtIn: string): boolean {
    for (const name of this.open?.chains.keys() ?? [])
      if (!BUILT_IN_CHAINS.has(name) || hookOrder(name) > hookOrder(builtIn)) return true;
    return false;
  }

  /** `Chain NAME (...)`, its heading row, its rows. */
  private addListed(line: string, number: number): boolean {
    const chain = /^Chain (\S+) \((?:policy ([A-Z]+)(?: (\S+) packets, (\S+) bytes)?|(-?\d+) references)\)\s*$/.exec(
      line,
    );
    if (chain) {
      const [, name, policy, packets, bytes] = chain;
      const startsTable =
        this.open?.form !== "listing" || this.open.chains.has(name!) || (policy !== undefined && this.isLate(name!));
      if (startsTable) this.openTable("listing", number, this.heading);
      else if (this.open!.emptyLine !== number - 1) this.open!.lacksEmptyLine = true;
      const counters =
        packets === undefined
          ? undefined
          : { packets: parseShortened(packets) ?? 0, bytes: parseShortened(bytes!) ?? 0 };
      this.enter(this.open!, this.open!.chains.declare(name!, policy, counters), name!);
      if (chain[5] !== undefined) this.open!.references.set(name!, Number(chain[5]));
      this.open!.columns = undefined;
      return true;
    }
    const { open } = this;
    if (open?.form !== "listing" || open.current < 0) return false;
    if (line.trim() === "") {
      open.emptyLine = number;
      return true;
    }
    const columns = listingColumns(line);
    if (columns) {
      open.columns = columns;
      open.hasInterfaces = columns.interfaces;
      return true;
    }
    if (!open.columns || !isRow(line, open.columns)) return false;
    open.rows.push({ chain: open.current, columns: open.columns, line, number });
    return true;
  }

  private openTable(form: CapturedTable["form"], number: number, heading: Heading): void {
    this.closeTable(true);
    this.sawAny = true;
    this.otherTool = undefined;
    this.open = {
      form,
      heading,
      startLine: number,
      chains: new ChainTable(this.size, this.room),
      hasRules: false,
      isShuffled: false,
      committed: false,
      hasNames: false,
      hasInterfaces: form !== "listing",
      emptyLine: 0,
      lacksEmptyLine: false,
      current: -1,
      currentName: "",
      upcoming: 0,
      previous: -1,
      undeclared: new Set(),
      references: new Map(),
      columns: undefined,
      rows: [],
      family: heading.family,
    };
    // A heading names one table; its tool stands for all that follow.
    this.heading = { ...this.heading, table: undefined };
  }

  /** `isLast`: of the file. */
  private closeTable(endsWithNewline: boolean, isLast = false): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    if (open.isShuffled) return this.refuseShuffled(open);
    for (const row of open.rows) this.addRow(open, row);
    // The last line of a file may be cut anywhere: then it is not read.
    if (!endsWithNewline && open.form !== "listing" && !open.committed) this.dropOpenLine(open);
    const name = open.heading.table ?? tableOfContents(open.chains, this.tables, this.file);
    const isHeadless =
      open.form === "commands" ? lacksBeginning(open.chains, name) : name !== undefined && isChainAlone(open);
    const complete = open.form === "save" ? open.committed : !isHeadless && !this.isCutTable(open, isLast);
    const cutChains = complete ? new Set<string>() : chainsNotReached(open);
    if (isHeadless) for (const chain of firstOf(open.chains)) cutChains.add(chain);
    const family = familyOfTexts(open.chains) ?? open.family ?? familyOfWords(open.chains) ?? "unknown";
    this.tables.push({
      name,
      family,
      variant: open.heading.variant ?? "unknown",
      file: this.file,
      startLine: open.startLine,
      form: open.form,
      complete,
      chains: open.chains,
      cutChains,
      ...(open.hasNames && { hasNames: true }),
      ...(!open.hasInterfaces && { withoutInterfaces: true }),
      ...(mayBeFiltered(open.chains, lacksLines(open)) && { mayLackRules: true }),
    });
    if (isHeadless) this.reportHeadless(open, name);
    else if (!complete) this.reportCut(open, name, cutChains.size);
    this.reportUndeclared(open);
  }

  private refuseShuffled({ startLine }: OpenTable): void {
    this.diagnostics.push({
      code: "capture-shuffled",
      severity: "error",
      message:
        "a chain is declared behind rules, as no tool prints it: the lines were sorted or put together, and nothing of the table is read",
      at: { file: this.file, line: startLine },
      notes: ["the order of rules decides; give the output as it is: iptables-save > node.txt"],
    });
  }

  /** Where chains are declared at all, a rule of one that is not is no line that a tool printed. */
  private reportUndeclared({ form, chains, undeclared }: OpenTable): void {
    if (form === "listing" || chains.size === undeclared.size) return;
    for (const name of undeclared) {
      const { texts, lines } = chains.get(name) ?? { texts: [], lines: [] };
      if (!BUILT_IN_CHAINS.has(name) && texts.length > 0)
        this.report(texts[0]!, lines[0]!, "a rule of a chain that is not declared");
    }
  }

  private dropOpenLine(open: OpenTable): void {
    if (open.current < 0) return;
    const current = open.chains.at(open.current);
    if (open.form === "commands" && endsWhole(current, open.chains)) return;
    current.dropLast();
    this.brokeOff = true;
    // A chain that this line alone names may be the beginning of a name.
    const isNew = open.undeclared.has(current.name) && open.current === open.chains.size - 1;
    if (current.size > 0 || !isNew) return;
    open.chains.dropLast();
    open.current = open.previous;
  }

  private isCutTable(open: OpenTable, isLast: boolean): boolean {
    if (isLast && this.brokeOff) return true;
    if (open.form === "listing") return lacksRows(open);
    return (
      isLast &&
      (endsEarly(open.chains, currentOf(open)) ||
        (!open.hasRules && this.isBesideKube() && endsInDeclarations(open.chains)))
    );
  }

  /** Whether a table before it holds chains of kube-proxy. */
  private isBesideKube(): boolean {
    return this.tables.some(({ file, chains }) => file === this.file && chains.has("KUBE-SERVICES"));
  }

  /** Names stand in the rows of the table at hand. */
  private noteNames(open: OpenTable, number: number): void {
    open.hasNames = true;
    if (this.names) this.names.count++;
    else this.names = { line: number, count: 1 };
  }

  private addRow(open: OpenTable, { chain, columns, line, number }: OpenTable["rows"][number]): void {
    const parsed = parseListedRule(line, open.chains.nameAt(chain), columns, (name) => open.chains.has(name));
    const isOpen = this.isOpenEnd && number === this.lastLine;
    if (isOpen && ("problem" in parsed || (line.includes("/*") && !line.includes("*/")))) {
      this.brokeOff = true;
      return;
    }
    if ("problem" in parsed) return this.report(line, number, parsed.problem);
    if (parsed.hasNames) this.noteNames(open, number);
    const family = line.includes("::/0") || /\s[!]?[\da-f]*:[\da-f:]+(\/\d+)?\s/.test(line) ? "IPv6" : "IPv4";
    if (line.includes("::/0")) open.family = "IPv6";
    else if (line.includes("0.0.0.0/0")) open.family = "IPv4";
    this.addRule(open, printRuleSave(parsed.rule, family), number, parsed.rule.counters);
  }

  private noteComment(line: string, number: number): boolean {
    if (line.charCodeAt(0) !== 35) return false;
    const heading = readHeading(line);
    if (/table [`'"]?(nat|filter)\b.*incompatible/i.test(line) && this.strange.takeRefusal(line, number)) return true;
    if (/warning|incompatible/i.test(line))
      this.warnings.push({ file: this.file, line: number, text: printable(line) });
    else if (heading && (this.open === undefined || this.open.form !== "save" || this.open.committed))
      this.setHeading(heading);
    return true;
  }

  private setHeading(heading: Heading): void {
    const isTool = heading.family !== undefined;
    this.heading = isTool ? heading : { ...this.heading, ...heading };
    if (this.open && (this.open.form !== "save" || this.open.committed)) this.closeTable(true);
    if (isTool) this.otherTool = undefined;
  }

  private startOtherTool(tool: string, number: number): void {
    this.closeTable(true);
    if (this.otherTool !== tool && !this.otherTools.some((other) => other.file === this.file && other.tool === tool))
      this.otherTools.push({ file: this.file, tool, line: number });
    this.otherTool = tool;
  }

  private reportCut(open: OpenTable, name: TableName | undefined, cut: number): void {
    const current = currentOf(open);
    const reached = current ? ` in chain ${printable(current.name)}` : "";
    this.diagnostics.push({
      code: "capture-incomplete",
      severity: "error",
      message: `table ${name ?? "of unknown name"} breaks off${reached}: ${open.form === "save" ? "its COMMIT is" : "rules that should follow are"} missing`,
      at: { file: this.file, line: this.lastLine },
      notes: [`${cut} of its ${open.chains.size} chains may be cut off and were not compared`],
    });
  }

  private reportHeadless({ startLine, chains }: OpenTable, name: TableName | undefined): void {
    this.diagnostics.push({
      code: "capture-incomplete",
      severity: "error",
      message:
        chains.size === 1
          ? `this is chain ${printable([...chains.keys()][0]!)} of table ${name} alone`
          : `the beginning of table ${name} is missing: the rules of its built-in chains, which lead to kube-proxy's`,
      at: { file: this.file, line: startLine },
      notes: [ALL_OF_IT],
    });
  }

  private report(line: string, number: number, problem: string): void {
    if (this.strange.take(line, number)) return;
    if (this.isOpenEnd && this.open) {
      this.brokeOff = true;
      return;
    }
    this.unread++;
    if (this.unread > MOST_REPORTED) return;
    this.diagnostics.push({
      code: "unreadable-line",
      severity: "error",
      message: `${problem}: ${printable(line.slice(0, 200))}`,
      at: { file: this.file, line: number },
    });
  }
}

/** The order in which tools print built-in chains; releases differ in the order of the last two. */
function hookOrder(chain: string): number {
  return Math.min(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].indexOf(chain), 3);
}

/** Whether a line under a heading row can be one of its rows, as against the heading of the next table. */
function isRow(line: string, columns: ListingColumns): boolean {
  if (columns.lineNumbers || columns.counters) return /^\s*\d+[KMGT]?\s/.test(line);
  return /\s(--|-f|!f)\s/.test(line) || /^\S*\s+\S+\s+\S*[\d:/]\S*\s+\S*[\d:/]/.test(line);
}

/**
 * A table that tells no family has that of a neighbour in its file that does not hold the same table already, else the
 * one that the file is named after.
 */
function tellFamilies(tables: CapturedTable[], file: string): void {
  const own = tables.flatMap((table, i) => (table.file === file ? [i] : []));
  const keyOf = (i: number, family: string) => `${family} ${tables[i]!.name ?? ""}`;
  const taken = new Set(own.map((i) => keyOf(i, tables[i]!.family)));
  const after: (readonly string[])[] = [];
  let met: readonly string[] = [];
  for (const i of own.toReversed()) {
    after[i] = met;
    met = withNearest(tables[i]!.family, met);
  }
  let before: readonly string[] = [];
  for (const i of own) {
    const table = tables[i]!;
    if (table.family === "unknown") {
      const free = [...before, ...after[i]!].find((family) => !taken.has(keyOf(i, family))) as IPFamily | undefined;
      const family = free ?? (isNamedIPv6(file) ? "IPv6" : "unknown");
      tables[i] = { ...table, family };
      taken.add(keyOf(i, family));
    }
    before = withNearest(tables[i]!.family, before);
  }
}

/** The families met, the nearest first. */
function withNearest(family: string, met: readonly string[]): readonly string[] {
  return family === "unknown" || met[0] === family ? met : [family, ...met.filter((other) => other !== family)];
}

/** Whether something that the tool prints beside rules is not there. `iptables -S` prints nothing else; a node that lets nothing in has more rules. */
function lacksLines({ form, heading, chains, lacksEmptyLine }: OpenTable): boolean {
  if (form === "save") return heading.family === undefined;
  return form === "listing" ? lacksEmptyLine : chains.get("INPUT")?.policy === "DROP";
}

/** Of a listing: what `iptables -L CHAIN` prints of a chain of kube-proxy. */
function isChainAlone({ form, chains }: OpenTable): boolean {
  return form === "listing" && chains.size === 1 && chains.nameAt(0).startsWith("KUBE-");
}

/** Chains of a table that breaks off whose rules did not come to an end: the last one read, and those never read. */
function chainsNotReached(open: OpenTable): Set<string> {
  const cut = new Set<string>();
  const current = currentOf(open);
  for (const chain of open.chains.values()) if (chain === current || chain.size === 0) cut.add(chain.name);
  return cut;
}

/** The built-in chains and the first of the others, of whose rules the first may be missing. */
function firstOf(chains: ReadonlyMap<string, ChainLines>): string[] {
  const names = [...chains.keys()];
  return [...names.slice(0, 1), ...names.filter((name) => BUILT_IN_CHAINS.has(name))];
}

/** Whether the word that starts at `at` of a line that stops at `end` is this one. */
function isWordAt(text: string, at: number, end: number, word: string): boolean {
  const stop = at + word.length;
  if (stop > end || (stop < end && text.charCodeAt(stop) !== 32)) return false;
  return text.startsWith(word, at);
}

function currentOf({ chains, current }: OpenTable): ChainLines | undefined {
  return current < 0 ? undefined : chains.at(current);
}
