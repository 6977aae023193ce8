/** A Service: what it is, where it is reached, where its traffic goes, and the rules that do it. */
import type { EndpointView, FrontendView, PortView, ServiceView } from "./explain-view.js";
import type { Service } from "../kube/types.js";
import { describeSkipReason, findSkipReason } from "../services/skip-reason.js";
import { SHARE_TOLERANCE } from "../trace/index.js";
import { fieldPlace, portPlace } from "./cause.js";
import { stateText } from "./endpoint-facts.js";
import type { ExplainInput, FamilyContext } from "./explain-input.js";
import { CLIENT_WORDS, clientsOf, flowsOf, type Flow } from "./frontend-flows.js";
import { frontendText, ROLE_WORDS, type Frontend } from "./frontends.js";
import { endpointShares, outcomeWords } from "./outcome-words.js";
import { servicePortTree } from "./rule-tree.js";
import { insteadOfRules, servicePortNotes } from "./service-notes.js";
import type { PortSubject } from "./subject.js";
import { topologyReason } from "./topology-reason.js";
import { percent } from "./word-context.js";

/** Which ports of a Service are shown; all of them when left out. */
export type WantsPort = (subject: PortSubject) => boolean;

export function explainService(
  service: Service,
  all: ExplainInput,
  families: readonly FamilyContext[],
  wants: WantsPort = () => true,
): ServiceView {
  const { metadata, spec } = service;
  const name = `${metadata.namespace ?? "default"}/${metadata.name}`;
  const withoutRules: { family: string; reason: string }[] = [];
  const ports: PortView[] = [];
  const notes: string[] = [];
  for (const family of families) {
    const reason = findSkipReason(service, family.input.family, family.input.features);
    if (reason) {
      const instead = insteadOfRules(service, reason.kind);
      withoutRules.push({
        family: family.input.family,
        reason: `${describeSkipReason(reason)}.${instead === "" ? "" : ` ${instead}`}`,
      });
    }
    for (const subject of family.subjects)
      if (subject.service === service && wants(subject)) ports.push(portView(subject, all, family));
  }
  const served = new Set(ports.map(({ family }) => family));
  const isHeadless = spec.clusterIP === "None" || spec.type === "ExternalName";
  if (isHeadless && (spec.ports?.some(({ nodePort }) => nodePort) ?? false))
    notes.push("Its node ports are not programmed.");
  const endpoints = all.resolve(service);
  if (endpoints.source === "unknown")
    notes.push("The input holds no EndpointSlices: where its traffic goes is not known.");
  if (endpoints.source === "none" && spec.type !== "ExternalName")
    notes.push("It has no selector, and the input holds neither EndpointSlices nor Endpoints for it.");
  if (endpoints.source === "pods") notes.push("Endpoints are computed from the pods of the input.");
  const { otherProxy } = all.cluster.facts;
  if (otherProxy)
    notes.push(`${otherProxy.name} seems to stand in for kube-proxy in this cluster (${otherProxy.evidence}).`);
  return {
    name,
    type: spec.type ?? "ClusterIP",
    about: aboutService(service),
    ...(service.origin && { at: all.book.note({ origin: service.origin, path: ["metadata", "name"] }) }),
    withoutRules:
      served.size > 0 ? withoutRules.filter(({ family }) => isAskedFor(service, family)) : oneReason(withoutRules),
    notes,
    leftOut: endpoints.leftOut().map(({ pod, part, reason }) => ({
      pod: `${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`,
      reason: part === undefined ? reason : `${part}: ${reason}`,
      ...(pod.origin && { at: all.book.note({ origin: pod.origin, path: ["metadata", "name"] }) }),
    })),
    ports,
  };
}

/** A family that the Service does not have is no news. */
function isAskedFor({ spec }: Service, family: string): boolean {
  return (spec.ipFamilies ?? []).includes(family as "IPv4" | "IPv6");
}

/** The reason that is about the Service, not about a family. */
function oneReason(reasons: readonly { readonly family: string; readonly reason: string }[]) {
  const own = reasons.find(({ reason }) => !/^it has no IPv[46] cluster IP/.test(reason));
  return own ? [own] : reasons;
}

