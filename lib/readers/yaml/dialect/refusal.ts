/** Ends the reading of a YAML text; never leaves this folder's callers. */
export class YAMLRefusal extends Error {
  /** `reason`: what is wrong, in plain words. `index`: where, in UTF-16 units of the text. */
  constructor(
    readonly reason: string,
    readonly index: number,
    readonly isDepth = false,
  ) {
    super(reason);
  }
}
