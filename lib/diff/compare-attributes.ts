/** Everything about a frontend apart from its verdict and its endpoints. */
import { identity, type FrontendPair } from "./identity.js";
import type { Change, ChangeKind, ChangeSeverity, FrontendView, ServicePortView } from "./types.js";
import { frontendText, listWords, portWords, secondsWords } from "./view-words.js";

/** One attribute: its value as text (equal texts are equal values) and what a difference means. */
interface Attribute {
  readonly kind: ChangeKind;
  readonly severity: ChangeSeverity;
  textOf(frontend: FrontendView, pair: FrontendPair): string;
  words(wanted: string, held: string): string;
}

const ATTRIBUTES: readonly Attribute[] = [
  {
    kind: "affinity-changed",
    severity: "error",
    textOf: ({ affinitySeconds, affinityGaps }) =>
      secondsWords(affinitySeconds) +
      (affinityGaps?.size ? ` that does not work at ${listWords([...affinityGaps].sort())}` : ""),
    words: (wanted, held) => `has ${held}, not ${wanted}`,
  },
  {
    kind: "masquerade-changed",
    severity: "error",
    textOf: (frontend) => frontend.masquerade,
    words: (wanted, held) => `masquerades ${traffic(held)}, not ${traffic(wanted)}`,
  },
  {
    kind: "masquerade-changed",
    severity: "error",
    textOf: (frontend, pair) => hairpinText(frontend, pair),
    words: (wanted, held) =>
      `lets pods reach themselves through the service at ${held || "no endpoint"}, not at ${wanted || "no endpoint"}`,
  },
  {
    kind: "frontend-missing",
    severity: "error",
    textOf: (frontend) => (frontend.detours ?? []).filter(isDetour).sort().join(" and "),
    words: (wanted, held) =>
      `is wrongly programmed: ${held || "no traffic"} may use all endpoints, where it should be ${wanted || "none"}`,
  },
  {
    kind: "frontend-missing",
    severity: "error",
    textOf: ({ only }) => only ?? "all traffic",
    words: (wanted, held) =>
      `is wrongly programmed: it takes ${wordsOfOnly(held)}, where it should be ${wordsOfOnly(wanted)}`,
  },
  {
    kind: "verdict-changed",
    severity: "warning",
    textOf: ({ rejectsWith }) => rejectsWith ?? "",
    words: (wanted, held) => `rejects with ${held || "what is usual"}, not with ${wanted || "what is usual"}`,
  },
  {
    kind: "rule-order",
    severity: "warning",
    textOf: ({ detours }, [wanted, held]) =>
      isReordered(wanted.detours, held.detours) ? (detours ?? []).join(" before ") : "",
    words: (wanted, held) => `looks at ${held}, not at ${wanted}`,
  },
  {
    kind: "source-range-changed",
    severity: "error",
    textOf: (frontend) => frontend.sourceRanges?.join(", ") ?? "any source",
    words: (wanted, held) => `admits ${held || "no source"}, not ${wanted || "no source"}`,
  },
  {
    kind: "scheduler-changed",
    severity: "warning",
    textOf: (frontend) => frontend.scheduler ?? "",
    words: (wanted, held) => `runs scheduler ${held || "none"}, not ${wanted || "none"}`,
  },
];

/** One change for each attribute and each way in which it differs, over all frontends that differ so. */
export function compareAttributes(view: ServicePortView, pairs: readonly FrontendPair[]): Change[] {
  return ATTRIBUTES.flatMap((attribute) => compareAttribute(view, pairs, attribute));
}

function compareAttribute(view: ServicePortView, pairs: readonly FrontendPair[], attribute: Attribute): Change[] {
  const groups = new Map<string, { wanted: string; held: string; pairs: FrontendPair[] }>();
  for (const pair of pairs) {
    const wanted = attribute.textOf(pair[0], pair);
    const held = attribute.textOf(pair[1], pair);
    if (wanted === held) continue;
    const key = JSON.stringify([wanted, held]);
    const group = groups.get(key);
    if (group) group.pairs.push(pair);
    else groups.set(key, { wanted, held, pairs: [pair] });
  }
  return [...groups.values()].map(({ wanted, held, pairs: affected }): Change => {
    const texts = affected.map(([frontend]) => frontendText(frontend));
    const where = affected.length === pairs.length ? portWords(view) : `${listWords(texts)} of ${portWords(view)}`;
    const at = affected.find(([, actual]) => actual.at)?.[1].at;
    return {
      kind: attribute.kind,
      severity: attribute.severity,
      ...identity(view),
      ...(affected.length === 1 && pairs.length > 1 && { frontend: texts[0]! }),
      message: `${where} ${attribute.words(wanted, held)}`,
      expected: [...new Set(affected.flatMap(([frontend]) => frontend.evidence))],
      actual: [...new Set(affected.flatMap(([, frontend]) => frontend.evidence))],
      ...(at && { at }),
    };
  });
}

/** Endpoints with hairpin masquerade, among those that both sides send to. */
function hairpinText(frontend: FrontendView, [wanted, held]: FrontendPair): string {
  if (!wanted.hairpin || !held.hairpin) return "";
  const isShared = (target: string) => sends(wanted, target) && sends(held, target);
  return [...(frontend.hairpin ?? [])].filter(isShared).sort().join(", ");
}

function sends(frontend: FrontendView, target: string): boolean {
  return frontend.shares.has(target) || (frontend.shortCircuitShares?.has(target) ?? false);
}

function wordsOfOnly(only: string): string {
  return only === "all traffic" ? only : `only traffic that matches "${only}"`;
}

function traffic(masquerade: string): string {
  if (masquerade === "none") return "nothing";
  return masquerade === "all" ? "all traffic" : `traffic that matches "${masquerade}"`;
}

function isReordered(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return [...a].sort().join("\n") === [...b].sort().join("\n");
}

/** What stands among the detours for its order only is no detour. */
function isDetour(step: string): boolean {
  return !step.startsWith("masquerade ");
}
