/** The options as README shows them, each once, with the commands that have it. */
import type { Command } from "./command.js";
import type { Option } from "./option.js";
import { GLOBAL_OPTIONS } from "./shared.js";
import { orList, possibleValues, valueWord, withoutIt } from "./words.js";

/** Lines of a Markdown table. */
export function optionsMarkdown(commands: readonly Command[]): string[] {
  const rows = new Map<string, { readonly cells: readonly string[]; readonly commands: string[] }>();
  for (const command of commands)
    for (const [name, option] of Object.entries(command.options)) {
      const cells = [spelling(name, option), meaningOf(option), withoutIt(option) ?? ""].map(cell);
      const key = cells.join("\n");
      const row = rows.get(key);
      if (row) row.commands.push(command.name);
      else rows.set(key, { cells, commands: [name in GLOBAL_OPTIONS ? "all" : command.name] });
    }
  const lines = [...rows.values()].map(({ cells, commands: own }) => [
    ...cells,
    own[0] === "all" ? "all" : own.join(", "),
  ]);
  return aligned([["option", "meaning", "without it", "commands"], ...lines]);
}

function spelling(name: string, option: Option): string {
  const { short, aliases = [] } = option;
  const long = option.kind === "flag" && option.isOn ? `--no-${name}` : `--${name}`;
  const value = valueWord(option);
  const all = [...(short === undefined ? [] : [`-${short}`]), long, ...aliases.map((alias) => `--${alias}`)];
  return `\`${all.join("`, `")}${value === undefined ? "" : ` ${value}`}\``;
}

function meaningOf(option: Option): string {
  if (option.kind === "flag") return option.isOn ? `off: ${option.describe}` : option.describe;
  const choices = option.kind === "choice" ? `: ${orList(possibleValues(option).map((word) => `\`${word}\``))}` : "";
  return `${option.describe}${choices}${option.kind === "list" ? "; may be repeated" : ""}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Columns as wide as their widest cell, as Prettier has them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(rows[0]!), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.slice(1).map(line)];
}
