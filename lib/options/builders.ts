/** Short ways to write an option. */
import type { ChoiceOption, FlagOption, ListOption, NumberOption, TextOption } from "./option.js";

type More<T> = Omit<T, "kind" | "describe" | "value" | "choices" | "most">;

export function flag(describe: string, more: More<FlagOption> = {}): FlagOption {
  return { kind: "flag", describe, ...more };
}

export function choice<const T extends string, const M extends More<ChoiceOption<T>> = object>(
  choices: readonly T[],
  describe: string,
  more?: M,
): { kind: "choice"; choices: readonly T[]; describe: string } & M {
  return { kind: "choice", choices, describe, ...(more ?? ({} as M)) };
}

/** `value`: what stands for it in help, e.g. FILE. */
export function text<const M extends More<TextOption> = object>(
  value: string,
  describe: string,
  more?: M,
): { kind: "text"; value: string; describe: string } & M {
  return { kind: "text", value, describe, ...(more ?? ({} as M)) };
}

export function list(value: string, describe: string, more: More<ListOption> = {}): ListOption {
  return { kind: "list", value, describe, ...more };
}

export function number(most: number, describe: string, more: More<NumberOption> = {}): NumberOption {
  return { kind: "number", most, describe, ...more };
}
