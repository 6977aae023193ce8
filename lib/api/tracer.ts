/** Sources to a function that says what becomes of a packet on a node. */
import { backendInput } from "../pipeline/compile.js";
import { readCapturedRules } from "../node/captured-rules.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { localAddressesOf } from "../explain/index.js";
import type { IPFamily } from "../net/ip.js";
import { compiledNode } from "../node/node-rules.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { isFatal, type QuestionOptions } from "./read-question.js";
import { settleQuestion } from "./settle-question.js";
import type { Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";
import { prepareTrace, type Tracer } from "../trace/index.js";
import type { TracedNode } from "../trace/types.js";

export interface TracerOptions extends Wishes, QuestionOptions {
  /** What the node really holds, instead of what kube-proxy would program there. */
  readonly captures?: readonly Source[];
}

export interface TracerResult {
  /** The distribution over what may become of a packet; undefined when a diagnostic is an error. */
  readonly trace: Tracer | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

/**
 * Traces packets through one node's rules: which endpoint, how likely, masqueraded or not, refused or dropped.
 * The rules are made once; trace many packets with one result.
 *
 * @example
 * import { sourceFromText, tracer } from "svcrules";
 *
 * const { trace } = await tracer([sourceFromText("dump.yaml", dump)]);
 * const to = { destination: "10.96.0.1", destinationPort: 443 };
 * const result = trace?.({ protocol: "tcp", source: "10.244.1.99", ...to, arrival: { from: "pod" } });
 * const sum = result?.outcomes.reduce((total, { probability }) => total + probability, 0) ?? 0;
 * assert(Math.abs(sum - 1) < 1e-9);
 */
export async function tracer(sources: Iterable<Source>, options: TracerOptions = {}): Promise<TracerResult> {
  const { settled, diagnostics: read } = settleQuestion(sources, options);
  const diagnostics = locateDiagnostics(read);
  if (!settled) return { trace: undefined, diagnostics };
  const { cluster, situation } = settled;
  const families = options.ipFamily ? [situation.family] : FAMILIES;
  const inputs = families.map((family) => backendInput(cluster, situation, {}, family));
  const localAddresses = [...new Set(inputs.flatMap(localAddressesOf))];
  if (options.captures) {
    const { node, diagnostics: unread } = readCapturedRules(options.captures);
    const known = [...new Set([...node.facts.localAddresses, ...localAddresses])];
    return {
      trace: isFatal(unread, options.strict)
        ? undefined
        : prepareTrace({ ...node, facts: { ...node.facts, localAddresses: known } }),
      diagnostics: [...diagnostics, ...locateDiagnostics(unread)],
    };
  }
  const nodes: TracedNode[] = [];
  for (const input of inputs) nodes.push(await compiledNode(input));
  const node: TracedNode = {
    iptables: nodes.flatMap(({ iptables = [] }) => iptables),
    nftables: nodes.flatMap(({ nftables = [] }) => nftables),
    ipvs: nodes.flatMap(({ ipvs = [] }) => ipvs),
    facts: { localAddresses },
  };
  return { trace: prepareTrace(node), diagnostics };
}
