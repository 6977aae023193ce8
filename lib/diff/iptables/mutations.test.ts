/** One rule of a healthy node is deleted, repeated, swapped or altered: the diff says so and names the service. */
import { describe, expect, test } from "@jest/globals";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { fuzzSeed, mutationRuns } from "../../testing/fuzz/runs.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { diffIptablesCaptures } from "./index.js";
import { serviceNameIn } from "./owners.js";

const MUTATIONS = mutationRuns(300);

interface Node {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly lines: readonly string[];
}

const nodes: Node[] = recordedCases().flatMap(({ name, family }) => {
  const text = readRecordedText(name, "iptables", "iptables-save", 36);
  return text === undefined ? [] : [{ name, family, lines: text.split("\n") }];
});

/** A small generator of numbers, so that a run can be repeated. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const chainOf = (line: string) => line.split(" ")[1]!;
const isKubeRule = (line: string) => line.startsWith("-A KUBE-");

const ALTERATIONS: readonly ((line: string, other: string) => string)[] = [
  (line) => line.replace(/ --dport (\d+)/, (_, port: string) => ` --dport ${Number(port) === 7 ? 8 : 7}`),
  (line) =>
    line.replace(/ -d [\d.a-f:]+\/(32|128)/, (_, bits: string) =>
      bits === "32" ? " -d 10.9.8.7/32" : " -d fd00:9::7/128",
    ),
  (line) =>
    line.replace(/ -s [\d.a-f:]+\/(32|128)/, (_, bits: string) =>
      bits === "32" ? " -s 10.9.8.7/32" : " -s fd00:9::7/128",
    ),
  (line) => line.replace(/--probability [\d.]+/, "--probability 0.12300000014"),
  (line) => line.replace(/--seconds \d+/, "--seconds 77"),
  (line) =>
    line.replace(/--to-destination \S+:/, (to) =>
      to.includes("[") ? "--to-destination [fd00:9::7]:" : "--to-destination 10.9.8.7:",
    ),
  (line) => line.replace(/ -j KUBE-\S+$/, " -j KUBE-MARK-MASQ"),
  (line) => line.replace(/ -j (REJECT.*|DROP)$/, " -j ACCEPT"),
  (line) => line.replace(/ ! -s \S+/, ""),
  (line) => line.replace(/ (--set-xmark|--mark) 0x4000\/0x4000/, " $1 0x8000/0x8000"),
  (line) => line.replace(/-p tcp (.*)-m tcp/, "-p udp $1-m udp"),
  (line) => line.replace(/--ctstate \S+/, "--ctstate UNTRACKED"),
  (line, other) =>
    line.replace(
      / -j (KUBE-S[A-Z]{2}-\S+)$/,
      ` -j ${/ -j (KUBE-S[A-Z]{2}-\S+)$/.exec(other)?.[1] ?? "KUBE-MARK-MASQ"}`,
    ),
];

type Mutation = { readonly kind: string; readonly lines: readonly string[]; readonly touched: readonly string[] };

function mutate({ lines }: Node, random: (below: number) => number): Mutation | undefined {
  const rules = lines.flatMap((line, i) => (isKubeRule(line) ? [i] : []));
  const at = rules[random(rules.length)]!;
  const line = lines[at]!;
  switch (random(4)) {
    case 0:
      return { kind: "delete", lines: lines.toSpliced(at, 1), touched: [line] };
    case 1:
      return { kind: "duplicate", lines: lines.toSpliced(at, 0, line), touched: [line] };
    case 2: {
      const next = lines[at + 1]!;
      if (!next.startsWith(`-A ${chainOf(line)} `)) return undefined;
      return { kind: "swap", lines: lines.with(at, next).with(at + 1, line), touched: [line, next] };
    }
    default: {
      const altered = ALTERATIONS[random(ALTERATIONS.length)]!(line, lines[rules[random(rules.length)]!]!);
      return altered === line ? undefined : { kind: "alter", lines: lines.with(at, altered), touched: [line, altered] };
    }
  }
}

/** What a mutation may do without any meaning: rules without target, and orders that decide nothing. */
function meansNothing({ kind, touched }: Mutation): boolean {
  const [line, other] = touched as [string, string | undefined];
  if (!line.includes(" -j ")) return kind === "delete" || kind === "swap" || kind === "alter";
  if (kind !== "swap") return false;
  if (!other!.includes(" -j ")) return true;
  const chain = chainOf(line);
  // Dispatch chains: services stand in any order, only the last rule is fixed.
  if (["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL", "KUBE-NODEPORTS"].includes(chain))
    return !other!.endsWith(" -j KUBE-NODEPORTS");
  // Allowed sources, and clients that are looked up, stand in any order among themselves.
  if (chain.startsWith("KUBE-FW-")) return true;
  return line.includes("--rcheck") && other!.includes("--rcheck");
}

function ownersOf(mutation: Mutation, lines: readonly string[]): Set<string> {
  const owners = new Set<string>();
  for (const line of mutation.touched) {
    const comment = /--comment "([^"]*)"/.exec(line)?.[1];
    const name = comment === undefined ? undefined : serviceNameIn(comment);
    if (name) owners.add(name.split(":")[0]!);
    const hash = /^KUBE-(?:SVC|SVL|EXT|FW)-(\w{16})$/.exec(chainOf(line))?.[1];
    const named = hash && lines.find((other) => other.includes(`-${hash}`) && other.includes("--comment"));
    const found = named ? serviceNameIn(/--comment "([^"]*)"/.exec(named)?.[1] ?? "") : undefined;
    if (found) owners.add(found.split(":")[0]!);
  }
  return owners;
}

describe("a mutated rule", () => {
  test(`is never overlooked, in ${MUTATIONS} mutations`, () => {
    const random = makeRandom(fuzzSeed(20261120));
    const overlooked: object[] = [];
    for (let done = 0; done < MUTATIONS;) {
      const node = nodes[random(nodes.length)]!;
      const mutation = mutate(node, random);
      if (!mutation) continue;
      done++;
      if (meansNothing(mutation)) continue;
      const capture = (lines: readonly string[]) => readCaptures([sourceFromText("node.txt", lines.join("\n"))]);
      const { changes } = diffIptablesCaptures(capture(node.lines), capture(mutation.lines), node.family);
      const owners = [...ownersOf(mutation, node.lines)];
      const isNamed = changes.some((c) => owners.some((owner) => c.service === owner || c.message.includes(owner)));
      if (changes.length === 0 || (owners.length > 0 && !isNamed))
        overlooked.push({
          node: node.name,
          kind: mutation.kind,
          touched: mutation.touched,
          changes: changes.map((c) => c.message),
        });
    }
    expect(overlooked).toEqual([]);
  });
});
