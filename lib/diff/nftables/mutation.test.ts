import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import type { NftElement, NftRule, NftSet, NftTable, Statement } from "../../rulesets/nftables/types.js";
import { sourceFromText } from "../../source/source.js";
import { applyNft } from "../../testing/apply-nft.js";
import { fuzzSeed, mutationRuns } from "../../testing/fuzz/runs.js";
import { nftContents } from "../../testing/nft-contents.js";
import { recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { compareNftables } from "./index.js";
import { nftPatch } from "./patch.js";
import { identityOfPath, pathOfElement, readObjectName } from "./paths.js";

const MUTATIONS = mutationRuns(300);
const CASES = [
  "guestbook",
  "loadbalancer-source-ranges",
  "session-affinity",
  "session-affinity-local",
  "loadbalancer-local",
  "no-endpoints",
  "internal-local",
  "masquerade-all",
  "ipv6-loadbalancer",
  "random-003",
  "random-013-v6",
];
const MINORS = [31, 33, 34, 36];

/** Mulberry32: the same sequence for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Mutant {
  readonly what: string;
  readonly table: NftTable;
  /** Services one of which has to be named; undefined: none belongs to it. */
  readonly services?: readonly (string | undefined)[];
  /** May be benign. */
  readonly benign?: boolean;
}

type Mutation = (table: NftTable & { rules: NftRule[] }, random: () => number) => Mutant | undefined;

const pick = <T>(items: readonly T[], random: () => number): T | undefined =>
  items[Math.floor(random() * items.length)];
const serviceOfChain = (name: string) => {
  const path = readObjectName(name)?.path;
  return path === undefined ? undefined : identityOfPath(path).service;
};
const serviceOfElement = (element: NftElement) => {
  const path = pathOfElement(element);
  return path === undefined ? undefined : identityOfPath(path).service;
};

const isUnallocatedDrop = (rule: NftRule) => rule.comment === "Drop traffic to unallocated ClusterIPs";

const MUTATORS: readonly Mutation[] = [
  function removeRule(table, random) {
    const rule = pick(table.rules, random)!;
    const rules = table.rules.filter((other) => other !== rule);
    return {
      what: `remove ${rule.chain}`,
      table: { ...table, rules },
      services: [serviceOfChain(rule.chain)],
      benign: isUnallocatedDrop(rule),
    };
  },
  function repeatRule(table, random) {
    const rule = pick(table.rules, random)!;
    const rules = table.rules.flatMap((other) => (other === rule ? [rule, { ...rule }] : [other]));
    return { what: `repeat in ${rule.chain}`, table: { ...table, rules }, services: [serviceOfChain(rule.chain)] };
  },
  function insertRule(table, random) {
    const rule = pick(table.rules, random)!;
    const statements: Statement[] = [{ kind: "unknown", text: "ip protocol 47 drop" }];
    const rules = table.rules.flatMap((other) =>
      other === rule ? [{ chain: rule.chain, statements }, rule] : [other],
    );
    return { what: `insert into ${rule.chain}`, table: { ...table, rules }, services: [serviceOfChain(rule.chain)] };
  },
  function swapRules(table, random) {
    const at = Math.floor(random() * (table.rules.length - 1));
    const [a, b] = [table.rules[at]!, table.rules[at + 1]!];
    if (a.chain !== b.chain) return undefined;
    const rules = table.rules.with(at, b).with(at + 1, a);
    return { what: `swap in ${a.chain}`, table: { ...table, rules }, services: [serviceOfChain(a.chain)] };
  },
  function changeTarget(table, random) {
    const candidates = table.rules.filter(({ statements }) => statements.some(({ kind }) => kind.startsWith("dnat")));
    const rule = pick(candidates, random);
    if (!rule) return undefined;
    const changed = (address: string) => (address.includes(":") ? "fd00:dead::1" : "10.254.254.254");
    const statements = rule.statements.map((statement): Statement => {
      if (statement.kind === "dnat") return { ...statement, address: changed(statement.address) };
      if (statement.kind !== "dnat-map") return statement;
      return {
        ...statement,
        targets: statement.targets.with(0, {
          ...statement.targets[0]!,
          address: changed(statement.targets[0]!.address),
        }),
      };
    });
    const rules = table.rules.map((other) => (other === rule ? { ...rule, statements } : other));
    return { what: `retarget ${rule.chain}`, table: { ...table, rules }, services: [serviceOfChain(rule.chain)] };
  },
  function changeMark(table, random) {
    const rule = pick(
      table.rules.filter(({ statements }) => statements.some(({ kind }) => kind === "set-mark")),
      random,
    )!;
    const statements = rule.statements.map((statement) =>
      statement.kind === "set-mark" ? { ...statement, value: 0x8000 } : statement,
    );
    const rules = table.rules.map((other) => (other === rule ? { ...rule, statements } : other));
    return { what: `mark in ${rule.chain}`, table: { ...table, rules }, services: [serviceOfChain(rule.chain)] };
  },
  function removeElement(table, random) {
    const set = pick(
      table.sets.filter(({ elements }) => elements.length > 0),
      random,
    )!;
    const element = pick(set.elements, random)!;
    const services =
      set.name === "cluster-ips" || set.name === "hairpin-connections" ? undefined : [serviceOfElement(element)];
    return {
      what: `remove ${element.key.join()} of ${set.name}`,
      table: withElements(
        table,
        set,
        set.elements.filter((other) => other !== element),
      ),
      services,
      benign: set.name === "nodeport-ips",
    };
  },
  function addElement(table, random) {
    const set = pick(
      table.sets.filter(({ elements, kind }) => kind === "map" && elements.length > 0),
      random,
    );
    if (!set) return undefined;
    const element = pick(set.elements, random)!;
    const added: NftElement = {
      key: [...element.key.slice(0, -1), 65001],
      verdict: element.verdict,
      comment: element.comment,
    };
    return {
      what: `add ${added.key.join()} to ${set.name}`,
      table: withElements(table, set, [...set.elements, added]),
      services: set.name === "firewall-ips" ? undefined : [serviceOfElement(element)],
    };
  },
  function changeVerdict(table, random) {
    const set = pick(
      table.sets.filter(({ elements, kind }) => kind === "map" && elements.length > 0),
      random,
    );
    if (!set) return undefined;
    const element = pick(set.elements, random)!;
    const verdict =
      element.verdict?.kind === "drop"
        ? ({ kind: "goto", chain: "reject-chain" } as const)
        : ({ kind: "drop" } as const);
    const elements = set.elements.map((other) => (other === element ? { ...element, verdict } : other));
    return {
      what: `verdict of ${element.key.join()} in ${set.name}`,
      table: withElements(table, set, elements),
      services: [serviceOfElement(element)],
    };
  },
  function changeHook(table, random) {
    const chain = pick(
      table.chains.filter(({ base }) => base),
      random,
    )!;
    // Seven further nothing hangs; 120 further iptables' tables or the kernel's own hooks are passed.
    const by = pick([7, 120], random)!;
    const moved = { ...chain, base: { ...chain.base!, priority: chain.base!.priority + by } };
    return {
      what: `move ${chain.name} by ${by}`,
      table: { ...table, chains: table.chains.map((c) => (c === chain ? moved : c)) },
      benign: by === 7,
    };
  },
  function changeTimeout(table, random) {
    const set = pick(
      table.sets.filter(({ timeoutSeconds }) => timeoutSeconds !== undefined),
      random,
    );
    if (!set) return undefined;
    const changed = { ...set, timeoutSeconds: set.timeoutSeconds! + 60 };
    return {
      what: `timeout of ${set.name}`,
      table: { ...table, sets: table.sets.map((other) => (other === set ? changed : other)) },
      services: [serviceOfChain(set.name)],
    };
  },
  function removeBaseChain(table, random) {
    const chain = pick(
      table.chains.filter(({ base }) => base),
      random,
    )!;
    return {
      what: `remove ${chain.name}`,
      table: {
        ...table,
        chains: table.chains.filter((other) => other !== chain),
        rules: table.rules.filter((rule) => rule.chain !== chain.name),
      },
    };
  },
];

