/** Names and lists in the messages of changes. */
import { joinHostPort } from "../net/ip.js";
import type { Change, FrontendView, ServicePortView } from "./types.js";

/** How changes end that tell of rules of others which packets meet before or behind anything of kube-proxy's: it could not mend them. */
export const BEFORE_IPVS = "before IPVS sees them";
export const BEFORE_OWN = "before kube-proxy's table sees them";
export const BEFORE_NAT = "before table nat sees them";
/** The same of rules that packets meet when they have an endpoint's address. */
export const BEHIND_RULES = "behind kube-proxy's rules";
/** The same of rules that health checks meet, which a server on the node answers. */
export const BEFORE_ANSWER = "before the node answers them";
const OF_OTHERS = [BEFORE_IPVS, BEFORE_OWN, BEFORE_NAT, BEHIND_RULES, BEFORE_ANSWER];

export function isOfOthers({ message }: Pick<Change, "message">): boolean {
  return OF_OTHERS.some((words) => message.endsWith(words));
}

/** What pairs frontends of two sides: address and port; a health-check port is never the same as a node port. */
export function frontendKey(frontend: FrontendView): string {
  return (frontend.kind === "health-check" ? "health " : "") + frontendText(frontend);
}

/** "10.96.0.1:80", "[fd00::1]:80", "*:30080". */
export function frontendText(frontend: Pick<FrontendView, "address" | "port">): string {
  return frontend.address === undefined ? `*:${frontend.port}` : joinHostPort(frontend.address, frontend.port);
}

/** "prod/api:https" or "prod/api", with the protocol when it is not TCP; the key when the service is not known. */
export function portWords(view: Pick<ServicePortView, "key" | "service" | "port" | "protocol">): string {
  if (view.service === undefined) return view.key;
  const name = view.port ? `${view.service}:${view.port}` : view.service;
  return view.protocol && view.protocol !== "TCP" ? `${name} (${view.protocol})` : name;
}

/** Said of what has no endpoints: there is nothing to reach, and connections time out. */
export const NOT_REFUSED = "connections to it are not refused as they should be";

const MOST_LISTED = 5;

/** "a", "a and b", "a, b and 7 more". */
export function listWords(items: readonly string[]): string {
  const unique = [...new Set(items)];
  if (unique.length <= 1) return unique[0] ?? "";
  const shown = unique.length > MOST_LISTED ? unique.slice(0, MOST_LISTED) : unique.slice(0, -1);
  const last = unique.length > MOST_LISTED ? `${unique.length - MOST_LISTED} more` : unique.at(-1)!;
  return `${shown.join(", ")} and ${last}`;
}

/** A share of connections: "1/3" where it is one, else "12.5%". */
export function shareWords(share: number): string {
  if (share === 0) return "none";
  if (share >= 1 - 1e-9) return "all";
  const parts = Math.round(1 / share);
  if (parts <= 1000 && Math.abs(share * parts - 1) < 1e-5) return `1/${parts}`;
  return `${(share * 100).toPrecision(3).replace(/\.?0+$/, "")}%`;
}

/** "30s", "3h" and the like are left to the reader: seconds as they are configured. */
export function secondsWords(seconds: number | undefined): string {
  return seconds === undefined ? "no session affinity" : `session affinity of ${seconds} s`;
}
