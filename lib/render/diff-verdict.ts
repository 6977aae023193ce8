/** What differences mean for clients, in one sentence. */
import { overFamily } from "../diff/change-family.js";
import { harmOf, type Harm } from "../diff/harm-of.js";
import type { Change, ChangeKind, DiffReport } from "../diff/types.js";
import { listWords } from "../diff/view-words.js";
import { nameOf } from "./diff-fold.js";

/** Behind the name of a service. */
const EFFECTS: Readonly<Record<Exclude<Harm, "wrong-share" | "wrong-reach">, string>> = {
  "every-service": "no service gets any connection",
  "no-connection": "gets no connection at all",
  "some-connections": "some connections fail",
  leftover: "rules are left over or out of order",
  none: "no connection is hurt",
};

/** The worst that the changes of one service do; `changes` are worst first. */
function effectWords(changes: readonly Change[]): string {
  const worst = changes[0]!;
  const harm = harmOf(worst);
  const over = overFamily(changes.filter((change) => harmOf(change) === harm));
  switch (harm) {
    case "every-service":
      return EFFECTS[harm] + over;
    case "no-connection":
      return EFFECTS[harm] + placesOf(changes, over);
    case "some-connections":
      return someEffect(worst) + over;
    case "wrong-share":
      return shareEffect(worst);
    case "wrong-reach":
      return reachEffect(worst);
    case "leftover":
      return LEFT_OVER.has(worst.kind)
        ? EFFECTS[harm]
        : "rules are not as they should be, which no packet is known to notice";
    default:
      return EFFECTS[harm];
  }
}

/** Kinds of rules that are there and should not be, or stand elsewhere. */
const LEFT_OVER: ReadonlySet<ChangeKind> = new Set(["leftover-chain", "duplicate-rule", "unknown-rule", "rule-order"]);

/** Where no connection gets through, unless it is the whole service port; addresses tell the family. */
function placesOf(changes: readonly Change[], over: string): string {
  const dead = changes.filter((change) => harmOf(change) === "no-connection");
  const ports = new Set(dead.filter(({ frontend }) => frontend === undefined).map(({ port }) => port ?? ""));
  if (ports.size > 0) return over + (ports.has("") ? "" : ` at port ${listWords([...ports])}`);
  const frontends = new Set(dead.flatMap(({ frontend }) => frontend ?? []));
  const places = frontends.size > 0 ? ` at ${listWords([...frontends])}` : "";
  return [...frontends].every((place) => place.startsWith("*")) ? over + places : places;
}

function someEffect({ kind, service }: Change): string {
  if (service === undefined) return "traffic of services is not handled as it should be";
  if (kind === "endpoint-stale") return "some connections go to an endpoint that it does not have";
  if (kind === "masquerade-changed") return "source addresses are not kept or rewritten as they should be";
  return EFFECTS["some-connections"];
}

function shareEffect({ kind }: Change): string {
  if (kind === "affinity-changed") return "clients are not kept at their endpoint as they should be";
  return "connections are not shared out as they should be";
}

function reachEffect({ kind, service }: Change): string {
  if (service === undefined) return "addresses or ports are served that no service should have";
  if (kind === "source-range-changed") return "other clients are admitted than should be";
  if (kind === "service-port-stale" || kind === "frontend-stale") return "is reached, and should not be";
  return "is reached otherwise than it should be";
}

/** "worker-1: 2 of 40 services hurt; shop/web gets no connection at all"; between captures, how many changed. */
export function verdictWords({ node, changes, summary, between }: DiffReport): string {
  const all = Math.max(summary.services, summary.differing);
  const count = `${summary.differing} of ${all} service${all === 1 ? "" : "s"}`;
  const head = `${node || "the node"}: `;
  if (between === "captures") return `${head}${count} changed`;
  const worst = changes[0]!;
  const effect = effectSentence(
    worst.service,
    changes.filter(({ service }) => service === worst.service),
  );
  const hurt = new Set(changes.filter(isHurting).flatMap(({ service }) => service ?? [])).size;
  // What is wrong with the rules that all services share hurts more than those that have rules of their own wrong.
  if (worst.service === undefined && isHurting(worst)) return head + effect;
  return `${head}${hurt === summary.differing ? `${count} hurt` : `${count} differ, ${hurt} hurt`}; ${effect}`;
}

function isHurting(change: Change): boolean {
  const harm = harmOf(change);
  return harm !== "leftover" && harm !== "none";
}

/** "shop/web gets no connection at all", "shop/web: some connections fail"; `changes`: the service's, worst first. */
export function effectSentence(service: string | undefined, changes: readonly Change[]): string {
  const effect = effectWords(changes);
  return /^(gets|is) /.test(effect) ? `${nameOf(service)} ${effect}` : `${nameOf(service)}: ${effect}`;
}
