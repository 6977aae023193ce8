/** Every form in which people hand a capture on, in every mode, of a healthy and of a drifted node: never a wrong verdict. */
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { sourceFromBytes, sourceFromText, type Source } from "../source/source.js";
import {
  asCommands,
  blocksOf,
  inUTF16,
  pastedForms,
  tableOf,
  withNames,
  withoutInterfaces,
  wrappedAt,
  wrappedBetweenWords,
} from "../testing/capture-forms.js";
import { sweep } from "../testing/fuzz/runs.js";
import { capturedNodes, type CapturedNode, type ToolTexts } from "../testing/captured-nodes.js";

/** `compared`: of 6 service ports. `errors`: codes, each once a file. */
interface Verdict {
  readonly changes: readonly string[];
  readonly compared: number;
  readonly errors: readonly string[];
}

const NODES = capturedNodes();
const STATES = ["healthy", "drifted"] as const;
const PLACES = Array.from({ length: 23 }, (_, i) => i + 1);
const DRIFT = ["endpoint-missing", "endpoint-stale"];

async function verdictOf({ manifests, options }: CapturedNode, sources: readonly Source[]): Promise<Verdict> {
  const { report, diagnostics } = await diff(manifests, sources, options);
  const { changes, coverage, identical } = report!;
  const kinds = changes.flatMap(({ kind, severity }) => (severity === "info" ? [] : kind)).sort();
  const errors = diagnostics.flatMap(({ code, severity }) => (severity === "error" ? code : []));
  // What is not whole is never identical.
  expect(identical).toBe(kinds.length === 0 && coverage.compared === coverage.wanted);
  for (const { message } of coverage.notCompared) expect(message).toMatch(/\w{4}/);
  return { changes: kinds, compared: coverage.compared, errors };
}

const textsOf = (texts: ToolTexts): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([file, { text }]) => [file, text]));
const sourcesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([file, text]) => sourceFromText(file, text));

describe.each(NODES)("$name", (node) => {
  const forms = pastedForms("", "").map(({ name }) => name);
  test.each(sweep(forms, 4))("as pasted %s says what it says as it is", async (name) => {
    for (const state of STATES) {
      const sources = Object.entries(node[state]).map(([file, { text, command }]) =>
        sourceFromBytes(file, pastedForms(text, command).find((form) => form.name === name)!.bytes),
      );
      const changes = state === "healthy" ? [] : DRIFT;
      expect([state, await verdictOf(node, sources)]).toEqual([state, { changes, compared: 6, errors: [] }]);
    }
  });

  const wrappings: readonly (readonly [string, (text: string) => string])[] = [
    ["a terminal of 80 columns", (text) => wrappedAt(text, 80)],
    ["a terminal of 132 columns", (text) => wrappedAt(text, 132)],
    ["a terminal, behind a prompt", (text) => wrappedAt(`root@node-1:~# cat node.txt\n${text}`, 80)],
    ["a terminal, then quoted", (text) => wrappedAt(text, 80).replace(/^/gm, "> ")],
    ["a terminal that shows it indented", (text) => wrappedAt(text.replace(/^(?=.)/gm, "    "), 80)],
    ["a mail program, between words", (text) => wrappedBetweenWords(text, 78)],
  ];
  test.each(sweep(wrappings, 2))("wrapped by %s is told in one error a file, and not compared", async (_, wrap) => {
    for (const state of STATES) {
      const texts = textsOf(node[state]);
      const wrapped = Object.fromEntries(Object.entries(texts).map(([file, text]) => [file, wrap(text)]));
      const { changes, compared, errors } = await verdictOf(node, sourcesOf(wrapped));
      expect([state, errors.filter((code) => code !== "capture-wrapped")]).toEqual([state, []]);
      expect(errors.length).toBeLessThanOrEqual(Object.keys(texts).length);
      // Virtual servers stand in short lines.
      if (node.mode !== "ipvs") expect([compared, changes, errors.length]).toEqual([0, [], 1]);
      else expect([compared, changes]).toEqual([6, state === "healthy" ? [] : DRIFT]);
    }
  });

  test("cut anywhere in a line never agrees by mistake and finds no fault of a healthy node", async () => {
    for (const [file, text] of Object.entries(textsOf(node.healthy)))
      for (const part of sweep(PLACES, 6)) {
        const cut = text.slice(0, Math.floor((text.length * part) / 24) + part);
        // Listings without a mark at their end are whole wherever a line ends.
        if (cut.endsWith("\n")) continue;
        const { changes, compared } = await verdictOf(node, sourcesOf({ ...textsOf(node.healthy), [file]: cut }));
        expect([file, part, changes]).toEqual([file, part, []]);
        expect(compared).toBeLessThanOrEqual(6);
      }
  });

  const refusals = [
    "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n",
    "bash: line 1: ipvsadm-save: command not found\n",
    "iptables v1.8.9 (nf_tables): table `nat' is incompatible, use 'nft' tool.\n",
    "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n",
  ];
  test.each(refusals)("instead of which the tool printed %j is one error a file with what to run", async (refusal) => {
    const files = Object.keys(node.healthy);
    const sources = files.map((file) => sourceFromText(file, refusal));
    const errors = files.map(() => "capture-refused");
    expect(await verdictOf(node, sources)).toEqual({ changes: [], compared: 0, errors });
  });

  test("compared in another mode is refused in the first error", async () => {
    const texts = textsOf(node.drifted);
    const encoded = Object.entries(texts).map(([file, text]) => sourceFromBytes(file, inUTF16(text)));
    for (const mode of (["iptables", "ipvs", "nftables"] as const).filter((other) => other !== node.mode))
      for (const sources of [sourcesOf(texts), encoded]) {
        const other = { ...node, options: { ...node.options, mode } };
        const { changes, compared, errors } = await verdictOf(other, sources);
        expect([mode, changes, compared, errors[0]]).toEqual([mode, [], 0, "capture-of-another-mode"]);
      }
  });
});

