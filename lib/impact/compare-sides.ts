/** Every frontend of two states, from every kind of node. */
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { compiledNode } from "../node/node-rules.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { createChangeCollector, frontendId, type ChangeCollector, type FrontendName } from "./collect-changes.js";
import { createUnitComparer } from "./compare-unit.js";
import { createRuleCounter, type RuleCounter } from "./count-rules.js";
import { addLoneNodes, loneNodes } from "./lone-nodes.js";
import { createNodeTally, type NodeTally } from "./node-tally.js";
import type { CompileNode, Sides, UnitOnNode } from "./types.js";
import { FAMILIES, groupNodes, isSameService, unitsOf, type Unit } from "./units.js";
import { numbering } from "./numbering.js";
import { unitChanges } from "./unit-changes.js";
import { isSameState, unitState } from "./unit-state.js";

export interface ComparedSides {
  readonly changes: ChangeCollector;
  /** Nodes looked at: those of both sides. */
  readonly nodes: readonly string[];
  readonly frontends: number;
  /** By reason, with the frontends it is about. */
  readonly undecided: ReadonlyMap<string, ReadonlyMap<string, FrontendName>>;
  /** Nodes whose rules cannot be told on one side. */
  readonly unknownNodes: readonly string[];
  readonly rules: NodeTally;
  readonly counter: RuleCounter;
  readonly packets: number;
}

export interface CompareOptions {
  readonly compile?: CompileNode;
  /** Only these Services, "ns/name". */
  readonly only?: ReadonlySet<string>;
  /** Both when left out. */
  readonly families?: readonly IPFamily[];
}

/** Frontends whose Service, endpoints and node are the same on both sides are counted, not followed. */
export async function compareSides(sides: Sides, options: CompareOptions = {}): Promise<ComparedSides> {
  const { before, after } = sides;
  const there = new Set(after.nodes);
  const names = before.nodes.filter((name) => there.has(name));
  const nodes = names.filter((name) => isKnown(name, sides));
  const numberOf = numbering();
  // Kinds are long texts, and every unit asks for those of all nodes.
  const kinds = memo((node: string) => String(numberOf(`${before.kindOf(node)}\n${after.kindOf(node)}`)));
  const differing = nodes.filter((node) => before.factsOf(node) !== after.factsOf(node));
  const isDiffering = new Set(differing);
  const changes = createChangeCollector(nodes);
  const undecided = new Map<string, Map<string, FrontendName>>();
  const counter = createRuleCounter();
  const rules = createNodeTally(nodes);
  const podCIDRs = after.cluster.nodes.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
  const comparer = createUnitComparer(options.compile ?? compiledNode, { podCIDRs });
  const lone = loneNodes(sides);
  const families = options.families ?? FAMILIES;

  const compareOn = async (unit: Unit, state: UnitOnNode, group: readonly string[], beside: boolean) => {
    const compared = await comparer.compare(state, kinds(state.node), beside);
    const { found, undecided: open } = unitChanges(unit, state, compared, sides);
    changes.add(found, group);
    for (const { frontend, reason } of open) {
      let about = undecided.get(reason);
      if (!about) undecided.set(reason, (about = new Map()));
      about.set(frontendId(frontend), frontend);
    }
    rules.add(await counter.compare(state, compared.shape), group);
  };

  let frontends = 0;
  for (const unit of unitsOf(sides)) {
    if (options.only && !unit.some((name) => options.only!.has(name))) continue;
    frontends += countFrontends(unit, sides, nodes[0], families);
    for (const alone of lone) await addLoneNodes(unit, sides, alone, families, comparer, changes);
    const isSame = unit.every((name) => isSameService(name, sides));
    const asked = isSame ? differing : nodes;
    if (asked.length === 0) continue;
    const groups = groupNodes(unit, sides, asked, (node) => `${isDiffering.has(node)} ${kinds(node)}`);
    for (const family of families)
      for (const { representative: node, nodes: group } of groups) {
        const [from, to] = [before.inputFor(node, family)!, after.inputFor(node, family)!];
        const state = {
          family,
          node,
          before: unitState(before, unit, from),
          after: unitState(after, unit, to),
        };
        if (state.before.ports.length + state.after.ports.length === 0) continue;
        const beside = isDiffering.has(node);
        if (!beside && isSameState(state)) continue;
        await compareOn(unit, state, group, beside);
      }
  }
  return {
    changes,
    nodes,
    frontends,
    undecided,
    unknownNodes: names.filter((name) => !isKnown(name, sides)),
    rules,
    counter,
    packets: comparer.packets(),
  };
}

function isKnown(node: string, { before, after }: Sides): boolean {
  return before.inputFor(node, "IPv4") !== undefined && after.inputFor(node, "IPv4") !== undefined;
}

function memo(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = make(text)));
    return found;
  };
}

/** Frontends of either side; those that each node has at its own address count once. */
function countFrontends(
  unit: Unit,
  { before, after }: Sides,
  node: string | undefined,
  families: readonly IPFamily[],
): number {
  if (node === undefined) return 0;
  const ids = new Set<string>();
  for (const side of [before, after])
    for (const name of unit) {
      const service = side.services.get(name);
      if (!service) continue;
      for (const family of families)
        for (const port of buildServicePorts(service, family, side.inputFor(node, family)!.features)) {
          const { protocol, nodePort, healthCheckNodePort } = port;
          for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs])
            ids.add(`${protocol} ${canonicalIP(address) ?? address} ${port.port}`);
          if (nodePort !== 0) ids.add(`${family} ${protocol} ${nodePort}`);
          if (healthCheckNodePort !== 0) ids.add(`${family} health ${healthCheckNodePort}`);
        }
    }
  return ids.size;
}
