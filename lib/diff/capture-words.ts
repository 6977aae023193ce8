/** The words for what changed between two captures: nothing tells what should be there, so it is new, gone or changed. */
import type { Change, ChangeKind } from "./types.js";
import { portWords } from "./view-words.js";

export type Turn = "new" | "gone" | "changed";

const TURNS: Readonly<Partial<Record<ChangeKind, Turn>>> = {
  "service-port-missing": "gone",
  "frontend-missing": "gone",
  "endpoint-missing": "gone",
  "jump-missing": "gone",
  "service-port-stale": "new",
  "frontend-stale": "new",
  "endpoint-stale": "new",
  "leftover-chain": "new",
  "duplicate-rule": "new",
  "unknown-rule": "new",
};

/** Whether what a change is about appeared, went or is another than before. */
export function turnOf(change: Change): Turn {
  const { kind, expected, actual } = change;
  if (kind === "leftover-chain" && actual.length === 0 && expected.length > 0) return "gone";
  const turn = TURNS[kind];
  if (turn !== undefined) return turn;
  if (isEffect(change) && expected.length + actual.length > 0)
    return expected.length === 0 ? "new" : actual.length === 0 ? "gone" : "changed";
  if (kind === "base-chain-changed" && expected.length === 0) return "new";
  return kind === "base-chain-changed" && actual.length === 0 ? "gone" : "changed";
}

/** What rules of others do, or keep kube-proxy's from doing, which the message tells. */
function isEffect({ kind, severity, message }: Change): boolean {
  return (
    kind === "rule-order" &&
    severity !== "info" &&
    /^(?:this (?:is new|is gone|changed): )?(?:load balancers take the node out: )?(?:a rule|the policy|table \S+) /.test(
      message,
    )
  );
}

const SUBJECTS: Readonly<Record<ChangeKind, string>> = {
  "service-port-missing": "service port",
  "service-port-stale": "service port",
  "frontend-missing": "frontend",
  "frontend-stale": "frontend",
  "endpoint-missing": "endpoint",
  "endpoint-stale": "endpoint",
  "share-changed": "the shares of traffic",
  "verdict-changed": "what becomes of traffic",
  "affinity-changed": "the session affinity",
  "masquerade-changed": "the masquerading",
  "source-range-changed": "the allowed sources",
  "scheduler-changed": "the scheduler",
  "weight-changed": "the weight",
  "jump-missing": "a jump",
  "base-chain-changed": "rules",
  "leftover-chain": "a chain",
  "duplicate-rule": "a second copy of a rule",
  "unknown-rule": "a rule",
  "rule-order": "the order of rules",
};

/** The change told as a turn: "service port shop/web is new (*:30080 and 10.96.5.6:80)". */
export function asTurn(change: Change): Change {
  const { kind, service, port, protocol, endpoint, frontend, chain } = change;
  const isPort = kind === "service-port-missing" || kind === "service-port-stale";
  const own = endpoint ?? frontend;
  const of = service === undefined ? undefined : portWords({ key: "", service, port, protocol });
  const places = isPort ? (/ (\([^()]*\))$/.exec(change.message)?.[1] ?? "") : "";
  const lines = [...change.expected, ...change.actual];
  const isOfSet = kind === "base-chain-changed" && lines.length > 0 && !lines.some((line) => line.includes("-A "));
  const subject = [
    isOfSet ? "entries" : SUBJECTS[kind],
    ...(kind === "weight-changed" || kind === "scheduler-changed" ? ["at"] : []),
    ...(isPort && of !== undefined ? [of] : []),
    ...(own === undefined ? [] : [own]),
    ...(!isPort && of !== undefined ? [`of ${of}`] : []),
    ...(of === undefined && chain !== undefined ? [`in ${chain}`] : []),
  ].join(" ");
  const verb = /^(the shares|the allowed|rules|entries)/.test(subject) ? "are" : "is";
  const turn = turnOf(change);
  if (isEffect(change))
    return { ...change, message: `this ${turn === "changed" ? turn : `is ${turn}`}: ${change.message}` };
  const said = turn === "changed" ? `${subject} changed` : `${subject} ${verb} ${turn}`;
  return { ...change, message: places === "" ? said : `${said} ${places}` };
}
