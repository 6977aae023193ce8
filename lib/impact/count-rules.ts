/** How many lines of rules Services have on a node. */
import type { BackendInput } from "../backends/input.js";
import { ARTIFACTS_OF_MODE, artifactLines, compileMode, type JsonContext } from "../pipeline/artifacts.js";
import type { RuleCounts, UnitOnNode, UnitState } from "./types.js";

export interface RuleCounter {
  /** Lines that come and go with the unit's change. `key`: equal for units whose rules are alike. */
  readonly compare: (unit: UnitOnNode, key: string) => Promise<RuleCounts>;
  /** Lines of the service ports alone. */
  readonly countOf: (state: UnitState, key: string) => Promise<number>;
  /** Lines of a node without Services. */
  readonly baseOf: (input: BackendInput) => Promise<number>;
}

/** Lines with how often each is there. */
type Lines = ReadonlyMap<string, number>;

export function createRuleCounter(): RuleCounter {
  const bases = new WeakMap<BackendInput, Promise<Lines>>();
  const compared = new Map<string, RuleCounts>();
  const counted = new Map<string, number>();
  const baseLines = (input: BackendInput) => {
    let found = bases.get(input);
    if (!found) bases.set(input, (found = linesOf({ input, ports: [] })));
    return found;
  };
  return {
    async compare(unit, key) {
      let found = compared.get(key);
      if (!found) {
        const [before, after] = [await ownLines(unit.before, baseLines), await ownLines(unit.after, baseLines)];
        found = {
          before: sizeOf(before),
          after: sizeOf(after),
          lost: sizeOf(without(before, after)),
          gained: sizeOf(without(after, before)),
        };
        compared.set(key, found);
      }
      return found;
    },
    async countOf(state, key) {
      let found = counted.get(key);
      if (found === undefined) counted.set(key, (found = sizeOf(await ownLines(state, baseLines))));
      return found;
    },
    baseOf: async (input) => sizeOf(await baseLines(input)),
  };
}

async function ownLines(state: UnitState, base: (input: BackendInput) => Promise<Lines>): Promise<Lines> {
  if (state.ports.length === 0) return new Map();
  return without(await linesOf(state), await base(state.input));
}

const NO_JSON: JsonContext = {
  head: { mode: "", node: "", kubeVersion: "", ipFamily: "ipv4" },
  lineOf: () => undefined,
};

/** The rules as saved; IPVS: the entries of all its tables. */
async function linesOf({ input, ports }: UnitState): Promise<Lines> {
  const compiled = await compileMode({ ...input, servicePorts: ports, clusterEndpoints: 0 });
  const lines = new Map<string, number>();
  for (const artifact of ARTIFACTS_OF_MODE[compiled.mode]) {
    if (artifact === "addresses") continue;
    const format = artifact === "iptables" ? "save" : "restore";
    for (const line of await artifactLines(compiled, artifact, format, NO_JSON)) {
      if (artifact === "iptables" && !line.startsWith("-A")) continue;
      lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  }
  return lines;
}

function without(lines: Lines, less: Lines): Lines {
  const left = new Map<string, number>();
  for (const [line, count] of lines) {
    const more = count - (less.get(line) ?? 0);
    if (more > 0) left.set(line, more);
  }
  return left;
}

function sizeOf(lines: Lines): number {
  let sum = 0;
  for (const count of lines.values()) sum += count;
  return sum;
}
