import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { filledNames } from "./capture.js";
import { CaptureBuilder } from "./capture-builder.js";
import { filled, ipv4Of, ipv4Text, patternOfLines, portAt, type Pattern } from "./chain-pattern.js";
import { ChainTable } from "./chain-table.js";
import { normalizeRule } from "./normalize.js";
import { parseRule } from "./parse-rule.js";
import { printRuleSave } from "./print-save.js";

const ADDRESSES = [
  "10.0.0.1",
  "10.0.0.12",
  "255.255.255.255",
  "010.0.0.1",
  "10.0.0.256",
  "1.2.3.4.5",
  "1.2.3",
  "0.0.0.0",
];
const PORTS = ["80", "8080", "0", "080", "65535", "65536", "123456"];

interface Drawn {
  readonly name: string;
  readonly ip: string;
  readonly port: string;
  readonly kind: "tcp" | "udp" | "affinity" | "comment" | "dispatch" | "written" | "written affinity";
  /** What is not as kube-proxy writes it. */
  readonly odd: "" | "other address" | "other name" | "one more rule" | "no second rule" | "CR" | "counters" | "upper";
}

function linesOf({ name, ip, port, kind, odd }: Drawn): string[] {
  const comment = kind === "comment" ? ' -m comment --comment "ns/web"' : "";
  const protocol = kind === "udp" ? "udp" : "tcp";
  const recent = kind === "affinity" ? ` -m recent --set --name ${name} --mask 255.255.255.255 --rsource` : "";
  const address = odd === "other address" ? "10.0.0.2" : ip;
  // As kube-proxy writes it.
  const set = kind === "written affinity" ? `-m recent --name ${name} --set ` : "";
  const isWritten = kind === "written" || kind === "written affinity";
  const saved = `-p ${protocol}${recent}${comment} -m ${protocol} -j DNAT --to-destination ${address}:${port}`;
  const target = isWritten ? `${set}-m tcp -p tcp -j DNAT --to-destination ${address}:${port}` : saved;
  const lines = [
    `-A ${name} -s ${ip}${isWritten ? "" : "/32"}${comment} -j KUBE-MARK-MASQ`,
    `-A ${odd === "other name" ? "KUBE-SEP-1" : name} ${odd === "upper" ? target.toUpperCase() : target}`,
  ];
  if (kind === "dispatch") return [`-A ${name} -m statistic --mode random --probability 0.5 -j A`, `-A ${name} -j B`];
  if (odd === "one more rule") return [...lines, `-A ${name} -j DROP`];
  if (odd === "no second rule") return lines.slice(0, 1);
  if (odd === "CR") return lines.map((line) => `${line}\r`);
  return odd === "counters" ? lines.map((line) => `[1:60] ${line}`) : lines;
}

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const drawn: fc.Arbitrary<Drawn> = fc.record({
  name: fc.oneof(
    { weight: 9, arbitrary: fc.nat(99).map((n) => `KUBE-SEP-${n}`) },
    fc.constantFrom("X".repeat(65), "10.0.0.1/32", "10.0.0.1:80", "tcp", "-A"),
  ),
  ip: fc.oneof({ weight: 4, arbitrary: fc.nat(250).map((n) => `10.1.2.${n}`) }, fc.constantFrom(...ADDRESSES)),
  port: mostly("80", ...PORTS),
  kind: fc.constantFrom("tcp", "tcp", "tcp", "tcp", "tcp", "udp", "affinity", "comment", "dispatch"),
  odd: mostly<Drawn["odd"]>(
    "",
    "other address",
    "other name",
    "one more rule",
    "no second rule",
    "CR",
    "counters",
    "upper",
  ),
});

const captures = fc.record({
  chains: fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(drawn, { minLength: 10, maxLength: 40, selector: ({ name }) => name }) },
    fc.array(drawn, { maxLength: 40 }),
  ),
  spelling: fc.constantFrom("saved", "saved", "saved", "written", "written", "mixed"),
  undeclared: mostly(-1, 0, 5),
  shuffled: mostly(-1, 3, 8),
  end: mostly("COMMIT\n", "", "COMMIT", "# a comment\n\nCOMMIT\n*mangle\n:KUBE-SEP-1 - [0:0]\nCOMMIT\n"),
  openEnd: mostly(0, 1, 20),
});

const WRITTEN: Partial<Record<Drawn["kind"], Drawn["kind"]>> = { tcp: "written", affinity: "written affinity" };

