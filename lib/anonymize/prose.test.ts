/** What people write into a capture tells nothing any more, and the capture the same. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { sourceFromText, type Source } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { nodeCaptures, recordedNodes, type RecordedNode } from "../testing/recorded-nodes.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { readCaptures } from "../rulesets/iptables/read-captures.js";
import { likeHeading, otherToolOf, readHeading } from "../rulesets/iptables/capture-lines.js";
import { likeRefusal, refusalOf, toolOfRefusal } from "../rulesets/capture-text/refusal.js";
import { withoutHostNames } from "./host-names.js";
import { anonymize } from "./index.js";
import type { ProxyMode } from "../config/proxy-config.js";

const NAMES = /vault|acme|[jJ]oe|quux/;
const PROSE = [
  "Hi team, node vault-7 of acme-dc drops packets, please look",
  "vault-7",
  "vault-7.acme.example",
  "- the node vault-7 is Joe's",
  "* vault-7 (acme)",
  "  vault-7 again, and acme-dc",
  "\tJoe: see vault-7",
  "ip address of vault-7 is secret",
  "add vault-7 to the list of acme",
  "table 5 of the acme handbook",
  "3 nodes of acme, 2 of quux",
  `# ${"vault-7 ".repeat(60)}`,
  "# on vault-7: quux",
  "// joe was here",
  "joe@vault-7:~$ uptime",
  "kernel.hostname = vault-7",
  "-- Joe",
  "> acme wrote:",
  "Name: vault-7 of acme",
  "all of acme -- please: tell vault-7",
  "drop it, says Joe",
  "Nov  1 03:00:01 vault-7 sshd[9]: session of Joe",
  "2026-11-01T03:00:01Z vault-7 is up",
  "03:00:01 up 3 days on vault-7",
  "10.0.0.1 vault-7 # /etc/hosts",
  "10.0.0.1, vault-7",
  "1: vault-7",
  "tcp 6 vault-7",
  "[vault-7]",
  "bash: line 3: vault-7: command not found",
  "ssh: Could not resolve hostname vault-7.acme: Name or service not known",
  'Error from server (NotFound): pods "vault-7" not found',
];
/** A line that begins as another tool's is passed over by diff, and what stands in its place is told. */
const prose = fc.constantFrom(...PROSE.filter((line) => otherToolOf(line) === undefined));

const textOf = ({ files }: ReturnType<typeof anonymize>) => files.map(({ chunks }) => chunks.join("")).join("");

const GOLDEN = new URL("../../golden/kube-proxy/nodes/", import.meta.url);
const recorded = ["iptables", "ipvs", "nftables"].flatMap((mode) =>
  recordedNodes(mode)
    .filter(({ files }) => files.every((file) => file.endsWith(".txt")))
    .slice(0, 3),
);

/** The captures with each of the texts in front of a line that is told by a share of all. */
function withLines(captures: readonly Source[], lines: readonly (readonly [share: number, text: string])[]): Source[] {
  return captures.map((source) => {
    const text = new TextDecoder().decode(source.read(0, source.size));
    const all = text.split("\n");
    for (const [share, own] of lines) all.splice(Math.floor(share * (all.length - 1)), 0, own);
    return sourceFromText(source.name, all.join("\n"));
  });
}

async function answerOf(objects: readonly Source[], captures: readonly Source[], node: RecordedNode, nodeName: string) {
  const { report } = await diff(objects, captures, {
    mode: node.mode as ProxyMode,
    node: nodeName,
    kubeVersion: node.kubeVersion,
    ipFamily: node.family === "IPv6" ? "ipv6" : "ipv4",
  });
  return {
    identical: report?.identical,
    changes: report?.changes.map(({ kind, severity, protocol }) => `${kind} ${severity} ${protocol ?? ""}`).sort(),
    coverage: report && [report.coverage.wanted, report.coverage.compared, report.coverage.notGiven.length > 0],
  };
}

describe("sentences in a capture", () => {
  test.each(PROSE)("are left out: %s", (line) => {
    const save = readFileSync(new URL("../../fixtures/guestbook/node-iptables.txt", import.meta.url), "utf8");
    for (const share of [0, 0.5, 1]) {
      const made = anonymize(withLines([sourceFromText("c.txt", save)], [[share, line]]));
      expect(textOf(made)).not.toMatch(NAMES);
    }
  });

  test("are counted", () => {
    const { diagnostics } = anonymize([sourceFromText("c.txt", "Hi all\n*nat\nCOMMIT\nBye, Joe\n")]);
    expect(diagnostics).toMatchObject([{ code: "anonymize-left-out", message: expect.stringMatching(/^2 lines/) }]);
  });

  test.each(recorded.map((node) => [node.name, node] as const))("change no answer about %s", async (_, node) => {
    const read = (file: string) => readFileSync(new URL(`${node.name}/${file}`, GOLDEN), "utf8");
    const objects = ["manifests.yaml", "kube-proxy.yaml"].map((file) => sourceFromText(file, read(file)));
    const place = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), prose);
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 4 }), async (lines) => {
        const captures = withLines(nodeCaptures(node), lines);
        const result = anonymize([...objects, ...captures]);
        expect(textOf(result)).not.toMatch(NAMES);
        const made = result.files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
        const isObjects = ({ name }: Source) => name.startsWith("objects-");
        const renamed = node.node.replace(
          /\w+/g,
          (part) => result.map.words.find(([word]) => word === part)?.[1] ?? part,
        );
        expect(
          await answerOf(
            made.filter(isObjects),
            made.filter((source) => !isObjects(source)),
            node,
            renamed,
          ),
        ).toEqual(await answerOf(objects, captures, node, node.node));
      }),
      { numRuns: 6 },
    );
  });
});

