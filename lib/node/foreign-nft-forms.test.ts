/** Tables of other owners in a listing of nft and in its JSON, as nft 1.0.6 prints both: they tell the same. */
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { sourceFromText } from "../source/source.js";
import { capturedNodes } from "../testing/captured-nodes.js";

const nodeOf = (tool: string) => capturedNodes().find(({ name }) => name === tool)!;

interface Table {
  readonly base: { readonly type: string; readonly hook: string; readonly prio: number };
  /** As the listing has them, and their statements in JSON. */
  readonly rules: readonly (readonly [string, readonly object[]])[];
}

const TO = "10.244.2.60";
const daddr = (right: string) => ({
  match: { op: "==", left: { payload: { protocol: "ip", field: "daddr" } }, right },
});
const protocol = (right: unknown) => ({ match: { op: "==", left: { meta: { key: "protocol" } }, right } });
const DROP = { drop: null };
const FORWARD = { type: "filter", hook: "forward", prio: 0 };

function listed({ base: { type, hook, prio }, rules }: Table): string {
  const lines = rules.map(([text]) => `\t\t${text}\n`).join("");
  return `table ip wall {\n\tchain own {\n\t\ttype ${type} hook ${hook} priority ${prio}; policy accept;\n${lines}\t}\n}\n`;
}

function itemsOf({ base, rules }: Table): object[] {
  const at = { family: "ip", table: "wall" };
  return [
    { table: { family: "ip", name: "wall", handle: 7 } },
    { chain: { ...at, name: "own", handle: 1, ...base, policy: "accept" } },
    ...rules.map(([, expr], i) => ({ rule: { ...at, chain: "own", handle: i + 2, expr } })),
  ];
}

async function told(tool: string, change: (text: string) => string): Promise<readonly string[]> {
  const { healthy, manifests, options } = nodeOf(tool);
  const captures = Object.entries(healthy).map(([file, { text }]) => sourceFromText(file, change(text)));
  const { report } = await diff(manifests, captures, options);
  return report!.changes.map(({ message }) => message);
}

async function inBothForms(table: Table, place: "before" | "behind"): Promise<readonly string[]> {
  const text = await told("nft list", (own) => (place === "before" ? listed(table) + own : own + listed(table)));
  const json = await told("nft -j", (own) => {
    const [head, ...rest] = (JSON.parse(own) as { nftables: object[] }).nftables;
    const items = place === "before" ? [head, ...itemsOf(table), ...rest] : [head, ...rest, ...itemsOf(table)];
    return JSON.stringify({ nftables: items });
  });
  expect(json).toEqual(text);
  return text;
}

const REFUSED = [`table ip wall refuses connections to endpoint ${TO} of prod/db, behind kube-proxy's rules`];

