import { printable } from "./printable.js";

const LONGEST = 60;

/** A text of the user for a message: in double quotes, control characters spelled out, cut to 60 characters. */
export function quoted(text: string): string {
  return printable(JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text));
}
