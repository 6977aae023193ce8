/** Texts of a map, a labels map say, that differ among objects made from one template. */

/** A key of the map and the index of its value among the values that differ. */
export interface DifferingText {
  readonly key: string;
  readonly at: number;
}

/** The first object's map with the texts of another one. */
export function withTexts<M extends Readonly<Record<string, string>> | undefined>(
  first: M,
  texts: readonly DifferingText[],
  values: readonly unknown[],
): M {
  if (!first || texts.length === 0) return first;
  const map: Record<string, string> = { ...first };
  for (let i = 0; i < texts.length; i++) map[texts[i]!.key] = values[texts[i]!.at] as string;
  return map as M;
}

/** Whether every one of the texts passes. */
export function everyText(
  texts: readonly DifferingText[],
  values: readonly unknown[],
  passes: (text: string) => boolean,
): boolean {
  for (let i = 0; i < texts.length; i++) if (!passes(values[texts[i]!.at] as string)) return false;
  return true;
}
