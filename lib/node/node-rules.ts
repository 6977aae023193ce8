/** The rules that a question about a few Services is answered from: compiled for them, or captured on the node. */
import { compileMode } from "../pipeline/artifacts.js";
import type { BackendInput } from "../backends/input.js";
import type { CapturedRules } from "./captured-rules.js";
import type { Cluster } from "../cluster/types.js";
import { localAddressesOf, type FamilyInput } from "../explain/index.js";
import { focusedInput } from "../pipeline/focus-input.js";
import type { Service } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import type { Situation } from "../pipeline/situation.js";
import type { TracedNode } from "../trace/types.js";
import { tracedNodeOf } from "./traced-node.js";

/** `captured`: instead of compiling. */
export async function rulesOfNode(
  cluster: Cluster,
  situation: Situation,
  services: readonly Service[],
  family: IPFamily,
  captured?: CapturedRules,
): Promise<FamilyInput> {
  const lazy = focusedInput(cluster, situation, services, family);
  const input: BackendInput = { ...lazy, servicePorts: [...lazy.servicePorts] };
  const ports = [...input.servicePorts];
  const node = captured ? withAddresses(captured.node, localAddressesOf(input)) : await compiledNode(input);
  return { input, ports, node };
}

/** A node that holds what kube-proxy programs for the input. */
export async function compiledNode(input: BackendInput): Promise<TracedNode> {
  return tracedNodeOf(await compileMode(input), { localAddresses: localAddressesOf(input) });
}

function withAddresses(node: TracedNode, more: readonly string[]): TracedNode {
  return { ...node, facts: { ...node.facts, localAddresses: [...new Set([...node.facts.localAddresses, ...more])] } };
}
