/** A pod: which services send to it, how much, through which chains, and why not. */
import type { Pod, Service } from "../kube/types.js";
import { podIPsOf } from "../endpoints/pod-facts.js";
import { canonicalIP } from "../net/ip.js";
import type { PodServiceView, PodView } from "./explain-view.js";
import { podTroubleText, stateText } from "./endpoint-facts.js";
import type { ExplainInput, FamilyContext } from "./explain-input.js";
import { CLIENT_WORDS, clientsOf, flowsOf } from "./frontend-flows.js";
import { endpointShares } from "./outcome-words.js";
import type { PortSubject } from "./subject.js";

/** `services`: those that select the pod or whose slices list it. */
export function explainPod(
  pod: Pod,
  services: readonly Service[],
  all: ExplainInput,
  families: readonly FamilyContext[],
): PodView {
  const { metadata, spec, status } = pod;
  const name = `${metadata.namespace ?? "default"}/${metadata.name}`;
  const ips = new Set(podIPsOf(pod).map((ip) => canonicalIP(ip) ?? ip));
  const views: PodServiceView[] = [];
  for (const family of families)
    for (const subject of family.subjects) {
      const view = viewOf(subject, pod, name, ips, all, family);
      if (view) views.push(view);
    }
  for (const service of services)
    for (const { pod: other, part, reason } of all.resolve(service).leftOut())
      if (other === pod || (other.metadata.name === metadata.name && other.metadata.namespace === metadata.namespace))
        views.push({
          servicePort: `${service.metadata.namespace ?? "default"}/${service.metadata.name}${part === undefined ? "" : ` (${part})`}`,
          state: `no endpoint: ${reason}`,
          chains: [],
        });
  const trouble = podTroubleText(pod);
  const headless = services.filter(({ spec: own }) => own.clusterIP === "None").map(({ metadata: own }) => own.name);
  return {
    name,
    about: [
      [...ips].join(", ") || "no address",
      spec.nodeName ? `on node ${spec.nodeName}` : "on no node",
      `phase ${status?.phase ?? "not known"}`,
      ...(trouble === undefined ? [] : [trouble]),
      ...(spec.hostNetwork ? ["host network"] : []),
    ],
    ...(pod.origin && { at: all.book.note({ origin: pod.origin, path: ["metadata", "name"] }) }),
    services: views,
    notes: [
      ...(services.length === 0 ? ["No Service selects it, and no EndpointSlice lists it."] : []),
      ...(headless.length > 0 ? [`Headless: ${headless.join(", ")}; clients find it through DNS, without rules.`] : []),
    ],
  };
}

function viewOf(
  subject: PortSubject,
  pod: Pod,
  name: string,
  ips: ReadonlySet<string>,
  all: ExplainInput,
  { input, tracer, index }: FamilyContext,
): PodServiceView | undefined {
  const own = subject.facts.find(
    ({ podName, endpoint }) =>
      podName === name || (!pod.spec.hostNetwork && ips.has(canonicalIP(endpoint.ip) ?? endpoint.ip)),
  );
  if (!own) return undefined;
  const { target } = own.endpoint;
  const client = clientsOf(subject.port, new Set(subject.endpoints.all.map(({ ip }) => ip)), input)[0]!;
  const [flow] = flowsOf(subject.port, subject.frontends[0]!, [client], input, tracer);
  const chains = [...subject.chains].flatMap(([chain, role]) =>
    role.kind === "endpoint" && role.target === target && index.chainsNamed(chain).length > 0 ? [chain] : [],
  );
  return {
    servicePort: `${subject.port.name} ${subject.port.protocol}`,
    target,
    state: `${stateText(own)}, ${CLIENT_WORDS[client.kind]}`,
    share: endpointShares(flow!.trace).get(target) ?? 0,
    chains,
    ...(own.place && { at: all.book.note(own.place) }),
  };
}
