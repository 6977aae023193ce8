import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { isLoopback, parseIP } from "../../net/ip.js";
import { count, evidence, listText } from "../describe.js";
import type { Check, Evidence } from "../types.js";

export const nodePortAddressesMatchNothing: Check = {
  id: "node-port-addresses-match-nothing",
  title: "nodePortAddresses that no node has",
  severity: "warning",
  why: "node ports answer on addresses inside these ranges only, so on a node without one they answer nowhere",
  covers: [25],
  needs: ["services"],
  scope: "cluster",
  *run({ cluster, config }) {
    const ranges = config.nodePortAddresses.filter((text) => text !== "primary");
    if (ranges.length === 0 || ranges.length < config.nodePortAddresses.length) return;
    const users = cluster.services.filter(({ spec }) => spec.ports?.some(({ nodePort }) => nodePort));
    if (users.length === 0) return;
    const nodes = cluster.nodes.filter(({ status }) =>
      (status?.addresses ?? []).some(({ address }) => parseIP(address)),
    );
    if (nodes.length === 0) {
      yield { notEnoughInput: "the input holds no Nodes with addresses" };
      return;
    }
    const cidrs = ranges.flatMap((text) => parseCIDR(text) ?? []);
    // A loopback range is a choice: node ports for the node itself.
    if (cidrs.some(({ base, family }) => isLoopback({ family, value: base, text: "" }))) return;
    // A single address is a choice made for one node, in a configuration of its own.
    if (cidrs.some(({ prefix, family }) => prefix === (family === "IPv4" ? 32 : 128))) return;
    const outside = nodes.filter(
      ({ status }) =>
        !(status?.addresses ?? []).some(({ address }) => {
          const ip = parseIP(address);
          return ip !== undefined && cidrs.some((cidr) => cidrContains(cidr, ip));
        }),
    );
    if (outside.length === 0) return;
    const configuration = cluster.proxyConfigurations[0];
    const at: Evidence = configuration?.origin
      ? {
          text: `nodePortAddresses ${listText(ranges)}`,
          at: { origin: configuration.origin, path: ["nodePortAddresses"] },
        }
      : { text: `nodePortAddresses ${listText(ranges)}` };
    yield {
      message: `nodePortAddresses ${listText(ranges)} hold no address of ${count(outside.length, "node")} of ${nodes.length} (${listText(outside.map(({ metadata }) => metadata.name))}), so ${count(users.length, "Service")} with node ports cannot be reached there`,
      evidence: [
        at,
        ...outside.slice(0, 3).map((node) => evidence(`Node ${node.metadata.name}`, node, ["status", "addresses"])),
      ],
      change: "correct the ranges, or remove nodePortAddresses",
    };
  },
};
