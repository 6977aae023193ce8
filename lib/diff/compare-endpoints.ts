/** Endpoints, shares and weights of the frontends that both sides have. */
import { identity, type FrontendPair } from "./identity.js";
import type { Change, FrontendView, ServicePortView } from "./types.js";
import { frontendText, listWords, portWords, shareWords } from "./view-words.js";

/** Said where a frontend should lead to endpoints and does to none of them: no connection is served. */
export const NONE_REACHED = "none of its endpoints is reached any more";

/** Whether no endpoint that a frontend should lead to gets any new connection, whoever the client is. */
function isDead(pair: FrontendPair): boolean {
  const ways = waysOf(pair).filter(({ wanted }) => wanted.size > 0);
  return ways.length > 0 && ways.every(({ wanted, held }) => [...wanted.keys()].every((target) => !held.get(target)));
}

/** One way to the endpoints of a frontend: for clients at large, or for pods and the node itself. */
interface Way {
  readonly pair: FrontendPair;
  readonly shortCircuit: boolean;
  readonly wanted: ReadonlyMap<string, number>;
  readonly held: ReadonlyMap<string, number>;
}

/** endpoint-missing and endpoint-stale once an endpoint, share-changed once a port, weight-changed once an endpoint. */
export function compareEndpoints(view: ServicePortView, pairs: readonly FrontendPair[]): Change[] {
  const ways = pairs.flatMap(waysOf);
  return [
    ...changedMembership(view, ways, "endpoint-missing"),
    ...changedMembership(view, ways, "endpoint-stale"),
    ...changedShares(view, ways),
    ...changedWeights(view, pairs),
  ];
}

function waysOf(pair: FrontendPair): Way[] {
  const [wanted, held] = pair;
  const ways: Way[] = [{ pair, shortCircuit: false, wanted: members(wanted), held: members(held) }];
  if (wanted.shortCircuitShares || held.shortCircuitShares)
    ways.push({
      pair,
      shortCircuit: true,
      wanted: wanted.shortCircuitShares ?? wanted.shares,
      held: held.shortCircuitShares ?? held.shares,
    });
  return ways;
}

/** Shares, with real servers of weight 0 as members that get nothing. */
function members(frontend: FrontendView): ReadonlyMap<string, number> {
  if (!frontend.weights) return frontend.shares;
  const all = new Map(frontend.shares);
  for (const target of frontend.weights.keys()) if (!all.has(target)) all.set(target, 0);
  return all;
}

function changedMembership(
  view: ServicePortView,
  ways: readonly Way[],
  kind: "endpoint-missing" | "endpoint-stale",
): Change[] {
  const byEndpoint = new Map<string, Way[]>();
  for (const way of ways) {
    const [from, to] = kind === "endpoint-missing" ? [way.wanted, way.held] : [way.held, way.wanted];
    for (const target of from.keys()) {
      if (to.has(target)) continue;
      const found = byEndpoint.get(target);
      if (found) found.push(way);
      else byEndpoint.set(target, [way]);
    }
  }
  return [...byEndpoint].map(([endpoint, affected]) =>
    kind === "endpoint-missing"
      ? missingEndpoint(view, endpoint, affected, ways)
      : staleEndpoint(view, endpoint, affected, ways),
  );
}

/** The frontends affected, in words, unless it is all of them. */
function placeWords(affected: readonly Way[], ways: readonly Way[]): string {
  const all = ways.filter((way) => !way.shortCircuit).length;
  const direct = affected.filter((way) => !way.shortCircuit);
  if (direct.length === 0)
    return ` for pods and the node itself (${listWords(affected.map((way) => frontendText(way.pair[0])))})`;
  return direct.length === all ? "" : ` through ${listWords(direct.map((way) => frontendText(way.pair[0])))}`;
}

