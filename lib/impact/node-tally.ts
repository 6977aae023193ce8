/** Lines of rules that nodes gain and lose. */
import type { RuleCounts } from "./types.js";

type Sums = { gained: number; lost: number };

export interface NodeTally {
  readonly add: (counts: RuleCounts, nodes: readonly string[]) => void;
  /** Nodes whose rules change, in groups of the same sums, most lines first. */
  readonly groups: () => { readonly nodes: readonly string[]; readonly gained: number; readonly lost: number }[];
  readonly of: (node: string) => Readonly<Sums>;
}

export function createNodeTally(all: readonly string[]): NodeTally {
  const everywhere: Sums = { gained: 0, lost: 0 };
  const own = new Map<string, Sums>();
  const of = (node: string): Sums => {
    const sums = own.get(node);
    return { gained: everywhere.gained + (sums?.gained ?? 0), lost: everywhere.lost + (sums?.lost ?? 0) };
  };
  return {
    of,
    add({ gained, lost }, nodes) {
      if (nodes.length === all.length) return addTo(everywhere, gained, lost);
      for (const node of nodes) {
        let sums = own.get(node);
        if (!sums) own.set(node, (sums = { gained: 0, lost: 0 }));
        addTo(sums, gained, lost);
      }
    },
    groups() {
      const groups = new Map<string, Sums & { nodes: string[] }>();
      for (const node of all) {
        const sums = of(node);
        if (sums.gained + sums.lost === 0) continue;
        const key = `${sums.gained} ${sums.lost}`;
        const group = groups.get(key);
        if (group) group.nodes.push(node);
        else groups.set(key, { ...sums, nodes: [node] });
      }
      return [...groups.values()].sort((a, b) => b.gained + b.lost - a.gained - a.lost || b.gained - a.gained);
    },
  };
}

function addTo(sums: Sums, gained: number, lost: number): void {
  sums.gained += gained;
  sums.lost += lost;
}
