/** Text whose names and addresses are known by their place and not yet by what becomes of them. */

/** A name or address; `made` is what stands in its place, final once everything is settled. */
export interface StandIn {
  readonly made: string;
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

/** Text that is made anew when it is asked for; made once at once, so that what is in it is learnt. */
export function later(make: () => string): StandIn {
  make();
  return {
    get made() {
      return make();
    },
  };
}