/** The frontend of a change that concerns one only, where the port has several. */
function onlyFrontend(affected: readonly Way[], ways: readonly Way[]): Pick<Change, "frontend"> {
  const frontends = new Set(affected.map((way) => frontendText(way.pair[0])));
  const all = new Set(ways.map((way) => frontendText(way.pair[0])));
  return frontends.size === 1 && all.size > 1 ? { frontend: [...frontends][0]! } : {};
}

function missingEndpoint(
  view: ServicePortView,
  endpoint: string,
  affected: readonly Way[],
  ways: readonly Way[],
): Change {
  const share = affected[0]!.wanted.get(endpoint)!;
  return {
    kind: "endpoint-missing",
    severity: "error",
    ...identity(view),
    endpoint,
    ...onlyFrontend(affected, ways),
    message:
      `${endpoint} gets no traffic of ${portWords(view)}${placeWords(affected, ways)}; ` +
      `it should get ${shareWords(share)} of new connections${lossWords(affected, ways)}`,
    ...evidenceAbout(endpoint, affected),
  };
}

/** Others may take the share of an endpoint, or nobody does. */
function lossWords(affected: readonly Way[], ways: readonly Way[]): string {
  if (affected.every(({ pair }) => isDead(pair))) {
    const dead = new Set(affected.map(({ pair }) => pair));
    const isAll = ways.every(({ pair, wanted }) => dead.has(pair) || wanted.size === 0);
    return isAll || dead.size === 1 ? `, and ${NONE_REACHED}` : ", and no endpoint is reached there";
  }
  const { held } = affected[0]!;
  const lost = 1 - [...held.values()].reduce((sum, share) => sum + share, 0);
  if (lost > 1 - 1e-6) return held.size > 0 ? "" : ", and no endpoint is reached there";
  return lost > 1e-6 ? `, and ${shareWords(lost)} reaches no endpoint` : "";
}

function staleEndpoint(
  view: ServicePortView,
  endpoint: string,
  affected: readonly Way[],
  ways: readonly Way[],
): Change {
  const isDraining = affected.every(({ pair }) => pair[1].weights?.get(endpoint) === 0);
  const share = Math.max(...affected.map((way) => way.held.get(endpoint)!));
  return {
    kind: "endpoint-stale",
    severity: isDraining ? "info" : "error",
    ...identity(view),
    endpoint,
    ...onlyFrontend(affected, ways),
    message: isDraining
      ? `${endpoint} of ${portWords(view)} is being drained: it keeps its connections and gets no new ones`
      : `${endpoint} gets ${shareWords(share)} of new connections to ${portWords(view)}` +
        `${placeWords(affected, ways)}; it is not one of its endpoints`,
    ...evidenceAbout(endpoint, affected),
  };
}

/** The rules that name the endpoint's address. */
function evidenceAbout(endpoint: string, affected: readonly Way[]): Pick<Change, "expected" | "actual" | "at"> {
  const address = endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  const about = (frontends: readonly FrontendView[]) => [
    ...new Set(frontends.flatMap((frontend) => linesAbout(frontend, address))),
  ];
  const at = affected.find((way) => way.pair[1].at)?.pair[1].at;
  return {
    expected: about(affected.map((way) => way.pair[0])),
    actual: about(affected.map((way) => way.pair[1])),
    ...(at && { at }),
  };
}

/** Evidence of up to so many lines is looked through for an address; of more, all addresses are looked up at once. */
const FEW_LINES = 200;

/** The evidence of a frontend that names an address: the lines of `linesByAddress`. */
export function linesAbout(frontend: FrontendView, address: string): readonly string[] {
  if (frontend.evidence.length > FEW_LINES || !/\d/.test(address)) return linesByAddress(frontend).get(address) ?? [];
  return frontend.evidence.filter((line) => {
    for (let at = line.indexOf(address); at >= 0; at = line.indexOf(address, at + 1)) {
      const end = at + address.length;
      if (!isInWord(line, at - 1) && (line.charCodeAt(end) === COLON || !isInWord(line, end))) return true;
    }
    return false;
  });
}

const COLON = 58;

function isInWord(line: string, at: number): boolean {
  return at >= 0 && at < line.length && /[\w.:]/.test(line.charAt(at));
}

