import type { GlobalValues } from "../lib/index.js";
import type { Terminal } from "./terminal.js";

/**
 * Whether text on stdout is coloured: --color always or never; else FORCE_COLOR (0: never), then NO_COLOR, then whether
 * stdout is a terminal that is not dumb.
 */
export function usesColor({ color: choice }: GlobalValues, { env, stdoutIsTerminal }: Terminal): boolean {
  if (choice !== "auto") return choice === "always";
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env["NO_COLOR"]) return false;
  return stdoutIsTerminal && env["TERM"] !== "dumb";
}

/** How text is printed on stdout. */
export function styleOf(
  request: GlobalValues,
  terminal: Terminal,
): { readonly columns: number; readonly color: boolean } {
  return { columns: terminal.columns, color: usesColor(request, terminal) };
}
