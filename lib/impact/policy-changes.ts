/** Connections to Services that NetworkPolicies newly block or admit, judged after the Service's translation. */
import { isSameContent } from "../cluster/trim/same-content.js";
import { workloadOf } from "../doctor/workload-of.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { KubeObject, Pod, Service } from "../kube/types.js";
import { canonicalIP, familyOfIP } from "../net/ip.js";
import { outsideAddress } from "../explain/clients.js";
import { createPolicyEvaluator, type PolicyEvaluator } from "../netpol/evaluate.js";
import { policyInputOf } from "../netpol/policy-input.js";
import type { Party, PolicyVerdict, Verdict } from "../netpol/types.js";
import type { ImpactChange } from "../results/impact-report.js";
import { compareText } from "./collect-changes.js";
import type { Side, Sides } from "./types.js";
import { isSameService } from "./units.js";

type PolicyChange = Omit<ImpactChange, "allowed">;

export interface PolicyChanges {
  readonly changes: readonly PolicyChange[];
  /** Why connections were left out; undefined when none was. */
  readonly leftOut: string | undefined;
}

/** More pairs of a client and a service port than this are not judged. */
const MOST_PAIRS = 500_000;

/** Pods of one workload with one set of labels, of which one stands for all. */
interface ClientClass {
  /** "Deployment shop/web". */
  readonly name: string;
  readonly pod: Pod;
}

interface Judge {
  readonly side: Side;
  readonly policies: PolicyEvaluator;
  readonly clients: ReadonlyMap<string, ClientClass>;
  readonly podAt: (ip: string) => Pod | undefined;
}

/** `only`: those Services alone. */
export function policyChanges(sides: Sides, only?: ReadonlySet<string>): PolicyChanges {
  const [before, after] = [judgeOf(sides.before), judgeOf(sides.after)];
  if ([before, after].every(({ side }) => !hasPolicies(side))) return { changes: [], leftOut: undefined };
  const names = [...sides.after.services.keys()].filter((name) => sides.before.services.has(name));
  const isAnyClientNew = !arePoliciesSame(sides) || !areClientsSame(before, after);
  const services = names.filter((name) => (!only || only.has(name)) && (isAnyClientNew || !isSameService(name, sides)));
  const clients = [...before.clients.keys()].filter((name) => after.clients.has(name)).sort(compareText);
  if (services.length * (clients.length + 1) > MOST_PAIRS)
    return {
      changes: [],
      leftOut: `NetworkPolicies are not judged: ${services.length} Services and ${clients.length} workloads are more pairs than ${MOST_PAIRS}`,
    };
  const found = services.flatMap((name) => changesOf(name, clients, before, after));
  return { changes: grouped(found), leftOut: undefined };
}

function hasPolicies({ cluster }: Side): boolean {
  return cluster.networkPolicies.length + cluster.adminPolicies.length > 0;
}

const OUTSIDE: ReadonlySet<string> = new Set(["origin", "resourceVersion", "creationTimestamp", "uid", "simulated"]);

function arePoliciesSame({ before: { cluster: a }, after: { cluster: b } }: Sides): boolean {
  const same = (x: readonly KubeObject[], y: readonly KubeObject[]) => x === y || isSameContent(x, y, OUTSIDE);
  return (
    same(a.networkPolicies, b.networkPolicies) &&
    same(a.adminPolicies, b.adminPolicies) &&
    same(a.namespaces, b.namespaces)
  );
}

function areClientsSame(a: Judge, b: Judge): boolean {
  for (const [name, { pod }] of a.clients) {
    const other = b.clients.get(name)?.pod;
    if (other && other !== pod && !isSameContent(pod.metadata.labels, other.metadata.labels)) return false;
  }
  return true;
}

function judgeOf(side: Side): Judge {
  const clients = new Map<string, ClientClass>();
  for (const pod of side.cluster.pods) {
    const { phase } = pod.status ?? {};
    if (phase === "Succeeded" || phase === "Failed" || pod.spec.hostNetwork) continue;
    const [kind, name] = workloadOf(pod).split(" ");
    const full = `${kind} ${pod.metadata.namespace ?? "default"}/${name}`;
    if (!clients.has(full)) clients.set(full, { name: full, pod });
  }
  let pods: Map<string, Pod> | undefined;
  return {
    side,
    clients,
    policies: createPolicyEvaluator(policyInputOf(side.cluster)),
    podAt(ip) {
      if (!pods) {
        pods = new Map();
        for (const pod of side.cluster.pods)
          for (const { ip: own } of pod.status?.podIPs ?? []) pods.set(canonicalIP(own) ?? own, pod);
      }
      return pods.get(canonicalIP(ip) ?? ip);
    },
  };
}

