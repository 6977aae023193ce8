/** The value of an unquoted YAML scalar. */

const WORDS = new Map<string, null | boolean | number>();
for (const text of ["", "~", "null", "Null", "NULL"]) WORDS.set(text, null);
for (const text of ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]) WORDS.set(text, true);
for (const text of ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]) WORDS.set(text, false);
for (const text of [".nan", ".NaN", ".NAN"]) WORDS.set(text, NaN);
for (const text of [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]) WORDS.set(text, Infinity);
for (const text of ["-.inf", "-.Inf", "-.INF"]) WORDS.set(text, -Infinity);

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const LONGEST_WORD = 5;

/**
 * Null, a boolean, a number, or the text itself.
 * Dates, times and sexagesimal numbers stay text. Source: go-yaml v2 resolve.go, as sigs.k8s.io/yaml turns it to JSON.
 */
export function resolvePlainScalar(text: string): null | boolean | number | string {
  if (text.length === 0) return null;
  const first = text.charCodeAt(0);
  if ((first >= 48 && first <= 57) || first === 45 || first === 43) return resolveNumber(text);
  if (first === 46) return WORDS.has(text) ? WORDS.get(text)! : FLOAT.test(text) ? finite(Number(text), text) : text;
  if (text.length > LONGEST_WORD) return text;
  const word = WORDS.get(text);
  return word === undefined ? text : word;
}

/** Digits that a number holds exactly, as most numbers of manifests are; no octal ones. */
function isShortDecimal(text: string): boolean {
  if (text.length > 15 || (text.length > 1 && text.charCodeAt(0) === 48)) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 48 || text.charCodeAt(i) > 57) return false;
  return true;
}

function resolveNumber(text: string): number | string {
  if (isShortDecimal(text)) return Number(text);
  const last = text.charCodeAt(text.length - 1);
  // Most scalars that begin with a digit are addresses, versions and quantities: no number has two dots or a late letter.
  if (last > 0x66 || (last > 57 && last < 65)) return text;
  const special = WORDS.get(text);
  if (typeof special === "number") return special;
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const m = INTEGER.exec(plain);
  if (m) {
    const digits = m[2] ?? m[3] ?? m[4] ?? m[5] ?? m[6]!;
    const radix = m[2] !== undefined ? 16 : m[3] !== undefined ? 2 : m[4] !== undefined || m[5] !== undefined ? 8 : 10;
    const value = radix === 10 ? Number(digits) : parseInt(digits, radix);
    return m[1] === "-" && value !== 0 ? -value : value;
  }
  return FLOAT.test(plain) ? finite(Number(plain), text) : text;
}

function finite(value: number, text: string): number | string {
  return Number.isFinite(value) ? value : text;
}
