import { parseRuleBody, type RuleBody } from "./parse-rule.js";
import { addWords, emptyWords } from "./tokens.js";
import type { NftRule } from "./types.js";

/**
 * A rule as a listing has it, taken apart when somebody asks: of the hundreds of thousands that are as expected only
 * the text is ever looked at.
 */
export class ListedRule implements NftRule {
  #body: RuleBody | undefined;

  /** `text`: of the line, without indentation and handle. */
  constructor(
    readonly chain: string,
    readonly text: string,
    readonly line: number,
    readonly handle: number | undefined,
  ) {}

  get statements(): NftRule["statements"] {
    return this.#parsed().statements;
  }

  get comment(): string | undefined {
    return this.#parsed().comment;
  }

  #parsed(): RuleBody {
    if (!this.#body) {
      const words = emptyWords();
      addWords(words, this.text);
      this.#body = parseRuleBody(words.words);
    }
    return this.#body;
  }
}
