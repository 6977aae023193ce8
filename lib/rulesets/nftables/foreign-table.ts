/** A table of another owner, and whether kube-proxy's iptables mode still acts in it. */
import type { ForeignTable, OtherTables } from "./capture.js";
import { QUOTE } from "./tokens.js";
import type { NftFamily } from "./types.js";

/** Where packets enter the rules of kube-proxy's iptables mode. Source: kube-proxy. */
export const ENTRY_CHAIN = "KUBE-SERVICES";

export class SeenForeignTable implements ForeignTable {
  readonly kubeChains: { name: string; line: number }[] = [];
  readonly #sources = new Set<string>();
  #holdsRules = false;
  isOpaque = false;

  constructor(
    readonly family: NftFamily,
    readonly name: string,
    readonly file: string,
    readonly line: number,
    readonly byIptables = false,
  ) {}

  addChain(name: string, line: number): void {
    if (name.startsWith("KUBE-")) this.kubeChains.push({ name, line });
  }

  /** Takes a rule of `chain`; `enters`: its target is ENTRY_CHAIN. */
  addRule(chain: string, enters: boolean): void {
    if (chain === ENTRY_CHAIN) this.#holdsRules = true;
    else if (enters && !chain.startsWith("KUBE-")) this.#sources.add(chain);
  }

  get entries(): readonly string[] {
    return this.#holdsRules ? [...this.#sources] : [];
  }
}

/** Docker, Calico and firewalld together have some hundred. */
export const MOST_KEPT = 20_000;

/** Source: NFTNL_UDATA_COMMENT_MAXLEN of libnftnl. */
const LONGEST_COMMENT = 128;

/** Whether a text ends inside a quoted one. */
export function leavesOpen(text: string): boolean {
  for (let at = 0; ;) {
    const open = text.indexOf(QUOTE, at);
    const hash = text.indexOf("#", at);
    if (open < 0 || (hash >= 0 && hash < open)) return false;
    const close = text.indexOf(QUOTE, open + 1);
    if (close < 0) return true;
    at = close + 1;
  }
}

/** Lines of a rule that are one, as nft prints the line ends of a comment as they are. */
export class OpenText {
  readonly lines: { readonly line: string; readonly number: number }[] = [];
  #text = "";
  #left = LONGEST_COMMENT;

  /** "given up": no comment is as long. */
  add(line: string, number: number): "open" | "closed" | "given up" {
    this.lines.push({ line, number });
    if (this.lines.length === 1) {
      this.#text = line;
      return "open";
    }
    this.#text += ` ${line}`;
    if (!leavesOpen(this.#text)) return "closed";
    this.#left -= line.length + 1;
    return this.#left > 0 ? "open" : "given up";
  }

  get text(): string {
    return this.#text;
  }

  get number(): number {
    return this.lines[0]!.number;
  }
}

/** Keeps the lines or items of other owners' tables. */
export class KeptTables implements OtherTables {
  readonly texts: string[] = [];
  readonly lines: number[] = [];
  isCut = false;
  unclosedAt: number | undefined;
  /** Characters that a quoted text which the last line leaves open may still have; undefined where it leaves none. */
  #left: number | undefined;

  constructor(
    readonly form: OtherTables["form"],
    readonly file: string,
  ) {}

  add(text: string, line: number): void {
    this.isCut ||= this.texts.length >= MOST_KEPT;
    if (this.isCut) return;
    if (this.#left !== undefined) return this.#goOn(text, this.#left);
    this.texts.push(text);
    this.lines.push(line);
    if (this.form === "list" && leavesOpen(text)) this.#leaveOpen(LONGEST_COMMENT);
  }

  /** nft prints the line ends of a comment as they are: the rule's line is all of them. */
  #goOn(text: string, left: number): void {
    const whole = `${this.texts.pop()!} ${text}`;
    this.texts.push(whole);
    if (leavesOpen(whole)) this.#leaveOpen(left - text.length - 1);
    else {
      this.#left = undefined;
      if (this.unclosedAt === this.lines.at(-1)) this.unclosedAt = undefined;
    }
  }

  #leaveOpen(left: number): void {
    this.#left = left > 0 ? left : undefined;
    this.unclosedAt ??= this.lines.at(-1);
  }
}
