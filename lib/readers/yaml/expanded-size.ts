/** How many values a document holds when every alias is written out. */

/** A document of the API server's largest request, 3 MB, has fewer. */
export const MOST_NODES = 1_000_000;
/** Deepest nesting that aliases may make, far above that of any object (MAX_DEPTH is that of a text). */
export const MOST_LEVELS = 1000;

interface Extent {
  readonly size: number;
  readonly levels: number;
}

const ONE: Extent = { size: 1, levels: 0 };
const ENDLESS: Extent = { size: Infinity, levels: Infinity };

/**
 * The number of values in the tree, counted without walking shared parts twice; Infinity for one that contains itself or is
 * nested so deep that no program need follow.
 */
export function expandedSize(value: unknown): number {
  const known = new Map<object, Extent>();
  const open = new Set<object>();
  const extentOf = (node: unknown): Extent => {
    if (typeof node !== "object" || node === null) return ONE;
    const found = known.get(node);
    if (found) return found;
    if (open.has(node) || open.size > MOST_LEVELS) return ENDLESS;
    open.add(node);
    let size = 1;
    let levels = 0;
    for (const inner of Array.isArray(node) ? node : Object.values(node)) {
      const extent = extentOf(inner);
      size += extent.size;
      levels = Math.max(levels, extent.levels + 1);
    }
    open.delete(node);
    const extent = levels > MOST_LEVELS ? ENDLESS : { size, levels };
    known.set(node, extent);
    return extent;
  };
  return extentOf(value).size;
}
