/** The rules that a question about a few Services is answered from: compiled for them, or captured on the node. */
import { compileMode } from "../pipeline/artifacts.js";
import type { BackendInput } from "../backends/input.js";
import type { CapturedRules } from "./captured-rules.js";
import type { Cluster } from "../cluster/types.js";
import { podIPsOf } from "../endpoints/pod-facts.js";
import { knownNodeAddress, localAddressesOf, type FamilyInput } from "../explain/index.js";
import { focusedInput } from "../pipeline/focus-input.js";
import type { Service } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import type { Situation } from "../pipeline/situation.js";
import type { TracedNode } from "../trace/types.js";
import { notCaptured } from "./not-captured.js";
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
  const node = captured ? capturedNode(captured, input, cluster) : await compiledNode(input);
  const ownAddress = knownNodeAddress(input, captured?.node.facts.localAddresses);
  return { input, ports, node, ...(ownAddress !== undefined && { ownAddress }) };
}

/** A node that holds what kube-proxy programs for the input. */
export async function compiledNode(input: BackendInput): Promise<TracedNode> {
  return tracedNodeOf(await compileMode(input), { localAddresses: localAddressesOf(input) });
}

/** The captured rules with what is known of the node, and what of it was not captured. */
function capturedNode(captured: CapturedRules, input: BackendInput, cluster: Cluster): TracedNode {
  const node = withAddresses(captured.node, input, cluster);
  return { ...node, facts: { ...node.facts, notCaptured: notCaptured(captured, input.config.mode, input.family) } };
}

/** Addresses of the capture, of the Node object, and those that are known to be somebody else's. */
function withAddresses(node: TracedNode, input: BackendInput, cluster: Cluster): TracedNode {
  const { facts } = node;
  const localAddresses = [...new Set([...facts.localAddresses, ...localAddressesOf(input)])];
  if (facts.mayHaveMoreAddresses !== true) return { ...node, facts: { ...facts, localAddresses } };
  return { ...node, facts: { ...facts, localAddresses, otherAddresses: otherAddressesOf(input, cluster) } };
}

/** Addresses of pods with a network of their own, of other nodes and, save in ipvs mode, of Services. */
function otherAddressesOf({ node, config }: BackendInput, { pods, nodes, services }: Cluster): string[] {
  const ofPods = pods.flatMap((pod) => (pod.spec.hostNetwork ? [] : podIPsOf(pod)));
  const ofNodes = nodes.flatMap(({ metadata, status }) =>
    metadata.name === node.name ? [] : (status?.addresses ?? []).map(({ address }) => address),
  );
  const ofServices = services.flatMap(({ spec }) => [spec.clusterIP ?? "", ...(spec.clusterIPs ?? [])]);
  return [...ofPods, ...ofNodes, ...(config.mode === "ipvs" ? [] : ofServices)];
}
