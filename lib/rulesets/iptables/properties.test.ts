/** Parse and print undo each other, whatever the rule. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromBytes, sourceFromText } from "../../source/source.js";
import { normalizeRule } from "./normalize.js";
import { parseRule } from "./parse-rule.js";
import { printRuleRestore } from "./print-restore.js";
import { printRuleSave } from "./print-save.js";
import { readCaptures } from "./read-captures.js";
import type { Clause, Match, Rule, Target } from "./types.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { fc } from "../../testing/fuzz/properties.js";

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
const chain = name.map((text) => `KUBE-${text}`);
const negated = fc.constantFrom({}, { negated: true });
const octet = fc.integer({ min: 0, max: 255 });
const host = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join("."));
const address = fc.oneof(
  host,
  fc.tuple(host, fc.integer({ min: 1, max: 31 })).map(([ip, bits]) => `${ip}/${bits}`),
);
const port = fc.integer({ min: 1, max: 65535 });
const mark = fc.integer({ min: 0, max: 0xffffffff });

const matches: fc.Arbitrary<Match> = fc.oneof(
  fc.string({ maxLength: 40, unit: "grapheme-ascii" }).map((text): Match => ({ kind: "comment", text, quoted: true })),
  fc
    .tuple(fc.subarray(["NEW", "RELATED", "ESTABLISHED", "INVALID"], { minLength: 1 }), negated)
    .map(([states, not]): Match => ({ kind: "conntrack", states, ...not })),
  fc.tuple(mark, mark, negated).map(([value, mask, not]): Match => ({ kind: "mark", value, mask, ...not })),
  fc.integer({ min: 1, max: 5000 }).map((n): Match => ({ kind: "statistic", mode: "random", probability: 1 / n })),
  fc
    .tuple(chain, fc.integer({ min: 1, max: 86400 }))
    .map(([sep, seconds]): Match => ({ kind: "recent", name: sep, action: "rcheck", seconds, reap: true })),
  chain.map((sep): Match => ({ kind: "recent", name: sep, action: "set" })),
  fc.tuple(chain, negated).map(([set, not]): Match => ({ kind: "set", name: set, directions: ["dst", "dst"], ...not })),
  negated.map((not): Match => ({ kind: "addrtype", destinationType: { text: "LOCAL", ...not } })),
  negated.map((not): Match => ({ kind: "physdev", isIn: true, ...not })),
  chain.map((counter): Match => ({ kind: "nfacct", name: counter })),
  fc.tuple(host, port).map(([ip, number]): Match => ({ kind: "ipvs", address: ip, protocol: "tcp", port: number })),
  name.map((text): Match => ({ kind: "unknown", module: `x${text}`, tokens: ["--flag", "value", "!", "--other"] })),
);

const transport = fc
  .tuple(fc.constantFrom("tcp", "udp", "sctp"), fc.option(port, { nil: undefined }), negated)
  .map(([protocol, number, not]): Clause => ({
    kind: "transport",
    protocol: protocol as "tcp",
    ...(number !== undefined && { destinationPort: { ports: String(number), ...not } }),
  }));

const targets: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom<Target>(
    { kind: "none" },
    { kind: "accept" },
    { kind: "drop" },
    { kind: "return" },
    { kind: "reject" },
  ),
  chain.map((to): Target => ({ kind: "jump", chain: to })),
  chain.map((to): Target => ({ kind: "goto", chain: to })),
  fc.tuple(host, port).map(([ip, number]): Target => ({ kind: "dnat", to: `${ip}:${number}` })),
  fc.boolean().map((randomFully): Target => ({ kind: "masquerade", randomFully })),
  mark.map((value): Target => ({ kind: "mark", value, mask: value, written: "or" })),
  mark.map((value): Target => ({ kind: "mark", value, mask: 0, written: "xor" })),
);

const rules: fc.Arbitrary<Rule> = fc
  .record({
    chain,
    source: fc.option(fc.tuple(address, negated), { nil: undefined }),
    destination: fc.option(fc.tuple(address, negated), { nil: undefined }),
    inInterface: fc.option(fc.tuple(name, negated), { nil: undefined }),
    transport: fc.option(transport, { nil: undefined }),
    matches: fc.uniqueArray(matches, { maxLength: 4, selector: (match) => match.kind }),
    target: targets,
  })
  .map(({ chain: own, source, destination, inInterface, transport: ports, matches: some, target }): Rule => {
    const clauses: Clause[] = [...some];
    if (ports) clauses.push(ports);
    if (destination) clauses.push({ kind: "destination", address: destination[0], ...destination[1] });
    if (source) clauses.push({ kind: "source", address: source[0], ...source[1] });
    if (inInterface) clauses.push({ kind: "in-interface", name: inInterface[0], ...inInterface[1] });
    return { chain: own, clauses, target };
  });

const ruleOf = (line: string): Rule => {
  const parsed = parseRule(line);
  if ("problem" in parsed) throw new Error(`${parsed.problem}: ${line}`);
  return parsed.rule;
};

describe("for any rule", () => {
  test("both spellings read back mean the same, and the normal form is its own normal form", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const normal = normalizeRule(rule, "IPv4");
        const saved = printRuleSave(normal, "IPv4");
        expect(normalizeRule(normal, "IPv4")).toEqual(normal);
        expect(normalizeRule(ruleOf(saved), "IPv4")).toEqual(normal);
        expect(printRuleSave(ruleOf(saved), "IPv4")).toBe(saved);
        expect(normalizeRule(ruleOf(printRuleRestore(rule)), "IPv4")).toEqual(normal);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });
});

describe("whatever the input", () => {
  test("reading ends, throws nothing, and says something about what is no capture", () => {
    const pieces = fc.constantFrom(
      "*nat\n",
      ":A - [0:0]\n",
      "-A A -j B\n",
      "COMMIT\n",
      "Chain A (1 references)\n",
      " pkts bytes target prot opt in out source destination\n",
      "0 0 RETURN all -- * * 0.0.0.0/0 0.0.0.0/0 /* x\n",
      "-P INPUT ACCEPT\n",
      '-A A -m comment --comment "x\n',
      "-A A ! ! -j\n",
      "-A A -m\n",
      "__proto__\n",
      "-A __proto__ -m constructor --toString x -j hasOwnProperty\n",
      "[1:2] -A A\n",
      "\u0000\ufffd\n",
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join("");
        const { tables, diagnostics } = readCaptures([sourceFromText("x", text)]);
        for (const table of tables)
          for (const held of table.chains.values()) held.texts.forEach((line) => parseRule(line));
        expect(tables.length + diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: fuzzRuns(500) },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(() => readCaptures([sourceFromBytes("x", bytes)])).not.toThrow();
      }),
      { numRuns: fuzzRuns(200) },
    );
  });
});

test("a name, an address or a module of several words is no rule that iptables has", () => {
  for (const option of ["-m", "-j", "-g", "-i", "-s", "-p"])
    for (const value of ['"two words"', '""'])
      expect(parseRule(`-A KUBE-SERVICES ${option} ${value}`)).toHaveProperty("problem");
});