interface Found {
  readonly service: string;
  readonly port: string;
  readonly client: string;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly reason: string;
}

function changesOf(name: string, clients: readonly string[], before: Judge, after: Judge): Found[] {
  const [a, b] = [targetsOf(name, before), targetsOf(name, after)];
  const found: Found[] = [];
  for (const [port, targetBefore] of a) {
    const targetAfter = b.get(port);
    if (!targetAfter) continue;
    const judge = (client: string, parties: readonly [Party, Party]) => {
      const x = worst(before, parties[0], targetBefore);
      const y = worst(after, parties[1], targetAfter);
      if (x.verdict !== y.verdict)
        found.push({ service: name, port, client, before: x.verdict, after: y.verdict, reason: reasonOf(x, y) });
    };
    for (const client of clients) {
      const parties = [before, after].map((side): Party => ({ kind: "pod", pod: side.clients.get(client)!.pod }));
      judge(client, parties as [Party, Party]);
    }
    const isOpen = [before, after].every(({ side }) => isReachableFromOutside(side.services.get(name)!));
    const outside: Party = { kind: "ip", ip: outsideAddress(familyOfIP(targetAfter.endpoints[0]!.ip) ?? "IPv4", []) };
    if (isOpen) judge("hosts outside the cluster", [outside, outside]);
  }
  return found;
}

function isReachableFromOutside({ spec }: Service): boolean {
  return spec.externalTrafficPolicy === "Local";
}

interface Target {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** One of each set of labels. */
  readonly endpoints: readonly { readonly ip: string; readonly pod: Pod | undefined; readonly port: number }[];
}

/** By name of the service port, or its number where it has none. */
function targetsOf(name: string, { side, podAt }: Judge): Map<string, Target> {
  const targets = new Map<string, Target>();
  const service = side.services.get(name)!;
  for (const { name: portName = "", port: number, protocol = "TCP" } of service.spec.ports ?? []) {
    const endpoints = new Map<string, Target["endpoints"][number]>();
    for (const slice of side.slicesOf(service)) {
      const own = slice.ports?.find((one) => (one.name ?? "") === portName && (one.protocol ?? "TCP") === protocol);
      if (!own?.port) continue;
      for (const { addresses, conditions } of sliceEndpoints(slice)) {
        const ip = addresses[0];
        if (ip === undefined || conditions?.ready === false) continue;
        const pod = podAt(ip);
        const key = pod ? JSON.stringify([workloadOf(pod), own.port]) : ip;
        if (!endpoints.has(key)) endpoints.set(key, { ip, pod, port: own.port });
      }
    }
    if (endpoints.size > 0)
      targets.set(portName === "" ? String(number) : portName, { protocol, endpoints: [...endpoints.values()] });
  }
  return targets;
}

const RANK: Readonly<Record<Verdict, number>> = { allowed: 0, unknown: 1, denied: 2 };

/** The worst verdict among endpoints of all sorts. */
function worst({ policies }: Judge, source: Party, { protocol, endpoints }: Target): PolicyVerdict {
  let found: PolicyVerdict | undefined;
  for (const { ip, pod, port } of endpoints) {
    const destination: Party = pod ? { kind: "pod", pod, ip } : { kind: "ip", ip };
    const verdict = policies.evaluate({ source, destination, protocol, port });
    if (!found || RANK[verdict.verdict] > RANK[found.verdict]) found = verdict;
  }
  return found!;
}

function reasonOf(before: PolicyVerdict, after: PolicyVerdict): string {
  const told = after.verdict === "allowed" ? before : after;
  const { egress, ingress } = told;
  return `${after.verdict === "allowed" ? "before: " : ""}${(ingress.verdict === told.verdict ? ingress : egress).reason}`;
}

/** Service ports that change alike for the same clients stand together. */
function grouped(found: readonly Found[]): PolicyChange[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = `${one.before} ${one.after}`;
    const list = groups.get(key);
    if (list) list.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map((list) => ({
    kind: "policy",
    message: "",
    services: [...new Set(list.map(({ service }) => service))].sort(compareText),
    count: list.length,
    nodes: { count: 0, all: true, names: [] },
    clients: [],
    before: list[0]!.before,
    after: list[0]!.after,
    frontends: [],
    details: list
      .map(({ client, service, port, reason }) => `${client} to ${service}:${port}: ${reason}`)
      .sort(compareText),
  }));
}