function withElements(table: NftTable, set: NftSet, elements: readonly NftElement[]): NftTable {
  return { ...table, sets: table.sets.map((other) => (other === set ? { ...set, elements } : other)) };
}

describe(`${MUTATIONS} single changes of a node`, () => {
  const recorded = recordedCases();
  const tables = CASES.flatMap((name) =>
    MINORS.map((minor) => {
      const found = recorded.find((entry) => entry.name === name)!;
      const cluster = recordedCluster(name);
      const expected = compileNftables(backendInput(cluster, recordedSituation(found, cluster, "nftables", minor)));
      return { name: `${name} 1.${minor}`, expected };
    }),
  );
  const perTable = Math.ceil(MUTATIONS / tables.length);

  test.each(tables)("are found in $name, told of the right service, and mended by the patch", ({ name, expected }) => {
    const random = randomOf(fuzzSeed(0) + name.length * 7919 + name.charCodeAt(0));
    const whole = { ...expected, rules: [...expected.rules] };
    for (let done = 0; done < perTable;) {
      const mutant = pick(MUTATORS, random)!(whole, random);
      if (!mutant) continue;
      done++;
      const listing = [...nftListing(mutant.table)].join("\n");
      const { tables: read, diagnostics } = parseNftList(sourceFromText("node.txt", listing));
      expect(diagnostics).toEqual([]);
      const actual = read[0]!;
      const comparison = compareNftables({ expected, actual });
      const { changes } = comparison;
      const detail = {
        what: mutant.what,
        changes: changes.map(({ kind, service, message }) => [kind, service, message]),
      };
      expect({ ...detail, found: changes.length > 0 }).toEqual({ ...detail, found: true });
      const serious = changes.filter(({ severity }) => severity !== "info");
      expect({ ...detail, serious: serious.length > 0 || mutant.benign === true }).toEqual({
        ...detail,
        serious: true,
      });
      if (mutant.services && serious.length > 0)
        for (const change of serious)
          expect({ ...detail, names: mutant.services.includes(change.service) }).toEqual({ ...detail, names: true });
      if (serious.length === 0) continue;
      const mended = applyNft(actual, nftPatch(comparison, expected, actual));
      expect({ ...detail, mended: nftContents(mended) }).toEqual({ ...detail, mended: nftContents(expected) });
    }
  });
});
