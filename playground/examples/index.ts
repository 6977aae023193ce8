/** What the page opens with: one idea each. The stories are those of docs/troubleshooting. */
import crashLoop from "../../fixtures/stories/pods-crash-loop/cluster.yaml";
import dnsFails from "../../fixtures/stories/dns-does-not-resolve/cluster.yaml";
import noProbe from "../../fixtures/stories/no-readiness-probe/cluster.yaml";
import selector from "../../fixtures/stories/selector-does-not-match/cluster.yaml";
import shortName from "../../fixtures/stories/short-name-in-another-namespace/cluster.yaml";
import targetPort from "../../fixtures/stories/target-port-nobody-listens-on/cluster.yaml";
import affinity from "./affinity.yaml";
import clusterIP from "./clusterip.yaml";
import dualStack from "./dual-stack.yaml";
import headless from "./headless.yaml";
import ipvs from "./ipvs.yaml";
import loadBalancer from "./loadbalancer.yaml";
import nodePort from "./nodeport.yaml";
import policies from "./policies.yaml";
import topology from "./topology.yaml";
import { EMPTY_STATE, type State } from "../page/state.js";

export interface Example {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What to look at, one sentence. */
  readonly about: string;
  readonly text: string;
  /** Whether the example itself is the state that Impact compares an edit with. */
  readonly isKept?: boolean;
  /** The view it begins with. */
  readonly view?: Partial<State>;
}

const KINDS = "Services";
const STORIES = "Troubleshooting";

const toWeb = (from: string) => ({ trace: { from, to: "default/web:http" } });

export const EXAMPLES: readonly Example[] = [
  {
    id: "clusterip",
    group: KINDS,
    title: "ClusterIP",
    text: clusterIP,
    about: "Three pods behind one address.",
    view: toWeb("default/client"),
  },
  {
    id: "headless",
    group: KINDS,
    title: "Headless",
    text: headless,
    about: "No rules: the name answers with the pods' addresses.",
    view: {
      tab: "dns",
      dns: { name: "web", from: "default/client" },
      trace: { from: "default/client", to: "10.244.1.11:8080" },
    },
  },
  {
    id: "affinity",
    group: KINDS,
    title: "Session affinity",
    text: affinity,
    about: "A client keeps its pod.",
    view: toWeb("default/client"),
  },
  {
    id: "nodeport",
    group: KINDS,
    title: "NodePort",
    text: nodePort,
    about: "A port on every node.",
    view: toWeb("outside"),
  },
  {
    id: "loadbalancer",
    group: KINDS,
    title: "LoadBalancer with source ranges",
    text: loadBalancer,
    about: "Who may come in from outside.",
    view: { tab: "trace", ...toWeb("203.0.113.9") },
  },
  {
    id: "policies",
    group: KINDS,
    title: "Traffic policies",
    text: policies,
    about: "Pods of the node alone, and the client's own address.",
    view: { tab: "trace", ...toWeb("outside") },
  },
  {
    id: "dual-stack",
    group: KINDS,
    title: "Dual stack",
    text: dualStack,
    about: "Rules of both families.",
    view: { ipFamily: "ipv6" },
  },
  {
    id: "topology",
    group: KINDS,
    title: "Topology hints",
    text: topology,
    about: "Traffic that stays in its zone.",
    view: { tab: "endpoints" },
  },
  {
    id: "ipvs",
    group: KINDS,
    title: "IPVS to nftables",
    text: ipvs,
    about: "Change mode: ipvs to nftables, and see who is hurt.",
    isKept: true,
    view: { tab: "impact", ...toWeb("outside") },
  },
  {
    id: "selector",
    group: STORIES,
    title: "The selector matches nothing",
    text: selector,
    about: "Why has the Service no endpoints?",
    view: { tab: "doctor" },
  },
  {
    id: "target-port",
    group: STORIES,
    title: "Nobody listens on the target port",
    text: targetPort,
    about: "Connections are refused.",
    view: { tab: "doctor" },
  },
  {
    id: "crash-loop",
    group: STORIES,
    title: "Pods in a crash loop",
    text: crashLoop,
    about: "Selected, and never ready.",
    view: { tab: "endpoints" },
  },
  {
    id: "no-probe",
    group: STORIES,
    title: "No readiness probe",
    text: noProbe,
    about: "Errors while pods start.",
    view: { tab: "doctor" },
  },
  {
    id: "dns-fails",
    group: STORIES,
    title: "DNS does not resolve",
    text: dnsFails,
    about: "Every name fails at once.",
    view: { tab: "doctor" },
  },
  {
    id: "short-name",
    group: STORIES,
    title: "A short name in another namespace",
    text: shortName,
    about: "The name is not found.",
    view: { tab: "dns" },
  },
];

/** What opening an example changes: everything but the colours. */
export function stateOf({ id, text, isKept, view }: Example): State {
  const name = `${id}.yaml`;
  const files = [{ name, text }];
  return { ...EMPTY_STATE, files, current: name, kept: isKept ? files : undefined, ...view };
}
