/** Which of the wanted service ports a comparison answers for, and why it does not for the others. */
import type { Coverage, NotCompared, NotComparedReason, PortName } from "./coverage-types.js";
import { listWords } from "./view-words.js";

export type { Coverage, NotCompared, NotComparedReason, PortName };

/** A part of a node that is missing, and the service ports that it decides about. */
export interface Gap {
  readonly reason: NotComparedReason;
  readonly message: string;
  readonly concerns: (port: PortName) => boolean;
  /** It concerns every service port, known or not. */
  readonly isWhole?: boolean;
}

/** What a mode's comparison could not look at. */
export interface Uncovered {
  readonly gaps: readonly Gap[];
  readonly notGiven: readonly string[];
}

export const ALL_COVERED: Uncovered = { gaps: [], notGiven: [] };

/** What is open between two captures: what either leaves open. */
export function joinUncovered(before: Uncovered, after: Uncovered): Uncovered {
  const told = (when: string) => (gap: Gap) => ({ ...gap, message: `${when}: ${gap.message}` });
  return {
    gaps: [...before.gaps.map(told("before")), ...after.gaps.map(told("after"))],
    notGiven: [...before.notGiven, ...after.notGiven],
  };
}

export const OTHERS_RULES = "all rules of other programs (too many)";

/** With what other programs' rules do left open, where `isAny` of them was not looked at: why is told as an assumption. */
export function withUnseen({ gaps, notGiven }: Uncovered, isAny: boolean): Uncovered {
  return { gaps, notGiven: isAny ? [...notGiven, OTHERS_RULES] : notGiven };
}

/** A gap that concerns every service port. */
export function wholeGap(reason: NotComparedReason, message: string): Gap {
  return { reason, message, concerns: () => true, isWhole: true };
}

/** Every service port counts once, under the first gap that concerns it. */
export function coverageOf(wanted: readonly PortName[], { gaps, notGiven }: Uncovered): Coverage {
  const notCompared: NotCompared[] = [];
  if (gaps.length > 0)
    for (const { service, port, protocol } of wanted) {
      const gap = gaps.find(({ concerns }) => concerns({ service, port, protocol }));
      if (gap) notCompared.push({ service, port, protocol, reason: gap.reason, message: gap.message });
    }
  return {
    wanted: wanted.length,
    compared: wanted.length - notCompared.length,
    notCompared,
    notGiven: [...new Set(notGiven)],
  };
}

/**
 * The coverage of several IP families as one: a service port is not compared if it is not in any of them.
 * `wanted`: service ports of all families, each counted once.
 */
export function joinCoverage(coverages: readonly Coverage[], wanted: number): Coverage {
  const notCompared = new Map<string, NotCompared>();
  for (const { notCompared: own } of coverages)
    for (const port of own) {
      const key = `${port.service}:${port.port}/${port.protocol}`;
      if (!notCompared.has(key)) notCompared.set(key, port);
    }
  return {
    wanted,
    compared: wanted - notCompared.size,
    notCompared: [...notCompared.values()],
    notGiven: [...new Set(coverages.flatMap(({ notGiven }) => notGiven))],
  };
}

/** Whether everything wanted was compared. */
export function isCovered({ notCompared }: Coverage): boolean {
  return notCompared.length === 0;
}

/** Names of service ports in a sentence before the rest is counted. */
const MOST_NAMED = 3;

/** "38 of 40 service ports compared, 2 not: the capture breaks off in table nat (prod/api:https, prod/db)". */
export function coverageWords({ wanted, compared, notCompared }: Coverage): string {
  const counted = `${compared} of ${wanted} service port${wanted === 1 ? "" : "s"} compared`;
  if (notCompared.length === 0) return counted;
  const byMessage = new Map<string, string[]>();
  for (const { service, port, message } of notCompared) {
    const name = port === "" ? service : `${service}:${port}`;
    const names = byMessage.get(message);
    if (names) names.push(name);
    else byMessage.set(message, [name]);
  }
  const reasons = Array.from(byMessage, ([message, names]) => `${message} (${namesOf(names)})`);
  return `${counted}, ${notCompared.length} not: ${reasons.join("; ")}`;
}

/** All of a few names, else the first and how many more. */
export function namesOf(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return listWords(names);
  return `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`;
}
