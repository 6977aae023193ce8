/** Each change in one sentence. */
import { plural } from "../explain/word-context.js";
import type { ImpactChange, ImpactKind, ImpactNodes } from "../results/impact-report.js";
import { IMPACT_CLIENT_WORDS } from "./clients.js";

type Change = Omit<ImpactChange, "allowed">;

/** Services named before the rest is counted. */
const MOST_NAMED = 3;

const VERBS: Readonly<Record<Exclude<ImpactKind, "names" | "policy">, readonly [one: string, many: string]>> = {
  lost: ["is lost", "are lost"],
  exposed: ["becomes reachable", "become reachable"],
  moved: ["goes to other endpoints", "go to other endpoints"],
  identity: ["sees clients otherwise", "see clients otherwise"],
  refusal: ["refuses otherwise", "refuse otherwise"],
};

/** "shop/web: node port 30080 is lost on node-3, from outside: was one of 3 endpoints; is dropped without an answer". */
export function changeMessage(change: Change): string {
  if (change.kind === "names") return namesMessage(change);
  if (change.kind === "policy") return policyMessage(change);
  const [one, many] = VERBS[change.kind];
  const first = change.frontends[0]!;
  const subject =
    change.count === 1
      ? `${first.servicePort}: ${first.frontend} ${one}`
      : `${servicesText(change.services)}: ${plural(change.count, "frontend")} ${many}`;
  return `${subject} ${isUneven(change) ? "each somewhere " : ""}${nodesText(change.nodes)}, ${clientsText(change)}: before ${change.before}; after ${change.after}`;
}

/** Whether the frontends of the change are concerned on different nodes. */
function isUneven({ frontends, count, nodes }: Change): boolean {
  if (nodes.all || count === 1) return false;
  const names = new Map<string, Set<string>>();
  for (const { service, family, frontend, protocol, nodes: own } of frontends) {
    const id = [service, family, frontend, protocol].join(" ");
    const known = names.get(id) ?? new Set<string>();
    names.set(id, known);
    for (const name of own.names) known.add(name);
  }
  return [...names.values()].some(({ size }) => size < nodes.count);
}

function servicesText(services: readonly string[]): string {
  const shown = services.slice(0, MOST_NAMED).join(", ");
  const more = services.length - MOST_NAMED;
  return more > 0 ? `${shown} and ${plural(more, "more Service")}` : shown;
}

/** "on node-1, node-2", "on every node". */
function nodesText({ all, count, names }: ImpactNodes): string {
  if (all) return count === 1 ? "on the node" : "on every node";
  const shown = names.slice(0, MOST_NAMED).join(", ");
  return `on ${count > MOST_NAMED ? `${shown} and ${plural(count - MOST_NAMED, "more node")}` : shown}`;
}

const EVERYBODY = ["pod", "pod-elsewhere", "node", "outside"] as const;

/** "from outside, the node"; "for every client". */
function clientsText({ clients }: Pick<ImpactChange, "clients">): string {
  if (EVERYBODY.every((client) => clients.includes(client))) return "for every client";
  const [first, ...rest] = clients.map((client) => IMPACT_CLIENT_WORDS[client]);
  return rest.length === 0 ? (first ?? "") : `${first}, ${rest.map((words) => words.replace(/^from /, "")).join(", ")}`;
}

function namesMessage({ count, services, before, after, details }: Change): string {
  const used = details.filter((line) => line.startsWith("still used: ")).length;
  const still =
    used > 0
      ? `; ${plural(used, "setting")} still ${used === 1 ? "names" : "name"} ${count === 1 ? "it" : "them"}`
      : "";
  const verb =
    after === "no such name"
      ? ["is gone", "are gone"]
      : before === "no such name"
        ? ["is new", "are new"]
        : ["resolves otherwise", "resolve otherwise"];
  const [name] = details[0]!.split(": ");
  const [namespace, own] = services[0]!.split("/");
  const which = name!.startsWith(`${own}.${namespace}.`.toLowerCase()) ? "its DNS name" : `its DNS name ${name}`;
  return count === 1
    ? `${services[0]}: ${which} ${verb[0]}: before ${before}; after ${after}${still}`
    : `${servicesText(services)}: ${plural(count, "DNS name")} ${verb[1]}${still}`;
}

function policyMessage({ count, services, before, after, details }: Change): string {
  const verb = after === "denied" ? "newly blocked" : after === "allowed" ? "newly admitted" : "no longer decided";
  return count === 1
    ? `${details[0]!.split(": ")[0]} is ${verb} by policy (before ${before}, after ${after})`
    : `${servicesText(services)}: ${plural(count, "pair")} of client and service port ${verb} by policy (before ${before}, after ${after})`;
}