function aboutService({ spec, metadata }: Service): string[] {
  const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const ips = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [];
  return [
    selector.length > 0 ? `selector ${selector.sort().join(",")}` : "no selector",
    ...(spec.type === "ExternalName" ? [`external name ${spec.externalName ?? ""}`] : []),
    ...(ips.length > 0 ? [`cluster IP ${ips.join(", ")}`] : []),
    ...(spec.externalTrafficPolicy === "Local" ? ["externalTrafficPolicy Local"] : []),
    ...(spec.internalTrafficPolicy === "Local" ? ["internalTrafficPolicy Local"] : []),
    ...(spec.sessionAffinity === "ClientIP" ? ["sessionAffinity ClientIP"] : []),
    ...(spec.publishNotReadyAddresses ? ["publishNotReadyAddresses"] : []),
    ...(spec.trafficDistribution ? [`trafficDistribution ${spec.trafficDistribution}`] : []),
    ...(metadata.deletionTimestamp ? ["being deleted"] : []),
  ];
}

function portView(subject: PortSubject, all: ExplainInput, family: FamilyContext): PortView {
  const { port, service } = subject;
  const { input, tracer } = family;
  const endpointIPs = new Set(subject.endpoints.all.map(({ ip }) => ip));
  const clients = clientsOf(port, endpointIPs, input);
  const flows = subject.frontends.map((frontend) => ({
    frontend,
    flows: flowsOf(port, frontend, clients, input, tracer),
  }));
  const noted = (place: ReturnType<typeof portPlace>) => (place ? { at: all.book.note(place) } : {});
  const topology = topologyReason(subject, service, input, all.zones);
  const target = service.spec.ports?.[port.portIndex]?.targetPort;
  return {
    name: port.name,
    portName: port.portName,
    family: port.family,
    protocol: port.protocol,
    port: port.port,
    targetPort: String(target === undefined || target === 0 || target === "" ? port.port : target),
    ...noted(portPlace(subject)),
    frontends: flows.map(({ frontend, flows: own }): FrontendView => ({
      role: ROLE_WORDS[frontend.role],
      address: frontend.address ?? null,
      port: frontend.port,
      text: frontendText(frontend),
      ...noted(fieldPlace(subject, frontend.path)),
      flows: own.map(({ client, trace }) => ({
        from: CLIENT_WORDS[client.kind],
        outcome: outcomeWords(trace),
        shares: trace.outcomes.map(({ outcome, probability }) => ({
          outcome: outcome.kind === "endpoint" ? `${outcome.address} port ${outcome.port}` : outcome.kind,
          probability,
        })),
      })),
    })),
    endpoints: endpointViews(subject, flows, all),
    notes: [
      ...servicePortNotes(subject, service, input),
      ...(topology ? [topology.text] : []),
      ...strangerNotes(subject, flows),
    ],
    rules: servicePortTree(subject, family.tree, family.words),
  };
}

/** Targets of captured rules that are endpoints no more. */
function strangerNotes({ facts }: PortSubject, flows: readonly { readonly flows: readonly Flow[] }[]): string[] {
  const known = new Set(facts.map(({ endpoint }) => endpoint.target));
  const strangers = new Map<string, number>();
  for (const { flows: own } of flows)
    for (const { trace } of own)
      for (const [target, share] of endpointShares(trace))
        if (!known.has(target)) strangers.set(target, Math.max(share, strangers.get(target) ?? 0));
  return [...strangers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, share]) => `The rules also send to ${target} (${percent(share)}), which is no endpoint of it.`);
}

function endpointViews(
  { facts }: PortSubject,
  flows: readonly { readonly frontend: Frontend; readonly flows: readonly Flow[] }[],
  all: ExplainInput,
): EndpointView[] {
  const usual = endpointShares(flows[0]!.flows[0]!.trace);
  const others = flows.map(({ frontend, flows: own }) => {
    const outside = own.find(({ client }) => client.kind === "outside");
    return { text: `${frontendText(frontend)} from outside`, shares: outside ? endpointShares(outside.trace) : usual };
  });
  return facts.map((own): EndpointView => {
    const { endpoint, podName, nodeName, zone, place } = own;
    const share = usual.get(endpoint.target) ?? 0;
    return {
      target: endpoint.target,
      ...(podName !== undefined && { pod: podName }),
      ...(nodeName !== undefined && { node: nodeName }),
      ...(zone !== undefined && zone !== "" && { zone }),
      local: endpoint.local,
      state: stateText(own),
      ready: endpoint.ready,
      serving: endpoint.serving,
      terminating: endpoint.terminating,
      share,
      otherShares: others.flatMap(({ text, shares }) => {
        const other = shares.get(endpoint.target) ?? 0;
        return Math.abs(other - share) < SHARE_TOLERANCE ? [] : [{ frontend: text, share: other }];
      }),
      ...(place && { at: all.book.note(place) }),
    };
  });
}
