/** Options that no command has and every JavaScript object seems to have. */

/** The first of the words that names one, as `--constructor` does, without its value; undefined if none does. */
export function inheritedOption(words: readonly string[]): string | undefined {
  const [typed] = words.flatMap((word) => {
    const [, option = "", name = ""] = /^(--(?:no-)?([^=]+))/.exec(word) ?? [];
    return name in Object.prototype ? [option] : [];
  });
  return typed;
}