const addressesOf = new WeakMap<FrontendView, ReadonlyMap<string, readonly string[]>>();

/**
 * The evidence of a frontend by the addresses in it, not by merely longer ones that start or end alike: what starts a
 * word and ends it or stands before a colon.
 */
export function linesByAddress(frontend: FrontendView): ReadonlyMap<string, readonly string[]> {
  const known = addressesOf.get(frontend);
  if (known) return known;
  const found = new Map<string, string[]>();
  for (const line of frontend.evidence)
    for (const [word] of line.matchAll(/[\w.:]+/g))
      for (const address of startsOf(word)) {
        const lines = found.get(address);
        if (!lines) found.set(address, [line]);
        else if (lines.at(-1) !== line) lines.push(line);
      }
  addressesOf.set(frontend, found);
  return found;
}

/** "10.0.0.1:80" and "10.0.0.1"; nothing for words without a digit in them. */
function* startsOf(word: string): Iterable<string> {
  if (!/\d/.test(word)) return;
  yield word;
  for (let at = word.indexOf(":"); at >= 0; at = word.indexOf(":", at + 1)) yield word.slice(0, at);
}

/** Shares are told apart beyond what the kernel's 2^31 steps and their products may differ. */
function sameShare(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-5 * Math.max(a, b) + 1e-8;
}

function changedShares(view: ServicePortView, ways: readonly Way[]): Change[] {
  const wrong = ways.filter((way) => {
    const [expected, actual] = way.pair;
    if (expected.weights && actual.weights && !sameWeights(expected.weights, actual.weights)) return false;
    if (way.wanted.size !== way.held.size) return false;
    for (const target of way.wanted.keys()) if (!way.held.has(target)) return false;
    for (const [target, share] of way.wanted) if (!sameShare(share, way.held.get(target)!)) return true;
    return false;
  });
  if (wrong.length === 0) return [];
  const { wanted, held, pair } = wrong[0]!;
  const details = [...wanted]
    .filter(([target, share]) => !sameShare(share, held.get(target)!))
    .map(([target, share]) => `${target} gets ${shareWords(held.get(target)!)} instead of ${shareWords(share)}`);
  const lost = 1 - [...held.values()].reduce((sum, share) => sum + share, 0);
  if (lost > 1e-6) details.push(`${shareWords(lost)} of connections reaches no endpoint`);
  return [
    {
      kind: "share-changed",
      severity: lost > 1e-6 ? "error" : "warning",
      ...identity(view),
      ...onlyFrontend(wrong, ways),
      message: `${portWords(view)} is not shared out as it should be${placeWords(wrong, ways)}: ${listWords(details)}`,
      expected: [...new Set(pair[0].evidence)],
      actual: [...new Set(pair[1].evidence)],
      ...(pair[1].at && { at: pair[1].at }),
    },
  ];
}

function sameWeights(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([target, weight]) => b.get(target) === weight);
}

function changedWeights(view: ServicePortView, pairs: readonly FrontendPair[]): Change[] {
  const changes = new Map<string, Change>();
  for (const [wanted, held] of pairs)
    for (const [endpoint, weight] of wanted.weights ?? []) {
      const actual = held.weights?.get(endpoint);
      if (actual === undefined || actual === weight || changes.has(endpoint)) continue;
      changes.set(endpoint, {
        kind: "weight-changed",
        severity: actual === 0 ? "error" : "warning",
        ...identity(view),
        endpoint,
        message:
          `${endpoint} of ${portWords(view)} has weight ${actual}, not ${weight}` +
          (actual === 0 ? `: it gets no new connections${isDead([wanted, held]) ? `, and ${NONE_REACHED}` : ""}` : ""),
        expected: wanted.evidence.filter((line) => line.includes(endpoint)),
        actual: held.evidence.filter((line) => line.includes(endpoint)),
        ...(held.at && { at: held.at }),
      });
    }
  return [...changes.values()];
}
