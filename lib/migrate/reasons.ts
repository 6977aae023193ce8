/** Why two rule sets treat a packet differently, by what the packet and the service port are. */
import { GATES } from "../config/feature-gates.js";

const LOOPBACK = GATES.nftLocalhostNodePorts;

export type ReasonId =
  | "node-port-addresses"
  | "localhost-node-ports"
  | "source-ranges"
  | "local-policy"
  | "session-affinity"
  | "no-endpoints"
  | "unused-ports"
  | "frontend-gone"
  | "frontend-new"
  | "endpoints"
  | "source-address"
  | "other";

export interface Reason {
  readonly title: string;
  readonly why: string;
  readonly change: string;
}

/** In the order shown: what surprises most comes first. */
export const REASONS: Readonly<Record<ReasonId, Reason>> = {
  "source-ranges": {
    title: "load-balancer source ranges",
    why:
      "Each mode checks loadBalancerSourceRanges at its own place: iptables mode once it knows the service, IPVS mode by " +
      "ip sets, nftables mode before anything else, also for what the node sends.",
    change: "Look at who loses or gains access; add the nodes' and pods' networks to the ranges where they need it.",
  },
  "local-policy": {
    title: "Local traffic policies",
    why:
      "Where no endpoint is on the node, iptables and nftables mode drop traffic under a Local policy, IPVS mode falls " +
      "back to endpoints of other nodes, or refuses it where the Service has cluster IPs alone; and each treats what pods " +
      "and the node itself send in its own way.",
    change: "Run endpoints on every node that clients use (a DaemonSet), or set the policy to Cluster.",
  },
  "node-port-addresses": {
    title: "node ports on other addresses of the node",
    why:
      "iptables and IPVS mode take node ports on all addresses that nodePortAddresses allows, by default every one; " +
      "nftables mode by default on the node's primary address alone.",
    change: "Set nodePortAddresses in the kube-proxy configuration to the networks that clients use.",
  },
  "localhost-node-ports": {
    title: "node ports on loopback",
    why:
      "iptables mode in IPv4 answers node ports on 127.0.0.1 when iptables.localhostNodePorts is set; nftables mode does for TCP " +
      `from 1.${LOOPBACK.defaults[0]!.since} on, with gate ${LOOPBACK.name} and a loopback network in nodePortAddresses; IPVS mode never.`,
    change: "Use the node's address, or a hostPort, in what connects to localhost (registries, health checks).",
  },
  "session-affinity": {
    title: "session affinity",
    why:
      "iptables and nftables mode remember a client for each endpoint of a service port, whatever address it used; IPVS " +
      "mode for each virtual server by itself.",
    change: "Let clients that need one pod use one address of the service; let them expect one move at the change.",
  },
  "no-endpoints": {
    title: "services without usable endpoints",
    why: "The modes differ in whether such packets are refused, dropped, or go on to the network untouched.",
    change: "Give the services endpoints; where monitoring looks for a refusal or a timeout, change what it expects.",
  },
  "frontend-gone": {
    title: "frontends that are no longer there",
    why: "The release or configuration aimed at does not program this address, e.g. because of ipMode or externalIPs.",
    change: "Keep the old configuration, or move clients to another address first.",
  },
  "frontend-new": {
    title: "frontends that are new",
    why: "The release or configuration aimed at programs this address, which was left to the network before.",
    change: "Check that nobody relies on the packets reaching the load balancer or the network.",
  },
  endpoints: {
    title: "other endpoints",
    why: "The release aimed at reads topology hints, traffic distribution or duplicate addresses in another way.",
    change: "Look at the load of the endpoints that gain or lose traffic.",
  },
  "source-address": {
    title: "source addresses",
    why: "The endpoints are the same, but packets come from a node's address where they kept their own, or the reverse.",
    change: "Look at NetworkPolicies, access lists and logs that go by the client's address.",
  },
  "unused-ports": {
    title: "ports of cluster IPs that no service has",
    why:
      "IPVS and nftables mode refuse packets to other ports of a cluster IP; iptables mode lets them out to the network, " +
      "where they mostly get no answer.",
    change: "Nothing, unless a probe counts on a timeout there.",
  },
  other: {
    title: "something else",
    why: "The rules of both sides differ for these packets.",
    change: "Trace such a packet on both sides with svcrules trace.",
  },
};
