/** Short names for texts that are compared again and again. */

/** Gives equal texts equal numbers, by first appearance. */
export type Numbering = (text: string | number) => number;

export function numbering(): Numbering {
  const known = new Map<string | number, number>();
  return (text) => {
    let number = known.get(text);
    if (number === undefined) known.set(text, (number = known.size));
    return number;
  };
}
