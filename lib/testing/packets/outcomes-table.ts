/** Tables of outcomes in golden/packets: one row a probe, one column a kind of rules. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (file: string) => fileURLToPath(new URL(`../../../golden/packets/${file}`, import.meta.url));

export type OutcomesTable = Map<string, Map<string, string>>;

/** Rows by "PROBE | FROM", cells by column; empty when there is no table yet. */
export function readOutcomesTable(file: string): OutcomesTable {
  const table: OutcomesTable = new Map();
  if (!existsSync(pathOf(file))) return table;
  const [head, , ...lines] = readFileSync(pathOf(file), "utf8").trimEnd().split("\n");
  const columns = cellsOf(head!).slice(2);
  for (const line of lines) {
    const [name, from, ...cells] = cellsOf(line);
    table.set(`${name} | ${from}`, new Map(columns.map((column, i) => [column, cells[i] ?? ""])));
  }
  return table;
}

/** Writes the table, columns lined up. */
export function writeOutcomesTable(table: OutcomesTable, columns: readonly string[], file: string): void {
  const rows = [
    ["probe", "from", ...columns],
    ...[...table].map(([key, cells]) => [...key.split(" | "), ...columns.map((column) => cells.get(column) ?? "")]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const print = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const lines = [
    print(rows[0]!),
    `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`,
    ...rows.slice(1).map(print),
  ];
  writeFileSync(pathOf(file), `${lines.join("\n")}\n`);
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
