/** What differs between the service ports that should be there and those that are; the same for all three modes. */
import { compareEndpoints } from "./compare-endpoints.js";
import { compareAttributes } from "./compare-attributes.js";
import { frontendKey, frontendText, listWords, portWords, NOT_REFUSED } from "./view-words.js";
import { identity, type FrontendPair } from "./identity.js";
import { pairByKey } from "./pair-by-key.js";
import { orderChanges } from "./order-changes.js";
import type { Change, FrontendView, ServicePortView } from "./types.js";

/**
 * The changes between two sides, each once and at the level that says most: a service port of which the node holds no
 * frontend is one `service-port-missing`; a frontend with another verdict is not compared any further.
 * Ordered by service, port and protocol, then kind.
 */
export function compareServicePorts(
  expected: readonly ServicePortView[],
  actual: readonly ServicePortView[],
): Change[] {
  const { missing, stale, both } = pairByKey(expected, actual, (view) => view.key);
  const changes: Change[] = [];
  for (const view of missing) if (view.frontends.length > 0) changes.push(missingPort(view));
  for (const view of stale) changes.push(stalePort(view));
  for (const [wanted, held] of both) {
    if (wanted.frontends.length > 0 && held.frontends.length === 0) changes.push(missingPort(wanted));
    else if (wanted.frontends.length === 0 && held.frontends.length > 0) changes.push(stalePort(held));
    else changes.push(...comparePort(wanted, held));
  }
  return orderChanges(changes);
}

function comparePort(wanted: ServicePortView, held: ServicePortView): Change[] {
  const { missing, stale, both } = pairByKey(wanted.frontends, held.frontends, frontendKey);
  const same: FrontendPair[] = [];
  const changes: Change[] = [];
  for (const frontend of missing) changes.push(missingFrontend(wanted, frontend));
  for (const frontend of stale) changes.push(staleFrontend(wanted, frontend));
  for (const pair of both) {
    if (pair[0].verdict !== pair[1].verdict) changes.push(changedVerdict(wanted, pair));
    else same.push(pair);
  }
  return [...changes, ...compareEndpoints(wanted, same), ...compareAttributes(wanted, same)];
}

const evidenceOf = (frontends: readonly FrontendView[]) => [...new Set(frontends.flatMap((f) => f.evidence))];

function firstPlace(frontends: readonly FrontendView[]): Pick<Change, "at"> {
  const at = frontends.find((frontend) => frontend.at)?.at;
  return at ? { at } : {};
}

function missingPort(view: ServicePortView): Change {
  const targets = new Set(view.frontends.flatMap((frontend) => [...frontend.shares.keys()]));
  const lost =
    targets.size > 0
      ? `traffic for its ${targets.size === 1 ? "endpoint" : `${targets.size} endpoints`} goes nowhere`
      : NOT_REFUSED;
  return {
    kind: "service-port-missing",
    severity: "error",
    ...identity(view),
    message: `the node has nothing for ${portWords(view)}: ${lost} (${listWords(view.frontends.map(frontendText))})`,
    expected: evidenceOf(view.frontends),
    actual: [],
  };
}

function stalePort(view: ServicePortView): Change {
  const where = view.frontends.length > 0 ? ` (${listWords(view.frontends.map(frontendText))})` : "";
  return {
    kind: "service-port-stale",
    severity: "error",
    ...identity(view),
    message: `the node still has ${portWords(view)}, which should not be there${where}`,
    expected: [],
    actual: evidenceOf(view.frontends),
    ...firstPlace(view.frontends),
  };
}

const KIND_WORDS: Readonly<Record<FrontendView["kind"], string>> = {
  "cluster-ip": "cluster IP",
  "external-ip": "external IP",
  "load-balancer-ip": "load-balancer IP",
  "node-port": "node port",
  "health-check": "health-check port",
};

function missingFrontend(view: ServicePortView, frontend: FrontendView): Change {
  const what = `${KIND_WORDS[frontend.kind]} ${frontendText(frontend)}`;
  return {
    kind: "frontend-missing",
    severity: "error",
    ...identity(view),
    frontend: frontendText(frontend),
    message: `${what} of ${portWords(view)} is not programmed: ${
      frontend.verdict === "forward" ? "clients that use it do not reach the service" : NOT_REFUSED
    }`,
    expected: frontend.evidence,
    actual: [],
  };
}

function staleFrontend(view: ServicePortView, frontend: FrontendView): Change {
  const what = `${KIND_WORDS[frontend.kind]} ${frontendText(frontend)}`;
  return {
    kind: "frontend-stale",
    severity: "error",
    ...identity(view),
    frontend: frontendText(frontend),
    message: `${what} is programmed for ${portWords(view)}, which does not have it`,
    expected: [],
    actual: frontend.evidence,
    ...firstPlace([frontend]),
  };
}

const VERDICT_WORDS = { forward: "forwards", reject: "rejects", drop: "drops" } as const;
const VERDICT_WANTED = { forward: "forwarded", reject: "rejected", drop: "dropped" } as const;

function changedVerdict(view: ServicePortView, [wanted, held]: FrontendPair): Change {
  const targets = held.verdict === "forward" && held.shares.size > 0 ? ` to ${listWords([...held.shares.keys()])}` : "";
  return {
    kind: "verdict-changed",
    severity: "error",
    ...identity(view),
    frontend: frontendText(wanted),
    message:
      `the node ${VERDICT_WORDS[held.verdict]} connections to ${frontendText(wanted)} of ${portWords(view)}${targets}; ` +
      `they should be ${VERDICT_WANTED[wanted.verdict]}`,
    expected: wanted.evidence,
    actual: held.evidence,
    ...firstPlace([held]),
  };
}
