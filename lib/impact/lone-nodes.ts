/** Frontends at addresses of nodes that only one of the states has: they are gone, or new, with their node. */
import type { IPFamily } from "../net/ip.js";
import type { ImpactClient, ImpactRole } from "../results/impact-report.js";
import type { ChangeCollector, FoundChange } from "./collect-changes.js";
import type { UnitComparer } from "./compare-unit.js";
import { numbering } from "./numbering.js";
import type { Side, Sides, UnitOnNode } from "./types.js";
import { unitChanges } from "./unit-changes.js";
import { unitState } from "./unit-state.js";
import { groupNodes, type Unit } from "./units.js";

/** Clients that are there without the node. */
const REMOTE: ReadonlySet<ImpactClient> = new Set(["outside", "outside-ranges", "pod-elsewhere", "health-checker"]);
const OWN: ReadonlySet<ImpactRole> = new Set(["node-port", "health-check"]);

export interface LoneNodes {
  readonly side: "before" | "after";
  readonly nodes: readonly string[];
  /** Equal for nodes that rules treat alike; every unit asks for those of all nodes. */
  readonly kinds: ReadonlyMap<string, string>;
}

/** The nodes that each state has alone; none where a state has no Nodes at all. */
export function loneNodes({ before, after }: Sides): LoneNodes[] {
  if ([before, after].some(({ nodes }) => nodes[0] === "")) return [];
  return (["before", "after"] as const).map((side): LoneNodes => {
    const [own, other] = side === "before" ? [before, after] : [after, before];
    const there = new Set(other.nodes);
    const nodes = own.nodes.filter((name) => !there.has(name) && own.inputFor(name, "IPv4") !== undefined);
    const numberOf = numbering();
    return { side, nodes, kinds: new Map(nodes.map((name) => [name, `${side} ${numberOf(own.kindOf(name))}`])) };
  });
}

/** Adds what the unit's node ports on such nodes lose or expose. */
export async function addLoneNodes(
  unit: Unit,
  sides: Sides,
  { side, nodes, kinds }: LoneNodes,
  families: readonly IPFamily[],
  comparer: UnitComparer,
  changes: ChangeCollector,
): Promise<void> {
  const own = sides[side];
  if (nodes.length === 0 || !unit.some((name) => hasNodePorts(own, name))) return;
  const groups = groupNodes(unit, { before: own, after: own }, nodes, (node) => kinds.get(node)!);
  for (const family of families)
    for (const { representative: node, nodes: group } of groups) {
      const input = own.inputFor(node, family)!;
      const [there, nothing] = [unitState(own, unit, input), { input, ports: [] }];
      const state: UnitOnNode =
        side === "before"
          ? { family, node, before: there, after: nothing }
          : { family, node, before: nothing, after: there };
      const compared = await comparer.compare(state, `alone ${kinds.get(node)!}`, false);
      const { found } = unitChanges(unit, state, compared, sides);
      changes.add(found.filter(isOfNode).map(side === "before" ? gone : come), group, []);
    }
}

function hasNodePorts({ services }: Side, name: string): boolean {
  const type = services.get(name)?.spec.type;
  return type === "NodePort" || type === "LoadBalancer";
}

/** What is refused on one side alone is no loss: nobody is served on the other. */
function isOfNode({ kind, frontend, client }: FoundChange): boolean {
  return (kind === "lost" || kind === "exposed") && OWN.has(frontend.role) && REMOTE.has(client);
}

const gone = (change: FoundChange): FoundChange => ({ ...change, afterText: "the node is not there", after: [] });
const come = (change: FoundChange): FoundChange => ({ ...change, beforeText: "the node is not there", before: [] });
