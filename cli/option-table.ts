/** What the options of a command are, read off the command itself: for completion and the man page. */
import yargs, { type Argv } from "yargs";
import type { Command } from "./commands/command.js";
import { GLOBAL_OPTIONS } from "./options.js";

export interface OptionEntry {
  readonly name: string;
  /** One-letter names. */
  readonly short: readonly string[];
  readonly describe: string;
  readonly takesValue: boolean;
  readonly default: unknown;
}

/** What yargs tells of itself; not in its types. */
interface ToldByYargs {
  getOptions(): {
    readonly key: Readonly<Record<string, unknown>>;
    readonly alias: Readonly<Record<string, readonly string[]>>;
    readonly boolean: readonly string[];
    readonly default: Readonly<Record<string, unknown>>;
  };
  getInternalMethods(): { getUsageInstance(): { getDescriptions(): Readonly<Record<string, unknown>> } };
}

/** The command's options and those of every command, by name; positionals left out. */
export function optionTable({ module }: Command): OptionEntry[] {
  const parser = yargs([]).options(GLOBAL_OPTIONS);
  if (typeof module.builder === "function") void (module.builder as (yargs: Argv) => unknown)(parser as Argv);
  const told = parser as unknown as ToldByYargs;
  const { key, alias, boolean, default: defaults } = told.getOptions();
  const descriptions = told.getInternalMethods().getUsageInstance().getDescriptions();
  const positionals = positionalsOf(module.command);
  return Object.keys(key)
    .filter((name) => name.length > 1 && !positionals.has(name) && name !== "version" && name !== "help")
    .sort()
    .map((name) => ({
      name,
      short: (alias[name] ?? []).filter((other) => other.length === 1),
      describe: String(descriptions[name] ?? "").replace(/^__yargsString__:/, ""),
      takesValue: !boolean.includes(name),
      default: defaults[name],
    }));
}

function positionalsOf(command: Command["module"]["command"]): Set<string> {
  return new Set([...String(command).matchAll(/[[<]([\w-]+)/g)].map((m) => m[1]!));
}
