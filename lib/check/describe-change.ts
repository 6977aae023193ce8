/** A change of rules in the words of a review: what is new, what is gone, what is otherwise. */
import type { Change } from "../diff/types.js";
import { portWords } from "../diff/view-words.js";
import type { RuleChanges } from "./rule-changes.js";

/** What a change is, told from the golden file to what was compiled now: "endpoint-added", else the kind itself. */
export function changeId({ kind }: Change, golden: RuleChanges["golden"]): string {
  const found = /^(service-port|frontend|endpoint)-(missing|stale)$/.exec(kind);
  if (!found) return kind;
  return `${found[1]}-${(found[2] === "stale") === (golden === "expected") ? "added" : "removed"}`;
}

/** One sentence without its end. The golden file is the past, what was compiled now is the present. */
export function describeChange(change: Change, golden: RuleChanges["golden"]): string {
  const { kind, endpoint, frontend, actual, message } = change;
  const port = portWords({ key: change.chain ?? untoldPort(message) ?? "kube-proxy's own rules", ...change });
  const [missing, stale] = golden === "expected" ? ["is gone", "is new"] : ["is new", "is gone"];
  switch (kind) {
    case "service-port-missing":
      return `${port} ${missing}`;
    case "service-port-stale":
      return `${port} ${stale}`;
    case "frontend-missing":
      return actual.length === 0 && frontend !== undefined
        ? `${port}: ${frontend} ${missing}`
        : inWords(message, golden);
    case "frontend-stale":
      return frontend === undefined ? inWords(message, golden) : `${port}: ${frontend} ${stale}`;
    case "endpoint-missing":
      return `${port}: endpoint ${endpoint} ${missing}${through(frontend)}`;
    case "endpoint-stale":
      return `${port}: endpoint ${endpoint} ${stale}${through(frontend)}`;
    case "verdict-changed":
      return describeVerdict(change, port, golden);
    case "jump-missing":
      return `${change.chain ?? "a built-in chain"}: a jump ${missing}`;
    case "leftover-chain":
      return `chain ${change.chain ?? ""} ${stale}`;
    case "base-chain-changed":
    case "unknown-rule":
    case "duplicate-rule":
    case "rule-order":
      return describeRules(change, port, golden);
    case "share-changed":
    case "affinity-changed":
    case "masquerade-changed":
    case "source-range-changed":
    case "scheduler-changed":
    case "weight-changed":
      return inWords(message, golden);
  }
}

/** What a service port without a service is called in a message, e.g. "tcp 10.96.0.10:80". */
function untoldPort(message: string): string | undefined {
  return (
    /^the node still has (.*), which should not/.exec(message) ?? /^the node has nothing for (.*?): /.exec(message)
  )?.[1];
}

function through(frontend: string | undefined): string {
  return frontend === undefined ? "" : ` (through ${frontend})`;
}

/** "shop/web has THIS, not THAT", and what follows from THIS. */
const VALUES =
  /^(.*? (?:has weight|has|masquerades|admits|runs scheduler)) ((?:(?!, not ).)*), not ((?:(?!, not |: ).)*)(?:: .*)?$/;

/** Messages are about the side that is "actual". */
function inWords(message: string, golden: RuleChanges["golden"]): string {
  if (golden === "expected") return message;
  const parts = VALUES.exec(message);
  return parts ? `${parts[1]} ${parts[3]}, not ${parts[2]}` : `by the golden file, ${message}`;
}

const PAST: Readonly<Record<string, string>> = { forwards: "forwarded", rejects: "rejected", drops: "dropped" };

function describeVerdict({ message, frontend }: Change, port: string, golden: RuleChanges["golden"]): string {
  const held = PAST[/^the node (\w+) /.exec(message)?.[1] ?? ""];
  const wanted = /should be (\w+)$/.exec(message)?.[1];
  if (held === undefined || wanted === undefined) return inWords(message, golden);
  const [now, before] = golden === "expected" ? [held, wanted] : [wanted, held];
  return `${port}: connections to ${frontend ?? "it"} are ${now}, no longer ${before}`;
}

function describeRules(change: Change, port: string, golden: RuleChanges["golden"]): string {
  const [before, now] = golden === "expected" ? [change.expected, change.actual] : [change.actual, change.expected];
  const count = (n: number) => `${n} ${n === 1 ? "rule" : "rules"}`;
  const name = change.chain === undefined || change.service !== undefined ? port : change.chain;
  if (change.kind === "rule-order") return `${name}: rules stand in another order`;
  const parts = [...(before.length > 0 ? [`${count(before.length)} gone`] : [])];
  if (now.length > 0) parts.push(`${count(now.length)} new`);
  return `${name}: ${parts.join(", ") || "rules differ"}`;
}
