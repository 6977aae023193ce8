/** All rules of one node in lines, and what else changes in kube-proxy's work. */
import type { BackendInput } from "../backends/input.js";
import type { ImpactReport } from "../results/impact-report.js";
import { clientSources, type ClientSources } from "./clients.js";
import type { ComparedSides } from "./compare-sides.js";
import type { Side, Sides } from "./types.js";
import { shapeOfUnit } from "./unit-shape.js";
import { FAMILIES, isSameService } from "./units.js";
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

/** What one Service adds in one family. */
type Share = Pick<Sum, "lines" | "endpoints"> | undefined;

/** Services that are the same on both sides are counted once, where the node is the same, too. */
export async function totalsOf(sides: Sides, compared: ComparedSides, only?: ReadonlySet<string>): Promise<Totals> {
  const node = compared.nodes[0];
  if (node === undefined)
    return {
      lines: { node: "", before: 0, after: 0 },
      endpoints: { before: 0, after: 0 },
      largeCluster: { before: false, after: false },
    };
  const shares = new Map<string, Share>();
  const isSameNode = sides.before.factsOf(node) === sides.after.factsOf(node);
  const shareBefore: ShareOf = async (name, input) => {
    const share = await shareOf(sides.before, node, name, input, compared);
    if (isSameNode) shares.set(`${input.family} ${name}`, share);
    return share;
  };
  const shareAfter: ShareOf = (name, input) => {
    const key = `${input.family} ${name}`;
    return shares.has(key) && isSameService(name, sides)
      ? shares.get(key)
      : shareOf(sides.after, node, name, input, compared);
  };
  const before = await sumOf(sides.before, node, shareBefore, compared, only);
  const after = await sumOf(sides.after, node, shareAfter, compared, only);
  return {
    lines: { node, before: before.lines, after: after.lines },
    endpoints: { before: before.endpoints, after: after.endpoints },
    largeCluster: { before: before.isLarge, after: after.isLarge },
  };
}

type ShareOf = (name: string, input: BackendInput) => Share | Promise<Share>;

/** Undefined where the Service has no rules in the input's family. */
async function shareOf(
  side: Side,
  node: string,
  name: string,
  input: BackendInput,
  { counter }: ComparedSides,
): Promise<Share> {
  const state = unitState(side, [name], input);
  if (state.ports.length === 0) return undefined;
  const alone = { family: input.family, node, before: state, after: { input, ports: [] } };
  return {
    lines: await counter.countOf(state, `${side.kindOf(node)}\n${shapeOfUnit(alone, "", sourcesOn(input)).text}`),
    endpoints: state.ports.reduce((sum, { endpoints }) => sum + endpoints.all.length, 0),
  };
}

const knownSources = new WeakMap<BackendInput, ClientSources>();

function sourcesOn(input: BackendInput): ClientSources {
  let sources = knownSources.get(input);
  if (!sources) knownSources.set(input, (sources = clientSources(input, { podCIDRs: [] }, new Set())));
  return sources;
}

async function sumOf(
  side: Side,
  node: string,
  shareOfService: ShareOf,
  { counter }: ComparedSides,
  only?: ReadonlySet<string>,
): Promise<Sum> {
  const sum: Sum = { lines: 0, endpoints: 0, isLarge: false };
  for (const family of FAMILIES) {
    const input = side.inputFor(node, family)!;
    let ofFamily = 0;
    let seen = false;
    for (const name of side.services.keys()) {
      if (only && !only.has(name)) continue;
      const share = await shareOfService(name, input);
      if (!share) continue;
      seen = true;
      ofFamily += share.endpoints;
      sum.lines += share.lines;
    }
    if (seen) sum.lines += await counter.baseOf(input);
    sum.endpoints += ofFamily;
    if (ofFamily > LARGE_CLUSTER && input.config.mode === "iptables") sum.isLarge = true;
  }
  return sum;
}
