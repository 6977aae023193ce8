/** Rules of other programs in tables raw and mangle, in both modes whose rules stand in table nat. */
import { describe, expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates, recordedStates, type NodeState } from "../../testing/mutations/node-states.js";

const stateOf = (mode: "iptables" | "ipvs") =>
  compiledStates(mode).find(({ name }) => name === "loadbalancer-source-ranges")!;
const STATES = { iptables: stateOf("iptables"), ipvs: stateOf("ipvs") };
const ADDRESS = "10.96.0.62";
const WEB = `error rule-order default/web ${ADDRESS}:80`;
const NODE_PORT = "error rule-order default/web *:30063";

const tableOf = (table: string, rules: readonly string[]) =>
  [
    `*${table}`,
    ":PREROUTING ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ...rules.map((rule) => `-A ${rule}`),
    "COMMIT",
    "",
  ].join("\n");

function withTable({ texts }: NodeState, added: string): Record<string, string> {
  const [name, save] = Object.entries(texts).find(([, text]) => /^\*nat$/m.test(text))!;
  return { ...texts, [name]: save.replace(/^\*nat$/m, `${added}*nat`) };
}

const sourcesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
const wordsOf = (change: { severity: string; kind: string; service?: string; frontend?: string }) =>
  [change.severity, change.kind, change.service, change.frontend].filter(Boolean).join(" ");

describe.each(["iptables", "ipvs"] as const)("mode %s", (mode) => {
  const state = STATES[mode];

  async function changesWith(table: string, rules: readonly string[]): Promise<string[]> {
    const sources = sourcesOf(withTable(state, tableOf(table, rules)));
    return (await diffNode(state.cluster, state.wishes, sources)).report!.changes.map(wordsOf);
  }

  test.each<[string, string[], string[]]>([
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -j DROP`], [WEB]],
    ["mangle", [`PREROUTING -d ${ADDRESS}/32 -p tcp -m tcp --dport 80 -j DROP`], [WEB]],
    ["raw", [`OUTPUT -d ${ADDRESS}/32 -j DROP`], [WEB]],
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -j OTHER`, "OTHER -p tcp -j DROP"], [WEB]],
    ["raw", ["PREROUTING -p tcp -m tcp --dport 30063 -j DROP"], [NODE_PORT]],
    ["raw", ["PREROUTING -j DROP"], ["error rule-order"]],
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -p tcp -j CT --notrack`], [WEB]],
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -j NOTRACK`], [WEB]],
  ])("a rule of table %s that takes connections is an error: %j", async (table, rules, changes) => {
    expect(await changesWith(table, rules)).toEqual(changes);
  });

  test.each<[string, string[], number]>([
    ["PREROUTING", [], 1],
    ["OUTPUT", [], 1],
    ["OUTPUT", ["OUTPUT -p udp -j ACCEPT"], 1],
    ["OUTPUT", ["OUTPUT -o lo -j ACCEPT"], 0],
    ["OUTPUT", ["OUTPUT -j ACCEPT"], 0],
    ["PREROUTING", ["PREROUTING -i eth0 -j OTHER"], 0],
  ])("the policy DROP of %s is an error where no rule may accept: %j", async (chain, rules, count) => {
    for (const table of ["raw", "mangle"]) {
      const added = tableOf(table, rules).replace(`:${chain} ACCEPT`, `:${chain} DROP`);
      const { changes } = (await diffNode(state.cluster, state.wishes, sourcesOf(withTable(state, added)))).report!;
      const words = `the policy of ${chain} in table ${table}, which no rule is in front of, drops connections to`;
      const told = changes.filter(({ message }) => message.startsWith(words));
      const each = { severity: "error", actual: [`-P ${chain} DROP`] };
      expect(told).toEqual(Array.from({ length: count }, () => expect.objectContaining(each)));
    }
  });

  test("a list of 20,000 addresses is looked through to its end, and what leads to more is told", async () => {
    const many = (length: number, rule: (i: number) => string) => Array.from({ length }, (_, i) => rule(i));
    const list = many(20_000, (i) => `PREROUTING -d 172.16.${i >> 8}.${i & 255}/32 -j DROP`);
    expect(await changesWith("raw", [...list, `PREROUTING -d ${ADDRESS}/32 -j DROP`])).toEqual([WEB]);
    const jumps = [...many(600, () => "PREROUTING -j ONE"), ...many(600, () => "ONE -p udp -m udp --dport 9 -j DROP")];
    expect(await changesWith("raw", [...jumps, `PREROUTING -d ${ADDRESS}/32 -j DROP`])).toEqual(["warning rule-order"]);
  });

  test.each<[string, string[]]>([
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -p udp -j DROP`]],
    ["raw", ["PREROUTING -d 10.96.9.9/32 -j DROP"]],
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -j ACCEPT`]],
    ["raw", [`PREROUTING -d ${ADDRESS}/32 -j ACCEPT`, `PREROUTING -d ${ADDRESS}/32 -j DROP`]],
    ["raw", ["PREROUTING -m rpfilter --invert -j DROP"]],
    ["raw", ["PREROUTING -m mark --mark 0x200/0xf00 -j CT --notrack"]],
    // What NodeLocal DNSCache writes.
    ["raw", ["PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j CT --notrack"]],
    ["mangle", [`PREROUTING -d ${ADDRESS}/32 -j MARK --set-xmark 0x1/0x1`]],
    // Packets have the endpoint's address by then.
    ["mangle", [`POSTROUTING -d ${ADDRESS}/32 -j DROP`]],
    ["security", [`OUTPUT -d ${ADDRESS}/32 -j DROP`]],
  ])("a rule of table %s that takes none is no difference: %j", async (table, rules) => {
    expect(await changesWith(table, rules)).toEqual([]);
  });
});

