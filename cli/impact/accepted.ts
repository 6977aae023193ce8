/** Which changes make the exit status 1: --fail-on and --allow. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IMPACT_KINDS, nearest, parseAllowed, UsageError, type ImpactKind } from "../../lib/index.js";
import type { Terminal } from "../terminal.js";

export function failingKinds(texts: readonly string[]): ReadonlySet<ImpactKind> {
  if (texts.length === 0) return new Set(["lost", "exposed"]);
  const kinds = texts.flatMap((text) => text.split(",")).map((text) => text.trim());
  const named = kinds.filter((kind) => kind !== "" && kind !== "none");
  for (const kind of named)
    if (!(IMPACT_KINDS as readonly string[]).includes(kind)) {
      const near = nearest(kind, IMPACT_KINDS);
      throw new UsageError(
        `--fail-on ${kind}: not one of ${IMPACT_KINDS.join(", ")}, none`,
        near && `did you mean ${near}?`,
      );
    }
  return new Set(named as ImpactKind[]);
}

/** The lines of all files; undefined when none is named. */
export function readAllowed(files: readonly string[], terminal: Terminal): string | undefined {
  if (files.length === 0) return undefined;
  return files.map((file) => checkedText(file, terminal)).join("\n");
}

function checkedText(file: string, terminal: Terminal): string {
  let text: string;
  try {
    text = readFileSync(resolve(terminal.cwd, file), "utf8");
  } catch {
    throw new UsageError(`--allow ${file}: the file cannot be read`);
  }
  const { wrong } = parseAllowed(text);
  if (wrong.length > 0)
    throw new UsageError(
      `--allow ${file}:${wrong[0]}: not KIND NS/SERVICE [FRONTEND]`,
      `kinds: ${IMPACT_KINDS.join(", ")}, * for any`,
    );
  return text;
}
