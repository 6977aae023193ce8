/** What people write around the output of a tool that they paste into a ticket, between fences. */
import { ANCHOR } from "./line-prefix.js";

/** Markdown's, and those of trackers that have their own. */
const FENCE = /^\s{0,8}(`{3,}[^`]{0,40}|~{3,}[^~]{0,40}|\{(?:noformat|code)(?::[^}]{0,80})?\}|\[\/?code\])\s*$/i;

/**
 * The text between fences alone, with blank lines where others stood, so that numbers of lines stay right; undefined where
 * fences do not come in pairs, or where a tool's lines stand outside of them.
 */
export function betweenFences(text: string): string | undefined {
  let isInside = false;
  let fences = 0;
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const isFence = FENCE.test(line);
    if (isFence) {
      fences++;
      isInside = !isInside;
    } else if (!isInside && ANCHOR.test(line)) return undefined;
    if (isFence || !isInside) lines[i] = "";
  }
  return fences === 0 || isInside ? undefined : lines.join("\n");
}

/** What stands in each of them. */
const IN_FENCE = /[`~]{3}|code|noformat/i;

/** Whether a line is a fence. */
export function hasFence(text: string): boolean {
  return IN_FENCE.test(text) && text.split("\n").some((line) => FENCE.test(line));
}