describe("what is kept of a line that no tool printed", () => {
  test.each([
    "# iptables-legacy on vault-7",
    "root@vault-7:~# ip6tables -t nat -S",
    "$ sudo iptables -nvL",
    "Table: nat",
    "the nat rules of vault-7, table `filter'",
    "# Generated by ip6tables-save v1.8.9 (nf_tables) on acme",
  ])("says the same of the tables behind it: %s", (line) => {
    const kept = likeHeading(line);
    expect(kept).not.toMatch(NAMES);
    expect(readHeading(kept ?? "")).toEqual(readHeading(line));
  });

  test.each([
    "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)",
    "bash: line 1: nft: command not found",
    "# Table `nat' is incompatible, use 'nft' tool.",
    "Can't initialize ipvs: Protocol not available",
    'Error from server (NotFound): pods "vault-7" not found',
    "The connection to the server vault-7.acme:6443 was refused - did you specify the right host or port?",
    "ssh: Could not resolve hostname vault-7",
    "iptables v1.8.9: can't initialize iptables table `nat': Table does not exist",
    "Another app is currently holding the xtables lock",
    "ipset v7.15: Unknown option vault",
  ])("says the same of why there are no rules: %s", (line) => {
    const kept = likeRefusal(line)!;
    expect(kept).not.toMatch(NAMES);
    expect(refusalOf(kept)).toEqual(refusalOf(line));
    expect(toolOfRefusal(kept)).toBe(toolOfRefusal(line));
  });

  test.each(["--- snip ---", "root@vault-7:~# nft -j list ruleset"])(
    "says the same of what is around JSON: %s",
    async (line) => {
      const json = readFileSync(new URL("json-2001/node.json", GOLDEN), "utf8");
      for (const text of [`${line}\n${json}`, `${json.trimEnd()}\n${line}\n`]) {
        const given = sourceFromText("c.txt", text);
        const { files } = anonymize([given]);
        const made = sourceFromText("c.txt", files[0]!.chunks.join(""));
        expect(cleanCapture(made).refusal?.code).toBe(cleanCapture(given).refusal?.code);
        const objects = sourceFromText("m.yaml", readFileSync(new URL("json-2001/manifests.yaml", GOLDEN), "utf8"));
        const { report, diagnostics } = await diff([objects], [made], { mode: "nftables" });
        expect(diagnostics.some(({ code }) => code === "capture-elided")).toBe(line.includes("snip"));
        if (line.includes("snip")) expect(report).toMatchObject({ identical: false, coverage: { compared: 0 } });
      }
    },
  );

  test("says that lines are missing", () => {
    const text = "*nat\n:KUBE-SERVICES - [0:0]\n--- snip (vault-7) ---\n--- snip ---\nCOMMIT\n";
    const { files } = anonymize([sourceFromText("c.txt", text)]);
    const made = sourceFromText("c.txt", files[0]!.chunks.join(""));
    expect(readCaptures([made]).diagnostics).toMatchObject([{ code: "capture-elided" }]);
  });
});

describe("a listing with names in the place of addresses", () => {
  const CHAIN = "Chain KUBE-SERVICES (2 references)\n";
  test.each([
    `${CHAIN}target     prot opt source               destination\nKUBE-SVC-X  tcp  --  anywhere             vault-7.acme.example  /* a/b */ tcp dpt:http\n`,
    `${CHAIN}target     prot opt source               destination\nKUBE-MARK-MASQ  tcp  --  !vault-8  joe/24  tcp dpt:http\n`,
    `${CHAIN} pkts bytes target     prot opt in     out     source               destination\n    0     0 KUBE-SVC-X  tcp  --  any    eth0    vault-7  quux.acme  tcp dpt:80\n`,
    `${CHAIN} pkts bytes target     prot opt in     out     source               destination\n   1K   2M            tcp  --  any    eth0    vault-7  anywhere\n`,
    "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\nTCP  vault-7.acme:http rr\n  -> quux:webcache       Masq    1      0          0\n",
    "IP Virtual Server version 1.2.1 (size=4096)\nTCP  10-0-0-1.vault.svc:http rr\n  -> 10-244-1-5.vault.svc:webcache       Masq    1      0          0\n",
    "-A -t vault-7.acme:http -s rr\n-a -t vault-7.acme:http -r 10-244-1-5.vault.svc:webcache -m -w 1\n",
    "-A -t 10.96.0.1:https -s rr\n-a -t 10.96.0.1:https -r quux:webcache -m -w 1\n",
    "ipvsadm -A --udp-service vault-7:domain -s rr\n-a --udp-service vault-7:domain --real-server joe:domain -m -w 1\n",
  ])("has none of them: %s", (text) => {
    const made = textOf(anonymize([sourceFromText("c.txt", text)]));
    expect(made).not.toMatch(NAMES);
    expect(made).toContain("host.example");
  });

  test("keeps what is no name", () => {
    const rows = [
      "KUBE-SVC-X  tcp  --  anywhere             localhost/8  tcp dpt:http",
      "KUBE-SVC-X  tcp  --  !10.0.0.0/8          fd00::/64    tcp dpt:http",
      "-a -t 10.96.0.1:https -r 10.244.1.5:8443 -m -w 1",
      "-A -u [fd00::1]:domain -s rr",
      "  -> 10.244.1.5:webcache   Masq    1      0          0",
      "    0     0 KUBE-SVC-X  0    --  any    eth0    !10.0.0.0/255.0.0.0  ::1/128",
    ];
    for (const row of rows) expect(withoutHostNames(row)).toBe(row);
  });
});
