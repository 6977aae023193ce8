/** The rules of one captured chain, as a stretch of the text they stand in for as long as that will do. */
import type { CapturedChain, TextBlock } from "./capture.js";
import type { Counters } from "./types.js";

/** Collects lines while a capture is read; afterwards it is read only. */
export class ChainLines implements CapturedChain {
  /** Lines one behind the other in one text: they are taken apart when somebody asks. */
  private stretch: { readonly text: string; readonly start: number; end: number; readonly line: number } | undefined;
  private ownTexts: string[] | undefined;
  private ownLines: number[] | undefined;
  private counted: (Counters | undefined)[] | undefined;
  private count = 0;

  constructor(
    readonly name: string,
    readonly index: number,
    readonly policy: string | undefined,
    readonly counters: Counters | undefined,
  ) {}

  get size(): number {
    return this.count;
  }

  get block(): TextBlock | undefined {
    return this.stretch;
  }

  get texts(): readonly string[] {
    return this.ownTexts ?? (this.stretch ? this.takeApart().texts : NONE);
  }

  get lines(): readonly number[] {
    return this.ownLines ?? (this.stretch ? this.takeApart().lines : NO_LINES);
  }

  get ruleCounters(): readonly (Counters | undefined)[] | undefined {
    return this.counted;
  }

  /** Of a chain without lines: gives it those of a stretch, `count` of them. */
  addStretch(stretch: TextBlock & { readonly line: number }, count: number): void {
    this.stretch = { ...stretch };
    this.count = count;
  }

  /** Adds the line from `start` up to `end` (where its line feed is) of `text`. */
  addFrom(text: string, start: number, end: number, line: number): void {
    const { stretch } = this;
    if (this.count === 0) this.stretch = { text, start, end, line };
    else if (stretch && !this.ownTexts && stretch.text === text && stretch.end + 1 === start) stretch.end = end;
    else {
      this.add(detached(text.slice(start, end)), line, undefined);
      return;
    }
    this.count++;
  }

  add(rule: string, line: number, counters: Counters | undefined): void {
    const { texts, lines } = this.ownTexts ? { texts: this.ownTexts, lines: this.ownLines! } : this.takeApart();
    this.stretch = undefined;
    texts.push(rule);
    lines.push(line);
    this.count++;
    if (counters) {
      this.counted ??= new Array<undefined>(this.count - 1).fill(undefined);
      this.counted.push(counters);
    } else this.counted?.push(undefined);
  }

  /** Takes the last line off again. */
  dropLast(): void {
    if (this.count === 0) return;
    const { texts, lines } = this.ownTexts ? { texts: this.ownTexts, lines: this.ownLines! } : this.takeApart();
    this.stretch = undefined;
    texts.pop();
    lines.pop();
    this.counted?.pop();
    this.count--;
  }

  private takeApart(): { readonly texts: string[]; readonly lines: number[] } {
    const texts: string[] = [];
    const lines: number[] = [];
    if (this.stretch) {
      const { text, start, end, line } = this.stretch;
      for (let at = start, number = line; at <= end; number++) {
        let stop = text.indexOf("\n", at);
        if (stop < 0 || stop > end) stop = end;
        texts.push(text.slice(at, stop));
        lines.push(number);
        at = stop + 1;
      }
    }
    this.ownTexts = texts;
    this.ownLines = lines;
    return { texts, lines };
  }
}

/** The same characters, which do not keep in memory the text that they were cut out of. */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}

const NONE: readonly string[] = [];
const NO_LINES: readonly number[] = [];
