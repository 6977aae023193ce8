/** All rules of one node in lines, and what else changes in kube-proxy's work. */
import type { ImpactReport } from "../render/impact-view.js";
import { clientSources } from "./clients.js";
import type { ComparedSides } from "./compare-sides.js";
import type { Side, Sides } from "./types.js";
import { shapeOfUnit } from "./unit-shape.js";
import { FAMILIES } from "./units.js";
import { unitState } from "./unit-state.js";

/** Above this many endpoints kube-proxy leaves comments out. Source: kube-proxy pkg/proxy/iptables. */
const LARGE_CLUSTER = 1000;

export interface Totals {
  readonly lines: ImpactReport["total"];
  readonly endpoints: { readonly before: number; readonly after: number };
  readonly largeCluster: ImpactReport["largeCluster"];
}

interface Sum {
  lines: number;
  endpoints: number;
  isLarge: boolean;
}

/** The side after follows from the side before and what the comparison counted; endpoints are counted on both. */
export async function totalsOf(sides: Sides, compared: ComparedSides, only?: ReadonlySet<string>): Promise<Totals> {
  const node = compared.nodes[0];
  if (node === undefined)
    return {
      lines: { node: "", before: 0, after: 0 },
      endpoints: { before: 0, after: 0 },
      largeCluster: { before: false, after: false },
    };
  const before = await sumOf(sides.before, node, compared, only);
  const after = await sumOf(sides.after, node, compared, only);
  return {
    lines: { node, before: before.lines, after: after.lines },
    endpoints: { before: before.endpoints, after: after.endpoints },
    largeCluster: { before: before.isLarge, after: after.isLarge },
  };
}

async function sumOf(side: Side, node: string, { counter }: ComparedSides, only?: ReadonlySet<string>): Promise<Sum> {
  const sum: Sum = { lines: 0, endpoints: 0, isLarge: false };
  for (const family of FAMILIES) {
    const input = side.inputFor(node, family)!;
    let ofFamily = 0;
    let seen = false;
    const sources = clientSources(input, { podCIDRs: [] }, new Set());
    for (const name of side.services.keys()) {
      if (only && !only.has(name)) continue;
      const state = unitState(side, [name], input);
      if (state.ports.length === 0) continue;
      seen = true;
      for (const { endpoints } of state.ports) ofFamily += endpoints.all.length;
      const alone = { family, node, before: state, after: { input, ports: [] } };
      sum.lines += await counter.countOf(state, `${side.kindOf(node)}\n${shapeOfUnit(alone, "", sources).text}`);
    }
    if (seen) sum.lines += await counter.baseOf(input);
    sum.endpoints += ofFamily;
    if (ofFamily > LARGE_CLUSTER && input.config.mode === "iptables") sum.isLarge = true;
  }
  return sum;
}
