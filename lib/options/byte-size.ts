/** Sizes as people write them: "500M", "8G", "8GB", "1048576". */
const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes; undefined when the text is no size. */
export function parseByteSize(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)\s?([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Math.floor(Number(digits) * UNITS[unit.toLowerCase()]!);
}

/** What is wrong with the text; undefined when nothing is. */
export function checkByteSize(text: string): string | undefined {
  return parseByteSize(text) === undefined ? "not a size such as 500M or 8G" : undefined;
}
