/** What an option or a positional argument of a command is. Parsing, help, completion, man page and README follow from it. */

/** Headings of `--help`. */
export const GROUPS = {
  rules: "Whose rules:",
  node: "Facts of the node:",
  input: "Input:",
  selection: "Which services:",
  output: "Output:",
  general: "Of every command:",
} as const;

/** Names that completion takes from the inputs at hand. */
export type NameKind = "service" | "namespace" | "node" | "target" | "sender" | "destination";

interface Described {
  /** What it is, without its possible values and its default. */
  readonly describe: string;
  /** One letter. */
  readonly short?: string;
  /** Other long names. */
  readonly aliases?: readonly string[];
  readonly group?: keyof typeof GROUPS;
}

interface Valued extends Described {
  /** What stands for the value in help: FILE, NAME. */
  readonly value?: string;
  /** What happens without it, in words, where there is no plain default. */
  readonly otherwise?: string;
  readonly isRequired?: boolean;
  /** A value that is possible, for error messages. */
  readonly example?: string;
}

/** On or off; `--no-NAME` turns off. */
export interface FlagOption extends Described {
  readonly kind: "flag";
  readonly isOn?: boolean;
}

/** One of a few words. */
export interface ChoiceOption<T extends string = string> extends Valued {
  readonly kind: "choice";
  readonly choices: readonly T[];
  readonly default?: T;
  /** Words that are turned down with a reason of their own. */
  readonly refused?: Readonly<Record<string, string>>;
  /** In upper case whatever is typed. */
  readonly isUpperCase?: boolean;
}

export interface TextOption extends Valued {
  readonly kind: "text";
  readonly default?: string;
  readonly suggestions?: readonly string[];
  readonly names?: NameKind;
  /** What is wrong with a value and what is possible instead; undefined when nothing is. */
  readonly check?: (text: string) => string | undefined;
}

/** Text that may be given more than once. */
export interface ListOption extends Valued {
  readonly kind: "list";
  readonly suggestions?: readonly string[];
  readonly names?: NameKind;
  readonly check?: (text: string) => string | undefined;
}

/** A whole number from 0 to `most`, decimal or hexadecimal. */
export interface NumberOption extends Valued {
  readonly kind: "number";
  readonly most: number;
}

export type Option = FlagOption | ChoiceOption | TextOption | ListOption | NumberOption;

/** By long name. */
export type OptionTable = Readonly<Record<string, Option>>;

export interface Positional {
  readonly describe: string;
  /** Takes all words that are left. */
  readonly isMany?: boolean;
  readonly isRequired?: boolean;
  /** What is meant: names of the input are completed, files are left to the shell. */
  readonly names?: NameKind;
  readonly suggestions?: readonly string[];
}

/** By name, in order; only the last may be many. */
export type PositionalTable = Readonly<Record<string, Positional>>;

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

type ValueOf<O> = O extends { kind: "flag" }
  ? boolean
  : O extends { kind: "list" }
    ? readonly string[]
    : O extends { kind: "number" }
      ? number | undefined
      : O extends { kind: "choice"; choices: readonly (infer T)[] }
        ? O extends { default: string } | { isRequired: true }
          ? T
          : T | undefined
        : O extends { default: string } | { isRequired: true }
          ? string
          : string | undefined;

type WordsOf<P> = P extends { isMany: true }
  ? readonly string[]
  : P extends { isRequired: true }
    ? string
    : string | undefined;

/** The parsed values of a table, by name in camel case. */
export type ValuesOf<O extends OptionTable> = { readonly [K in keyof O & string as Camel<K>]: ValueOf<O[K]> };

/** The parsed words of positional arguments, by name in camel case. */
export type WordsOfTable<P extends PositionalTable> = { readonly [K in keyof P & string as Camel<K>]: WordsOf<P[K]> };

/** "kube-version" as "kubeVersion". */
export function camelCase(name: string): string {
  return name.includes("-") ? name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) : name;
}
