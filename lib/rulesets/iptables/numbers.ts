/** Numbers as iptables spells them: marks and probabilities. */

/** "0x4000", as iptables-save prints a mark. */
export function shortHex(value: number): string {
  return "0x" + (value >>> 0).toString(16);
}

/** "0x00004000", as kube-proxy writes a mark. */
export function longHex(value: number): string {
  return "0x" + (value >>> 0).toString(16).padStart(8, "0");
}

const restoreTexts = new Map<number, string>();
const saveTexts = new Map<number, string>();
const TEXTS_KEPT = 8192;

/** Steps of the kernel's probability. Source: iptables libxt_statistic. */
const STEPS = 2 ** 31;

/**
 * A probability as kube-proxy writes it: 10 decimals, ties to even on the exact binary value.
 * toFixed rounds ties up, which shows at 1/2048 only among the reciprocals up to 200,000.
 */
export function restoreProbability(probability: number): string {
  let text = restoreTexts.get(probability);
  if (text === undefined) {
    text = toFixedHalfEven(probability, 10);
    if (restoreTexts.size >= TEXTS_KEPT) restoreTexts.clear();
    restoreTexts.set(probability, text);
  }
  return text;
}

function toFixedHalfEven(value: number, decimals: number): string {
  const up = value.toFixed(decimals);
  const exact = value.toFixed(Math.min(100, decimals + 60));
  const rest = exact.slice(exact.indexOf(".") + 1 + decimals);
  const isTie = rest.startsWith("5") && /^50*$/.test(rest);
  if (!isTie || Number(up.at(-1)) % 2 === 0) return up;
  return exact.slice(0, exact.indexOf(".") + 1 + decimals);
}

/** The probability that the kernel holds for one handed to iptables-restore with 10 decimals. */
export function kernelProbability(probability: number): number {
  return Math.round(Number(restoreProbability(probability)) * STEPS) / STEPS;
}

/** A probability as iptables-save prints it: the kernel's step with 11 decimals. */
export function saveProbability(probability: number): string {
  let text = saveTexts.get(probability);
  if (text === undefined) {
    text = kernelProbability(probability).toFixed(11);
    if (saveTexts.size >= TEXTS_KEPT) saveTexts.clear();
    saveTexts.set(probability, text);
  }
  return text;
}

/** Reads "0x4000", "16384" or "0x4000/0x4000"; without a mask all bits count. */
export function parseMark(text: string): { readonly value: number; readonly mask: number } | undefined {
  const slash = text.indexOf("/");
  const value = parseNumber(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? 0xffffffff : parseNumber(text.slice(slash + 1));
  return value === undefined || mask === undefined ? undefined : { value, mask };
}

/** An unsigned 32-bit number in decimal, hexadecimal (0x) or octal (leading 0), as iptables reads it. */
function parseNumber(text: string): number | undefined {
  if (!/^(0x[0-9a-f]{1,8}|\d{1,11})$/i.test(text)) return undefined;
  const value = /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
  return value <= 0xffffffff ? value : undefined;
}
