/** Text whose names and addresses are known by their place and not yet by what becomes of them. */

/** A name or address; `made` is what stands in its place, final once everything is settled. */
export interface StandIn {
  readonly made: string;
  /** Its number among the pieces of the drafts, once it has one. */
  piece?: number;
}

/** What stays, and what stands in the place of something, in the order of the text. */
export type Template = string | StandIn | readonly (string | StandIn)[];

export function fill(template: Template): string {
  if (typeof template === "string") return template;
  if (!(template instanceof Array)) return template.made;
  let text = "";
  for (const part of template) text += typeof part === "string" ? part : part.made;
  return text;
}

export function joined(...templates: readonly Template[]): Template {
  const parts: (string | StandIn)[] = [];
  for (const own of templates)
    if (own instanceof Array) parts.push(...own);
    else if (own !== "") parts.push(own);
  return parts.length === 1 ? parts[0]! : parts;
}

/**
 * The text with what `match` makes of each match of a global pattern, and `between` of what lies between them; a match of
 * which nothing is made lies between others.
 */
export function replaced(
  text: string,
  pattern: RegExp,
  match: (found: RegExpExecArray) => Template | undefined,
  between: (text: string) => Template = (own) => own,
): Template {
  const parts: Template[] = [];
  let at = 0;
  // Not matchAll, which copies the pattern for each text.
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const made = match(found);
    if (made === undefined) continue;
    parts.push(between(text.slice(at, found.index)), made);
    at = found.index + found[0].length;
  }
  return at === 0 ? between(text) : joined(...parts, between(text.slice(at)));
}

/** Text that is made anew when it is asked for; made once at once, so that what is in it is learnt. */
export function later(make: () => string): StandIn {
  make();
  return {
    get made() {
      return make();
    },
  };
}
