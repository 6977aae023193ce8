/** Which packets show what impact says of a pair of states, seen from node-1. */
import { settleSides } from "../../api/impact.js";
import { clientsAt, clientSources } from "../../impact/clients.js";
import { createUnitComparer } from "../../impact/compare-unit.js";
import { destinationsOf } from "../../impact/destinations.js";
import type { ClientOutcomes, Destination, Share, Side, UnitState } from "../../impact/types.js";
import { unitsOf } from "../../impact/units.js";
import { unitState } from "../../impact/unit-state.js";
import { compiledNode } from "../../node/node-rules.js";
import { sources, type ROWS } from "../impact-rows.js";

/** Clients have places of their own: an endpoint beside its client would answer past the rules. */
export type Place = "node" | "client" | "pods" | "afar" | "elsewhere" | "outside";

const NODE = "node-1";

/** A client that sends to a frontend, and what impact says becomes of it on both sides. */
export interface ImpactProbe {
  readonly name: string;
  readonly place: Place;
  readonly source: string;
  readonly destination: Destination;
  readonly outcomes: ClientOutcomes;
}

export interface ImpactPair {
  readonly title: string;
  readonly states: readonly [before: UnitState, after: UnitState];
  readonly probes: readonly ImpactProbe[];
}

const PLACES: Readonly<Record<string, Place>> = {
  pod: "client",
  "pod-elsewhere": "afar",
  node: "node",
  outside: "outside",
  "outside-ranges": "outside",
};

/** Everything that can be sent: TCP and UDP over IPv4, where the node is there on both sides. */
export async function impactPair([title, before, after, options]: (typeof ROWS)[number]): Promise<
  ImpactPair | undefined
> {
  const { sides } = settleSides(sources(before), after && sources(after), options ?? {});
  if (!sides || ![sides.before, sides.after].every(({ nodes }) => nodes.includes(NODE))) return undefined;
  const probes: ImpactProbe[] = [];
  const podCIDRs = sides.after.cluster.nodes.flatMap(({ spec }) => spec?.podCIDRs ?? []);
  const comparer = createUnitComparer(compiledNode, { podCIDRs });
  for (const unit of unitsOf(sides)) {
    const states = { before: stateOf(sides.before, unit), after: stateOf(sides.after, unit) };
    const own = { family: "IPv4", node: NODE, ...states } as const;
    if (states.before.ports.length + states.after.ports.length === 0) continue;
    const { outcomes } = await comparer.compare(own, title, false);
    const taken = new Set(
      [...states.before.ports, ...states.after.ports].flatMap(({ endpoints }) => endpoints.all.map(({ ip }) => ip)),
    );
    const from = clientSources(states.before.input, { podCIDRs }, taken);
    for (const [index, destination] of destinationsOf(own, false).entries()) {
      if (destination.role === "health-check" || destination.protocol === "SCTP") continue;
      const told = outcomes.filter((one) => one.destination === index);
      for (const [i, { kind, source }] of clientsAt(destination, from, states.before.input).entries())
        probes.push({
          name: `${destination.role} ${destination.address}:${destination.number}/${destination.protocol} from ${source}`,
          place: PLACES[kind]!,
          source,
          destination,
          outcomes: told[i]!,
        });
    }
  }
  const names = [...new Set([...sides.before.services.keys(), ...sides.after.services.keys()])].sort();
  return { title, probes, states: [stateOf(sides.before, names), stateOf(sides.after, names)] };
}

function stateOf(side: Side, names: readonly string[]): UnitState {
  return unitState(side, names, side.inputFor(NODE, "IPv4")!);
}

/** "10.244.1.11:8080", "10.244.1.11:8080 masqueraded", "refused", "silent". */
export function outcomeWord({ outcome }: Share, { role }: Destination): string {
  switch (outcome.kind) {
    case "endpoint":
      return `${outcome.address}${outcome.masqueraded ? " masqueraded" : ""}`;
    case "undisturbed":
      return role === "node-port" ? "refused" : "silent";
    case "rejected":
      return "refused";
    case "dropped":
      return "silent";
    case "unknown":
      return `unknown: ${outcome.reason}`;
  }
}