test("NodeLocal DNSCache keeps connections to the cluster's DNS from being tracked", async () => {
  const { cluster, wishes, ...state } = compiledStates("iptables").find(({ name }) => name === "guestbook")!;
  const rules = ["udp", "tcp"].map(
    (protocol) => `PREROUTING -d 10.96.0.10/32 -p ${protocol} -m ${protocol} --dport 53 `,
  );
  const changesWith = async (target: string) => {
    const added = tableOf(
      "raw",
      rules.map((rule) => rule + target),
    );
    return (await diffNode(cluster, wishes, sourcesOf(withTable({ cluster, wishes, ...state }, added)))).report!
      .changes;
  };
  expect(await changesWith("-j CT --notrack")).toEqual([]);
  expect(await changesWith("-j DROP")).toHaveLength(2);
});

test("of two captures of a node, what both have is no change", async () => {
  const { texts, wishes } = STATES.iptables;
  const dropping = withTable(STATES.iptables, tableOf("raw", [`PREROUTING -d ${ADDRESS}/32 -j DROP`]));
  const changesOf = async (before: Readonly<Record<string, string>>, after: typeof before) =>
    (await diff([], sourcesOf(after), { ...wishes, before: sourcesOf(before) })).report!.changes.map(wordsOf);
  expect(await changesOf(texts, dropping)).toEqual([expect.stringContaining("error rule-order")]);
  expect(await changesOf(dropping, dropping)).toEqual([]);
});

describe("node ports at addresses of the node", () => {
  const [state] = recordedStates("iptables") as [NodeState];
  const toldOf = async (rule: string, table = "raw") => {
    const sources = sourcesOf(withTable(state, tableOf(table, [rule])));
    return (await diffNode(state.cluster, state.wishes, sources)).report!.changes.map(({ message }) => message);
  };
  const BOTH =
    "a rule of PREROUTING in table raw drops connections to node ports at 192.168.0.11 of 2 services: default/edge and default/web, before table nat sees them";
  const ONE = expect.stringContaining("drops connections to *:30310 of ");

  test.each([
    ["-d 192.168.0.11/32 -j DROP", [BOTH]],
    ["-d 192.168.0.11/32 -p tcp -j DROP", [BOTH]],
    ["-d 192.168.0.11/32 -p tcp -m tcp --dport 30310 -j DROP", [ONE]],
    ["-d 192.168.0.11/32 -p tcp -m tcp --dport 30000:32767 -j DROP", [BOTH]],
    ["-d 192.168.0.11/32 -p tcp -m tcp --dport 30000:30310 -j DROP", [ONE]],
    // An address that nobody knows may be the node's; one of a load balancer is none of the Node object.
    ["-d 192.168.7.7/32 -p tcp -m tcp --dport 30310 -j DROP", [ONE]],
    ["-d 203.0.113.90/32 -p tcp -m tcp --dport 30310 -j DROP", []],
    ["-d 192.168.0.12/32 -j DROP", []],
    ["-d 192.168.0.11/32 -p udp -j DROP", []],
    ["-d 192.168.0.11/32 -s 10.9.0.0/16 -j DROP", []],
    ["-d 192.168.0.11/32 -p tcp -m tcp --dport 22 -j DROP", []],
  ])("PREROUTING %s: %j", async (rule, words) => {
    expect(await toldOf(`PREROUTING ${rule}`)).toEqual(words);
  });

  test("an external IP may be the node's, whose Node object need not name all addresses", async () => {
    const withIP = <S extends { spec: object }>(one: S) => ({
      ...one,
      spec: { ...one.spec, externalIPs: ["198.51.100.5"] },
    });
    const cluster = { ...state.cluster, services: state.cluster.services.map(withIP) };
    const rules = ["PREROUTING -d 198.51.100.5/32 -p tcp -m tcp --dport 30310 -j DROP"];
    const { report } = await diffNode(cluster, state.wishes, sourcesOf(withTable(state, tableOf("raw", rules))));
    expect(report!.changes.map(({ message }) => message)).toContainEqual(ONE);
  });

  test("a load balancer's address may be the node's where the node's are not known", async () => {
    const nodes = state.cluster.nodes.map((node) => ({ ...node, status: {} }));
    const sources = sourcesOf(
      withTable(state, tableOf("raw", ["PREROUTING -d 203.0.113.90/32 -p tcp -m tcp --dport 30310 -j DROP"])),
    );
    const { report } = await diffNode({ ...state.cluster, nodes }, state.wishes, sources);
    expect(report!.changes.map(({ message }) => message)).toEqual([ONE]);
  });
});