describe("a table of others tells the same in a listing and in JSON", () => {
  test.each([
    [
      "behind a log of a word that is a verdict",
      [
        'log prefix "accept" counter packets 0 bytes 0',
        [{ log: { prefix: "accept" } }, { counter: { packets: 0, bytes: 0 } }],
      ],
    ],
    ["behind a log of words", ['log prefix "jump \\ or return: "', [{ log: { prefix: "jump \\ or return: " } }]]],
  ] as const)("that drops an endpoint %s", async (_, front) => {
    const rules = [front, [`ip daddr ${TO} drop`, [daddr(TO), DROP]] as const];
    expect(await inBothForms({ base: FORWARD, rules }, "behind")).toEqual(REFUSED);
  });

  test("that logs before kube-proxy's table, and takes nothing", async () => {
    const log = [
      'ip daddr 10.96.7.12 log prefix "to reject "',
      [daddr("10.96.7.12"), { log: { prefix: "to reject " } }],
    ] as const;
    const base = { type: "filter", hook: "prerouting", prio: -300 };
    expect(await inBothForms({ base, rules: [log] }, "behind")).toEqual([]);
  });

  test.each([
    ["0x0800", 8, true],
    ["0x86dd", 56710, false],
    ["ip", "ip", true],
  ] as const)("that drops a protocol: %s", async (text, json, isOfFamily) => {
    const rules = [[`meta protocol ${text} drop`, [protocol(json), DROP]] as const];
    expect(await inBothForms({ base: FORWARD, rules }, "behind")).toHaveLength(isOfFamily ? 1 : 0);
  });

  test.each([
    ["original", 1],
    ["reply", 0],
  ])("that drops by the %s destination of a connection", async (dir, count) => {
    const left = { ct: { key: "ip daddr", dir } };
    const right = { prefix: { addr: "10.96.0.0", len: 12 } };
    const json = [{ match: { op: "==", left, right } }, DROP];
    const rules = [[`ct ${dir} ip daddr 10.96.0.0/12 drop`, json] as const];
    expect(await inBothForms({ base: FORWARD, rules }, "behind")).toHaveLength(count);
  });

  test("that translates at kube-proxy's priority: of the two the one made last comes first", async () => {
    const base = { type: "nat", hook: "prerouting", prio: -100 };
    const rules = [
      ["ip daddr 10.96.7.12 dnat to 10.9.9.9", [daddr("10.96.7.12"), { dnat: { addr: "10.9.9.9" } }]] as const,
    ];
    expect(await inBothForms({ base, rules }, "before")).toEqual([]);
    expect(await inBothForms({ base, rules }, "behind")).toEqual([
      expect.stringMatching(/^a rule of table ip wall takes/),
    ]);
  });
});

test("kube-proxy's table is dormant, in the words of nft 1.0.6 too, which prints what it finds in memory", async () => {
  for (const flags of ["kube-proxy", "dormant", ["dormant"]])
    expect(
      await told("nft -j", (own) =>
        own.replace(/"name": "kube-proxy", "handle": \d+/, `$&, "flags": ${JSON.stringify(flags)}`),
      ),
    ).toEqual([expect.stringMatching(/is dormant/)]);
  expect(await told("nft -j", (own) => own)).toEqual([]);
});

test("a table of others has a flag that nft 1.0.6 prints as what it finds in memory: nothing tells whether it is dormant", async () => {
  const { healthy, manifests, options } = nodeOf("nft -j");
  const reportOf = async (flags: unknown, rules: Table["rules"]) => {
    const [[table, ...rest]] = [itemsOf({ base: FORWARD, rules })] as [[{ table: object }, ...object[]]];
    const items = [{ table: { ...table.table, flags } }, ...rest];
    const captures = Object.entries(healthy).map(([file, { text }]) => {
      const own = (JSON.parse(text) as { nftables: object[] }).nftables;
      return sourceFromText(file, JSON.stringify({ nftables: [...own, ...items] }));
    });
    const { report } = await diff(manifests, captures, options);
    const untold = report!.assumptions.filter((text) =>
      text.startsWith("nothing tells whether table ip wall is dormant"),
    );
    return [report!.changes.length, untold.length, report!.coverage.notGiven];
  };
  const refusing = [[`ip daddr ${TO} drop`, [daddr(TO), DROP]]] as const;
  const harmless = [["ip daddr 192.0.2.1 drop", [daddr("192.0.2.1"), DROP]]] as const;
  expect(await reportOf("wall", refusing)).toEqual([0, 1, ["which tables of others are dormant (nft list ruleset)"]]);
  expect(await reportOf("wall", harmless)).toEqual([0, 0, []]);
  expect(await reportOf("dormant", refusing)).toEqual([0, 0, []]);
  for (const flags of [undefined, "owner", ["owner", "persist"]])
    expect(await reportOf(flags, refusing)).toEqual([1, 0, []]);
});

test("an endpoint that kube-proxy's own table lacks is asked about as well", async () => {
  const wall: Table = { base: FORWARD, rules: [[`ip daddr ${TO} drop`, [daddr(TO), DROP]]] };
  const withoutEndpoint = (own: string) => own.split("\n").filter((line) => !line.includes(TO));
  const messages = await told("nft list", (own) => listed(wall) + withoutEndpoint(own).join("\n"));
  expect(messages.filter((message) => message.includes("table ip wall"))).toEqual(REFUSED);
});
