import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { NetworkPolicyPort } from "../../kube/types.js";
import { policyText } from "../../netpol/evaluate.js";
import { portMatches } from "../../netpol/network-policy.js";
import { evidence, portText } from "../describe.js";
import type { Check } from "../types.js";

export const policyUsesServicePort: Check = {
  id: "policy-uses-service-port",
  title: "A policy that names the Service's port instead of the pods'",
  severity: "error",
  why: "policies see packets after the Service's port has been replaced by the target port, so the rule never matches",
  needs: ["NetworkPolicies"],
  scope: "service",
  *run({ service, namespace, pods }, { policies, policiesIn, features }) {
    const pod = pods.find(({ spec }) => !spec.hostNetwork);
    if (!pod || !policiesIn(namespace)) return;
    const isolating = policies.isolating(pod, "ingress");
    const ports = isolating.flatMap((policy) =>
      (policy.spec.ingress ?? []).flatMap((rule, r) =>
        (rule.ports ?? []).map((port, p) => ({ policy, port, path: ["spec", "ingress", r, "ports", p, "port"] })),
      ),
    );
    // A rule without ports, here or in another policy, lets the target port in anyway.
    if (
      ports.length === 0 ||
      isolating.some(({ spec }) => (spec.ingress ?? []).some((rule) => (rule.ports ?? []).length === 0))
    )
      return;
    for (const [index, target] of targetPortsOf(service).entries()) {
      const number = findPodPort(target, pod, features);
      const { port, protocol } = target;
      if (number === undefined || number === port.port) continue;
      const matches = (element: NetworkPolicyPort, at: number) =>
        portMatches(element, {
          source: { kind: "ip", ip: "0.0.0.0" },
          destination: { kind: "pod", pod },
          protocol,
          port: at,
        });
      if (ports.some((entry) => matches(entry.port, number))) continue;
      const wrong = ports.find((entry) => entry.port.port === port.port && matches(entry.port, port.port));
      if (!wrong) continue;
      yield {
        object: wrong.policy,
        detail: `port ${port.port} of Service ${service.metadata.name}`,
        message: `the rule allows ${protocol} ${port.port}, the port of Service ${service.metadata.name}, but packets reach the pods on ${number}`,
        evidence: [
          evidence(`${policyText(wrong.policy)} allows port ${port.port}`, wrong.policy, wrong.path),
          evidence(`port ${portText(port)} sends to ${number}`, service, ["spec", "ports", index]),
        ],
        change: `allow port ${typeof target.target === "string" ? target.target : number} instead`,
      };
    }
  },
};
