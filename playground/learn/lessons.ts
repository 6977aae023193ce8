/** Seven steps through what Services do; each ends with a question that a change of the YAML answers. */
import affinity from "../examples/affinity.yaml";
import clusterIP from "../examples/clusterip.yaml";
import headless from "../examples/headless.yaml";
import loadBalancer from "../examples/loadbalancer.yaml";
import policies from "../examples/policies.yaml";
import notReady from "./not-ready.yaml";
import ports from "./ports.yaml";
import type { Ask } from "../page/engine.js";
import type { Setup } from "../engine/protocol.js";
import type { State } from "../page/state.js";
import * as checks from "./checks.js";

export interface Lesson {
  readonly title: string;
  readonly text: string;
  readonly question: string;
  readonly hint: string;
  readonly yaml: string;
  readonly view: Partial<State>;
  /** Whether the input answers the question: the engine is asked, no text is compared. */
  readonly isAnswered: (ask: Ask, setup: Setup) => Promise<boolean>;
}

export const LESSONS: readonly Lesson[] = [
  {
    title: "One address for many pods",
    text: "A Service has a cluster IP that no machine owns. On every node kube-proxy writes rules that send each new connection to one of the Service's endpoints, each as likely as the others. Three pods: a third each.",
    question: "Make every endpoint get a quarter of the connections.",
    hint: "Add a fourth Pod with the label app: web and an address of its own.",
    yaml: clusterIP,
    view: { tab: "trace", trace: { from: "default/client", to: "default/web:http" } },
    isAnswered: (ask, setup) => checks.sharesAre(ask, setup, 4),
  },
  {
    title: "Selected is not enough: ready",
    text: "The selector picks pods by their labels, but only pods that are ready get traffic. The controller keeps the list in EndpointSlices; see the Endpoints tab. One of these pods fails its readiness probe.",
    question: "Let all three pods get traffic.",
    hint: 'The Ready condition of one Pod has the status "False".',
    yaml: notReady,
    view: { tab: "endpoints" },
    isAnswered: (ask, setup) => checks.readyAre(ask, setup, 3),
  },
  {
    title: "Port, target port, and who listens",
    text: "Clients use the Service's port; the rules send them on to the target port, by number or by the name a container gives its port. If nobody listens there, connections are refused: no rule can tell.",
    question: "Let clients use port 8080 of the Service, and arrive at the port named http.",
    hint: "Change port and targetPort of the Service.",
    yaml: ports,
    view: { tab: "trace", trace: { from: "default/client", to: "10.96.0.20:8080" } },
    isAnswered: (ask, setup) => checks.arriveAt(ask, setup, "10.96.0.20:8080", 8000),
  },
  {
    title: "From outside: who may come in",
    text: "A load balancer's address is served by the same rules on every node, and loadBalancerSourceRanges are rules too: what comes from elsewhere is dropped without an answer.",
    question: "Let 192.0.2.7 in, and keep 198.51.100.200 out.",
    hint: "Add a range to loadBalancerSourceRanges.",
    yaml: loadBalancer,
    view: { tab: "trace", trace: { from: "192.0.2.7", to: "198.51.100.10:80" } },
    isAnswered: checks.onlyKnownClients,
  },
  {
    title: "The client's own address",
    text: "A connection to a node port may be sent to a pod of another node. So that answers come back the same way, it is masqueraded: the pod sees the node's address. With externalTrafficPolicy: Local the pod sees the client, and only pods of the node are used.",
    question: "On node-1, let connections to the node port reach pods of every node.",
    hint: "externalTrafficPolicy: Cluster.",
    yaml: policies,
    view: { tab: "trace", node: "node-1", trace: { from: "203.0.113.9", to: "192.168.10.1:30080" } },
    isAnswered: (ask, setup) => checks.masqueradedTo(ask, setup, 3),
  },
  {
    title: "Staying with one pod",
    text: "sessionAffinity: ClientIP keeps a client at the pod it was sent to first, until it has been silent for a while. The rules remember clients in a list for each endpoint.",
    question: "Let the rules forget a client after 30 minutes.",
    hint: "timeoutSeconds is in seconds; it stands under sessionAffinityConfig.",
    yaml: affinity,
    view: { tab: "rules" },
    isAnswered: (ask, setup) => checks.forgetsAfter(ask, setup, 1800),
  },
  {
    title: "Names instead of rules",
    text: "A headless Service has no cluster IP and no rules. Its name answers with the addresses of the pods, and the client chooses. Every other Service's name answers with its cluster IP.",
    question: "Make the name web answer with the one address 10.96.0.20.",
    hint: "Give the Service that cluster IP.",
    yaml: headless,
    view: { tab: "dns", dns: { name: "web", from: "default/client" } },
    isAnswered: (ask, setup) => checks.nameIs(ask, setup, ["10.96.0.20"]),
  },
];
