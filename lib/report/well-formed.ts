/** The text with U+FFFD for every half of a surrogate pair that stands alone: it could not be written as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