function textOf(capture: typeof captures extends fc.Arbitrary<infer T> ? T : never): string {
  const { spelling, undeclared, shuffled, end, openEnd } = capture;
  const isWritten = (i: number) => spelling === "written" || (spelling === "mixed" && i % 3 > 0);
  const chains = capture.chains.map((own, i) => (isWritten(i) ? { ...own, kind: WRITTEN[own.kind] ?? own.kind } : own));
  const names = [...new Set(chains.map(({ name }) => name))].filter((_, i) => i !== undeclared);
  const rules = chains.flatMap(linesOf);
  if (shuffled >= 0) rules.push(...rules.splice(0, shuffled));
  const text = ["*nat", ...names.map((name) => `:${name} - [0:0]`), ...rules, end].join("\n");
  return text.slice(0, text.length - openEnd);
}

/** `cuts`: whole lines at a time. */
function read(text: string, cuts: (line: number) => boolean, keepsCounters = true) {
  const builder = new CaptureBuilder(keepsCounters);
  builder.startFile("node.txt", [], text.length);
  let piece = "";
  for (const [i, line] of (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    piece += line;
    if (!cuts(i)) continue;
    builder.addText(piece);
    piece = "";
  }
  if (piece !== "") builder.addText(piece);
  builder.endFile(text.endsWith("\n"));
  return builder.finish();
}

/** Rules in iptables-save's spelling; those that cannot be read stay. */
function savedOf(lines: string): string {
  const saved = lines.split("\n").map((line) => {
    const parsed = parseRule(line);
    return "problem" in parsed ? line : printRuleSave(normalizeRule(parsed.rule, "IPv4"), "IPv4");
  });
  return saved.join("\n");
}

describe("chains that are alike", () => {
  test("are read as line by line, where nothing is alike, whatever stands in them and wherever pieces end", () => {
    let patterns = 0;
    let written = 0;
    fc.assert(
      fc.property(captures, fc.constantFrom(0, 0, 3, 8, 30), (capture, length) => {
        const text = textOf(capture);
        const plain = read(text, () => true);
        const whole = read(text, (line) => length > 0 && line % length === length - 1);
        expect(whole.diagnostics).toEqual(plain.diagnostics);
        expect(whole.tables.length).toBe(plain.tables.length);
        for (const [i, table] of whole.tables.entries()) {
          const { chains: own, ...others } = table;
          const { chains: expected, ...asExpected } = plain.tables[i]!;
          expect(others).toEqual(asExpected);
          expect([...own.keys()]).toEqual([...expected.keys()]);
          const isFilled = ([, { size }]: [string, { readonly size: number }]) => size > 0;
          expect([...filledNames(own)]).toEqual([...expected].filter(isFilled).map(([name]) => name));
          for (const [place, [name, chain]] of [...expected].entries()) {
            const lines = chain.texts.join("\n");
            const found = own.placeHolding?.(name, lines) ?? -1;
            expect([place, -1]).toContain(found);
            expect(own.placeHolding?.(name, `${lines} `)).toBe(-1);
            const pattern = patternOfLines(savedOf(lines), name);
            if (!pattern) continue;
            const count = expectFilled(own, name, place, pattern, lines);
            patterns += count;
            if (savedOf(lines) !== lines) written += count;
          }
          for (const [name, chain] of expected) {
            const { texts, lines, size, index, policy, counters, ruleCounters } = own.get(name)!;
            expect({ texts, lines, size, index, policy, counters, ruleCounters }).toEqual({
              texts: chain.texts,
              lines: chain.lines,
              size: chain.size,
              index: chain.index,
              policy: chain.policy,
              counters: chain.counters,
              ruleCounters: chain.ruleCounters,
            });
          }
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
    expect(patterns).toBeGreaterThan(200);
    expect(written).toBeGreaterThan(50);
  });

  /** Found as filled, and not as filled with anything else; how often it was found. */
  function expectFilled(
    chains: { readonly placesFilled?: ChainTable["placesFilled"] },
    name: string,
    place: number,
    pattern: Pattern,
    lines: string,
  ): number {
    const [, ip, port] = / --to-destination ([\d.]+):(\d+)/.exec(lines)!;
    const filling = { pattern, address: ipv4Of(ip!), port: Number(port) };
    const others = [
      { ...filling, address: filling.address ^ 1 },
      { ...filling, port: filling.port + 1 },
      { ...filling, pattern: { ...pattern, texts: [...pattern.texts.slice(0, -1), " "] } },
      undefined,
    ];
    const asked = [{ name, filling }, ...others.map((filling) => ({ name, filling })), { name: "no such", filling }];
    const [found, ...wrong] = chains.placesFilled!(asked);
    expect([place, -1]).toContain(found);
    expect(wrong).toEqual([-1, -1, -1, -1, -1]);
    return found === place ? 1 : 0;
  }

  test("keep no text of a piece that is all theirs", () => {
    const table = new ChainTable();
    const names = Array.from({ length: 20 }, (_, i) => `KUBE-SEP-${i}`);
    for (const name of names) table.declare(name, undefined, undefined);
    for (const name of names) table.declareAt(`:${name}X - [0:0]`, 1, name.length + 2);
    const chains = names.map(
      (name, i) => ({ name: `${name}X`, ip: `10.0.0.${i}`, port: "80", kind: "tcp", odd: "" }) as const,
    );
    const text = chains.map((chain) => `${linesOf(chain).join("\n")}\n`).join("");
    let at = 0;
    let line = 1;
    const counts = chains.map(({ name }) => {
      const place = table.placeOf(name);
      const count = table.addAlike(place, text, at, at + 3 + name.length, line);
      const end = count > 0 ? table.alikeEnd : text.indexOf("\n", text.indexOf("\n", at) + 1);
      if (count === 0) table.addFrom(place, text, at, text.indexOf("\n", at), line);
      if (count === 0) table.addFrom(place, text, text.indexOf("\n", at) + 1, end, line + 1);
      at = end + 1;
      line += 2;
      return count;
    });
    expect(counts).toEqual([0, ...names.slice(1).map(() => 2)]);
    table.leaveText(text);
    for (const [i, chain] of chains.entries())
      expect(table.get(chain.name)).toMatchObject({ texts: linesOf(chain), lines: [2 * i + 1, 2 * i + 2] });
  });
});

test("a pattern filled with what it was made of is the same text, and addresses and ports are read as printed", () => {
  const [a, b] = [
    { name: "KUBE-SEP-1", ip: "10.0.0.1", port: "80", kind: "affinity", odd: "" },
    { name: "KUBE-SEP-22", ip: "10.0.0.222", port: "8080", kind: "affinity", odd: "" },
  ] as const;
  const pattern = patternOfLines(linesOf(a).join("\n"), a.name)!;
  expect(filled(pattern, b.name, b.ip, 8080)).toBe(linesOf(b).join("\n"));
  for (const ip of ["0.0.0.0", "10.0.0.1", "255.255.255.255"]) expect(ipv4Text(ipv4Of(ip))).toBe(ip);
  for (const ip of ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1..2.3"])
    expect(ipv4Of(ip)).toBe(-1);
  expect(["0", "80", "65535", "65536", "080", "00", "", "x", "123456"].map((port) => portAt(port, 0))).toEqual([
    0, 80, 65535, -1, -1, -1, -1, -1, -1,
  ]);
});

describe("rules read in their plain form", () => {
  const STRAYS = [
    "Chain INPUT (policy ACCEPT)",
    "COMMIT",
    " COMMIT",
    "*filter",
    "-P INPUT ACCEPT",
    "# Generated by ip6tables-save",
    "[1:2] -A -j",
    "[1:2] -P X",
    "[1:-2] -A X -j Y",
    "[12] -A X -j Y",
    '[1:2] -A X -m comment --comment "\u2028[1:2] -A X" -j KUBE-SVC-1',
    "[1:2] -A X\r[1:2] -A X",
    "[7:420] [1:2] -A KUBE-SEP-1 -j DROP",
    "[root@node-1 ~]# iptables-save -c",
    "",
  ];

  test("are the same without counters and carriage returns, whatever stands between them", () => {
    const strays = fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...STRAYS)), { maxLength: 2 });
    const forms = fc.record({ counted: mostly(1, 0, 7), ends: mostly("\n", "\r\n", "\r\r\n"), strays });
    fc.assert(
      fc.property(
        captures,
        forms,
        fc.constantFrom(1, 3, 8, 1000),
        (capture, { counted, ends, strays: odd }, length) => {
          const lines = textOf(capture).split("\n");
          for (const [at, stray] of odd) lines.splice(at, 0, stray);
          const isCounted = (i: number) => counted > 0 && i % counted === 0;
          const text = lines
            .map((line, i) => (line.startsWith("-A ") && isCounted(i) ? `[${i}:60] ${line}` : line))
            .join(ends);
          const plain = read(text, () => true);
          const whole = read(text, (line) => line % length === length - 1, false);
          const uncounted = JSON.stringify(plain.diagnostics).replace(/: \[\d+:\d+\] -A/g, ": -A");
          expect(JSON.stringify(whole.diagnostics).replace(/: \[\d+:\d+\] -A/g, ": -A")).toBe(uncounted);
          expect(chainsOf(whole)).toEqual(chainsOf(plain));
        },
      ),
      { numRuns: fuzzRuns(300) },
    );
  });
});

function chainsOf({ tables }: ReturnType<typeof read>) {
  return tables.map(({ chains, ...table }) => ({
    ...table,
    chains: [...chains.values()].map(({ name, texts, lines, index, policy }) => ({
      name,
      texts,
      lines,
      index,
      policy,
    })),
  }));
}
