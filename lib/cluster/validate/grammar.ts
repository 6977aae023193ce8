/**
 * The API server's grammar of names, as loops over characters: they run for every label of every pod.
 * Source: apimachinery pkg/util/validation.
 */

const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
const DASH = 8;
const DOT_OR_UNDERSCORE = 16;

const CLASS = new Uint8Array(128);
for (let c = 97; c <= 122; c++) CLASS[c] = LOWER;
for (let c = 65; c <= 90; c++) CLASS[c] = UPPER;
for (let c = 48; c <= 57; c++) CLASS[c] = DIGIT;
CLASS[45] = DASH;
CLASS[46] = DOT_OR_UNDERSCORE;
CLASS[95] = DOT_OR_UNDERSCORE;

function classAt(text: string, i: number): number {
  const code = text.charCodeAt(i);
  return code < 128 ? CLASS[code]! : 0;
}

/** Whether text[start..end) has only characters of `inner` classes and starts and ends with one of `edge`. */
function isWord(text: string, start: number, end: number, inner: number, edge: number): boolean {
  if (end <= start) return false;
  for (let i = start; i < end; i++) if ((classAt(text, i) & inner) === 0) return false;
  return (classAt(text, start) & edge) !== 0 && (classAt(text, end - 1) & edge) !== 0;
}

/** 1 to 63 of [a-z0-9-], letters or digits at both ends. */
export function isDNSLabel(text: string): boolean {
  return text.length <= 63 && isWord(text, 0, text.length, LOWER | DIGIT | DASH, LOWER | DIGIT);
}

/** A DNS label that starts with a letter. */
export function isDNS1035Label(text: string): boolean {
  return isDNSLabel(text) && classAt(text, 0) === LOWER;
}

function isSubdomainUpTo(text: string, end: number): boolean {
  if (end > 253) return false;
  let start = 0;
  for (let i = 0; i <= end; i++) {
    if (i < end && text.charCodeAt(i) !== 46) continue;
    if (!isWord(text, start, i, LOWER | DIGIT | DASH, LOWER | DIGIT)) return false;
    start = i + 1;
  }
  return true;
}

/** DNS labels (of any length) joined by dots, 253 characters at most. */
export function isDNSSubdomain(text: string): boolean {
  return isSubdomainUpTo(text, text.length);
}

const ALNUM = LOWER | UPPER | DIGIT;
const NAME_INNER = ALNUM | DASH | DOT_OR_UNDERSCORE;

/** A label key: a name of 63 characters at most, with an optional subdomain and a slash before it. */
export function isQualifiedName(text: string): boolean {
  if (goodNames.has(text)) return true;
  if (!matchesQualifiedName(text)) return false;
  if (goodNames.size < MOST_GOOD_NAMES) goodNames.add(text);
  return true;
}

/** A cluster has few different keys of labels and looks them up for every object. */
const goodNames = new Set<string>();
const MOST_GOOD_NAMES = 1000;

function matchesQualifiedName(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash >= 0 && (slash === 0 || !isSubdomainUpTo(text, slash))) return false;
  const start = slash + 1;
  return text.length - start <= 63 && isWord(text, start, text.length, NAME_INNER, ALNUM);
}

/** A label value: empty, or as the name of a label key. */
export function isLabelValue(text: string): boolean {
  return text.length === 0 || (text.length <= 63 && isWord(text, 0, text.length, NAME_INNER, ALNUM));
}

/** A container port's name: at most 15 of [a-z0-9-], a letter among them, no dash at the ends and no two together. */
export function isPortName(text: string): boolean {
  if (text.length > 15 || !isWord(text, 0, text.length, LOWER | DIGIT | DASH, LOWER | DIGIT)) return false;
  let letters = 0;
  for (let i = 0; i < text.length; i++) if (classAt(text, i) === LOWER) letters++;
  return letters > 0 && !text.includes("--");
}

export const DNS_LABEL_WORDS = "1 to 63 lower-case letters, digits and dashes, with a letter or digit at both ends";
export const SUBDOMAIN_WORDS =
  "lower-case letters, digits, dashes and dots, each part starting and ending with a letter or digit";
export const PORT_NAME_WORDS =
  "at most 15 lower-case letters, digits and dashes, a letter among them, no dash at the ends and no two together";
export const QUALIFIED_NAME_WORDS =
  "at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, after an optional domain and slash";
export const LABEL_VALUE_WORDS =
  "empty, or at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends";