const HEADING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`;
type Texts = Readonly<Record<string, string>>;
const textOf = (texts: Texts) => Object.values(texts)[0]!;
const only = (texts: Texts, ...names: readonly string[]): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([file]) => names.some((name) => file.startsWith(name))));

/** Spelling, what is given of it, its texts, and of the healthy node: how many are compared, and errors. */
const PARTS: readonly (readonly [
  node: string,
  what: string,
  part: (texts: Texts) => Texts,
  compared: number,
  errors: readonly string[],
])[] = [
  ["iptables-save", "table filter alone", (all) => ({ n: tableOf(textOf(all), "filter") }), 0, []],
  ["iptables-save", "table filter alone, iptables -S", (all) => ({ n: asCommands(textOf(all), "filter") }), 0, []],
  ["iptables-save", "table nat alone", (all) => ({ n: tableOf(textOf(all), "nat") }), 5, []],
  ["iptables-save", "table nat alone, iptables -t nat -S", (all) => ({ n: asCommands(textOf(all), "nat") }), 5, []],
  [
    "iptables -nvL",
    "table filter alone, without -t nat",
    (all) => ({ n: /^Table: filter\n([^]*)/m.exec(textOf(all))![1]! }),
    0,
    [],
  ],
  ["iptables -nvL", "without -v", (all) => ({ n: withoutInterfaces(textOf(all)) }), 6, []],
  ["iptables -nvL", "without -n", (all) => ({ n: withNames(textOf(all)) }), 0, ["capture-names"]],
  [
    "iptables -nvL",
    "without -n and -v",
    (all) => ({ n: withNames(withoutInterfaces(textOf(all))) }),
    0,
    ["capture-names"],
  ],
  ["ipvsadm-save", "virtual servers alone", (all) => only(all, "ipvsadm"), 6, []],
  ["ipvsadm-save", "no ipset", (all) => only(all, "ipvsadm", "iptables", "ip-addr"), 6, []],
  ["ipvsadm-save", "no ip addr", (all) => only(all, "ipvsadm", "iptables", "ipset"), 6, []],
  ["ipvsadm-save", "no ipvsadm", (all) => only(all, "ip-addr", "iptables", "ipset"), 0, []],
  ["ipvsadm-save", "ipset alone", (all) => only(all, "ipset"), 0, []],
  ["ipvsadm-save", "an empty listing alone", () => ({ ipvsadm: HEADING }), 0, []],
  ["ipvsadm-save", "an empty file alone", () => ({ "ipvsadm-save.txt": "" }), 0, []],
  [
    "ipvsadm-save",
    "ipset refused",
    (all) => ({ ...all, "ipset-save.txt": "ipset v7.17: Kernel error received: Operation not permitted\n" }),
    6,
    ["capture-refused"],
  ],
  [
    "ipvsadm-save",
    "ipvsadm refused",
    (all) => ({ ...all, "ipvsadm-save.txt": "Can't initialize ipvs: Permission denied (you must be root)\n" }),
    0,
    ["capture-refused"],
  ],
  [
    "nft list",
    "elements left out",
    (all) => ({ n: textOf(all).replace(/\t\telements = \{[^}]*\}\n/g, "\t\telements = { ... }\n") }),
    0,
    ["capture-terse"],
  ],
  ...(["chain", "map"] as const).map((kind): (typeof PARTS)[number] => [
    "nft list",
    `${kind}s alone`,
    (all) => ({ n: blocksOf(textOf(all), kind) }),
    0,
    ["capture-in-part"],
  ]),
  [
    "nft list",
    "another table alone",
    () => ({ n: "table ip filter {\n\tchain INPUT {\n\t\ttcp dport 22 accept\n\t}\n}\n" }),
    0,
    ["capture-no-kube-chains"],
  ],
  ["nft list", "an empty file", () => ({ n: "" }), 0, ["capture-empty"]],
];

describe("a part of a node", () => {
  test.each(PARTS)("%s, %s", async (name, _, part, compared, errors) => {
    const node = NODES.find((known) => known.name === name)!;
    for (const state of STATES) {
      const verdict = await verdictOf(node, sourcesOf(part(textsOf(node[state]))));
      const changes = compared > 0 && state === "drifted" ? DRIFT : [];
      expect([state, verdict]).toEqual([state, { changes, compared, errors }]);
    }
  });

  test.each([
    ["a listing with its heading", { "ipvsadm.txt": HEADING }],
    ["an empty file", { "ipvsadm-save.txt": "" }],
  ])("without any virtual server, beside sets that are filled, is drift in one line: %s", async (_, listing) => {
    const node = NODES.find(({ name }) => name === "ipvsadm-save")!;
    const others = only(textsOf(node.healthy), "ipset", "ip-addr", "iptables");
    const verdict = await verdictOf(node, sourcesOf({ ...others, ...listing }));
    expect(verdict).toEqual({ changes: ["base-chain-changed"], compared: 6, errors: [] });
  });
});
