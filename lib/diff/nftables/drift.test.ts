import { describe, expect, test } from "@jest/globals";
import { compileNftables, type NftProgram } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { settleSituation } from "../../pipeline/situation.js";
import { sourceFromText } from "../../source/source.js";
import { recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../../testing/recorded-nodes.js";
import { diffNftables } from "./index.js";
import { nftPatch } from "./patch.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";

function compileCase(name: string, minor: number): NftProgram {
  const recorded = recordedCases().find((entry) => entry.name === name)!;
  const cluster = recordedCluster(name);
  return compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", minor)));
}

const listingOf = (program: NftProgram) => [...nftListing(program)].join("\n");
const diffText = (expected: NftProgram, text: string) =>
  diffNftables(expected, [parseNftList(sourceFromText("node.txt", text))]);
const kindsOf = ({ changes }: ReturnType<typeof diffNftables>) =>
  changes.map(({ kind, severity, service, chain }) => [kind, severity, service ?? chain]);

describe("a rule of others in kube-proxy's chains", () => {
  const expected = compileCase("loadbalancer-source-ranges", 36);
  const withRule = (chain: string, rule: string) =>
    diffText(expected, listingOf(expected).replace(`\tchain ${chain} {\n`, `$&\t\t${rule}\n`));

  test.each(["tcp dport 80 accept", "ip daddr 10.96.0.62 return", "meta l4proto tcp dnat to 10.9.9.9:99"])(
    "is an error where packets do not get behind it: %s",
    (rule) => {
      expect(kindsOf(withRule("services", rule))).toEqual([["unknown-rule", "error", "services"]]);
    },
  );

  test("is a warning where they do", () => {
    expect(kindsOf(withRule("services", "tcp dport 80 counter"))).toEqual([["unknown-rule", "warning", "services"]]);
    expect(kindsOf(withRule("masquerading", "ct status != dnat log"))).toEqual([
      ["unknown-rule", "warning", "masquerading"],
    ]);
  });

  test.each([
    ["filter-forward", "drop", "error"],
    ["filter-forward", "ct state vmap { established : accept, new : drop }", "error"],
    ["filter-forward", "ct state vmap { established : accept, new : continue }", "warning"],
    ["filter-forward", "ip daddr 10.244.0.0/16 drop", "error"],
    ["firewall-check", "meta l4proto tcp reject", "error"],
    ["firewall-check", "ip daddr 192.0.2.7 drop", "warning"],
    ["services", "drop", "warning"],
    ["filter-forward", "counter", "warning"],
  ])("at the end of chain %s: %s, as %s", (chain, rule, severity) => {
    const text = listingOf(expected).replace(new RegExp(`(\tchain ${chain} \\{\n(?:\t\t.*\n)*)`), `$1\t\t${rule}\n`);
    expect(kindsOf(diffText(expected, text))).toEqual([["unknown-rule", severity, chain]]);
  });

  test.each([
    ["masquerading", "meta mark set 0x00000000", "error"],
    ["services", "meta mark set meta mark | 0x00004000", "error"],
    ["services", "meta mark set meta mark & 0xffffbfff", "error"],
    ["services", "meta mark set meta mark | 0x00000001", "warning"],
    ["services", "meta mark set meta mark & 0xffffffef", "warning"],
    ["firewall-check", "meta mark set 0x00000000", "warning"],
  ])("that changes the mark in chain %s: %s, as %s", (chain, rule, severity) => {
    expect(kindsOf(withRule(chain, rule))).toEqual([["unknown-rule", severity, chain]]);
  });
});

describe("rules of one chain in another order", () => {
  const expected = compileCase("session-affinity", 36);
  const text = listingOf(expected);
  const turned = (chain: RegExp, from: (rules: string[]) => string[]) =>
    text.replace(new RegExp(`(\\tchain ${chain.source} \\{\\n)((?:\\t\\t.*\\n)*)`), (_, head: string, rules: string) =>
      [head, ...from(rules.match(/.*\n/g)!)].join(""),
    );
  const severities = (listing: string) =>
    diffText(expected, listing).changes.map(({ kind, severity }) => [kind, severity]);

  test.each([
    ["an endpoint that is remembered behind its translation", /endpoint-\S+/, "rule-order"],
    ["a choice before the clients that are remembered", /service-\S+/, "affinity-changed"],
    ["a mark behind the choice of a service", /services/, "rule-order"],
  ])("%s is an error", (_, chain, kind) => {
    expect(severities(turned(chain, (rules) => rules.toReversed()))).toEqual([[kind, "error"]]);
  });

  test("is a warning where none of them prepares what another does", () => {
    expect(severities(turned(/filter-forward/, (rules) => rules.toReversed()))).toEqual([["rule-order", "warning"]]);
    const swapped = turned(/services/, ([mark, ...rest]) => [mark!, ...rest.toReversed()]);
    expect(severities(swapped)).toEqual([["rule-order", "warning"]]);
  });
});

describe("the rule that drops unallocated cluster IPs", () => {
  const expected = compileCase("loadbalancer-source-ranges", 36);
  const dropping = (cidr: string) =>
    diffText(
      expected,
      listingOf(expected).replace(/(\tchain cluster-ips-check \{\n(?:\t\t.*\n)*)/, `$1\t\tip daddr { ${cidr} } drop\n`),
    );

  test("of another CIDR than the services' is an error", () => {
    expect(kindsOf(dropping("10.244.0.0/16"))).toEqual([["base-chain-changed", "error", "cluster-ips-check"]]);
  });

  test("of what is no network is an error, though kube-proxy brings it up to date late", () => {
    const wanted = compileCase("random-013-v6", 36);
    const [own] = /ip6 daddr \S+(?= drop .*unallocated)/.exec(listingOf(wanted))!;
    const of = (network: string) => kindsOf(diffText(wanted, listingOf(wanted).replace(own, `ip6 daddr ${network}`)));
    expect(of("fd00:9::7::/112")).toEqual([["base-chain-changed", "error", "cluster-ips-check"]]);
    expect(of("fd00::/16")).toEqual([["base-chain-changed", "info", "cluster-ips-check"]]);
  });

  test.each([
    ["one address", "10.96.7.10", "after"],
    ["their own CIDR, in front of what refuses unused ports", "10.96.0.0/12", "before"],
  ] as const)("is none where it is of %s", (_, network, place) => {
    const wanted = compileCase("loadbalancer-source-ranges", 36);
    const line = `\t\tip daddr ${network} drop\n`;
    const listing = listingOf(wanted).replace(
      /(\tchain cluster-ips-check \{\n)((?:\t\t.*\n)*)/,
      (_whole, head: string, rules: string) => head + (place === "before" ? line + rules : rules + line),
    );
    const severity = place === "before" ? "error" : "warning";
    expect(kindsOf(diffText(wanted, listing))).toEqual([["unknown-rule", severity, "cluster-ips-check"]]);
  });

  test("of their own CIDR is as it should be, where the input holds no ServiceCIDR", () => {
    const diff = dropping("10.96.0.0/12");
    expect(diff.changes).toEqual([]);
    expect(diff.assumptions).toEqual([
      "ServiceCIDRs 10.96.0.0/12, from chain cluster-ips-check: none are expected of the input",
    ]);
  });
});

describe("a table that is dormant", () => {
  const expected = compileCase("loadbalancer-source-ranges", 36);
  const listing = listingOf(expected).replace("{\n", "{\n\tflags dormant\n");
  const json = JSON.stringify({
    nftables: [
      { table: { family: "ip", name: "kube-proxy", handle: 1, flags: "dormant" } },
      { chain: { family: "ip", table: "kube-proxy", name: "services", handle: 2 } },
      { set: { family: "ip", table: "kube-proxy", name: "cluster-ips", type: "ipv4_addr", handle: 3 } },
    ],
  });

  test.each([
    ["nft list", parseNftList(sourceFromText("node.txt", listing))],
    ["nft -j list", parseNftJSON(sourceFromText("node.json", json))],
  ])("serves nothing, whatever it holds: %s", (_, capture) => {
    const diff = diffNftables(expected, [capture]);
    expect(diff.changes).toContainEqual(
      expect.objectContaining({
        kind: "base-chain-changed",
        severity: "error",
        message: expect.stringMatching(/dormant, so that none of its chains sees a packet/),
      }),
    );
    expect([...nftPatch(diff.comparison!, expected, diff.actual)][0]).toBe("add table ip kube-proxy");
  });
});

describe("what is no difference", () => {
  const expected = compileCase("loadbalancer-source-ranges", 36);
  const listing = listingOf(expected);

  test("CRLF, counters, handles, tables of others", () => {
    const text = `# Warning: table ip mangle is managed by iptables-nft, do not touch!
table ip mangle {
\tchain KUBE-KUBELET-CANARY {
\t}
\tchain KUBE-IPTABLES-HINT {
\t}
}
table inet firewalld {
\tchain input {
\t\ttype filter hook input priority filter + 10; policy accept;
\t\tip saddr { 10.0.0.1,
\t\t\t 10.0.0.2 } counter packets 5 bytes 300 drop comment "a } brace {"
\t}
}
${listing.replaceAll("\tdrop\n", "\tcounter packets 3 bytes 180 drop\n")}
`.replaceAll("\n", "\r\n");
    const diff = diffText(expected, text);
    expect(diff.diagnostics).toEqual([]);
    expect(diff.changes).toEqual([]);
  });

  test("an order of elements, sets and chains, a line for every element", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
        const shuffle = <T>(items: readonly T[]) =>
          items
            .map((item) => ({ item, key: numbers.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const rules = [...expected.rules];
        const shuffled: NftProgram = {
          ...expected,
          chains: shuffle(expected.chains),
          sets: shuffle(expected.sets).map((set) => ({ ...set, elements: shuffle(set.elements) })),
          rules,
        };
        expect(diffText(expected, listingOf(shuffled)).changes).toEqual([]);
      }),
      { numRuns: fuzzRuns(30) },
    );
  });

  test("what releases leave behind when kube-proxy is upgraded", () => {
    const older = `\tchain filter-prerouting {
\t\ttype filter hook prerouting priority dstnat - 10; policy accept;
\t\tct state new jump firewall-check
\t}
\tchain mark-for-masquerade {
\t\tmeta mark set meta mark | 0x00004000
\t}
}`;
    const diff = diffText(expected, listing.slice(0, -1) + older);
    expect(kindsOf(diff)).toEqual([
      ["leftover-chain", "info", "filter-prerouting"],
      ["leftover-chain", "info", "mark-for-masquerade"],
    ]);
    expect([...nftPatch(diff.comparison!, expected, diff.actual)]).toEqual([]);
  });

  test.each([
    ["policy drop", "ct state new jump firewall-check", "unknown-rule", "error"],
    ["policy accept", "ip daddr 10.96.0.0/12 drop", "unknown-rule", "error"],
    ["policy accept", "ct state new jump cluster-ips-check", "leftover-chain", "warning"],
    ["policy accept", "tcp dport 22 counter", "leftover-chain", "warning"],
  ])("one with the name of such a chain, and %s, and %s, is no leftover", (policy, rule, kind, severity) => {
    const chain = `\tchain filter-prerouting {\n\t\ttype filter hook prerouting priority -110; ${policy};\n\t\t${rule}\n\t}\n}`;
    const diff = diffText(expected, listing.slice(0, -1) + chain);
    expect(kindsOf(diff)).toEqual([[kind, severity, "filter-prerouting"]]);
    expect([...nftPatch(diff.comparison!, expected, diff.actual)].at(-1)).toBe(
      "delete chain ip kube-proxy filter-prerouting",
    );
  });

  test.each([
    ["filter hook forward priority 10; policy drop", "ct state established accept", "rule-order", "error"],
    ["filter hook prerouting priority -150; policy accept", "ip daddr 10.96.0.0/12 drop", "rule-order", "error"],
    ["filter hook forward priority 10; policy accept", "counter", "leftover-chain", "warning"],
  ])("a base chain that nobody expects: %s, %s", (hook, rule, kind, severity) => {
    const chain = `\tchain stray {\n\t\ttype ${hook};\n\t\t${rule}\n\t}\n}`;
    expect(kindsOf(diffText(expected, listing.slice(0, -1) + chain))).toEqual([[kind, severity, "stray"]]);
  });

  test("a chain that waits to be deleted", () => {
    const pending = "\tchain service-ABCDEFGH-default/gone/tcp/http {\n\t}\n}";
    expect(kindsOf(diffText(expected, listing.slice(0, -1) + pending))).toEqual([
      ["leftover-chain", "info", "default/gone"],
    ]);
  });

  test("node-port addresses and unallocated cluster IPs, which kube-proxy brings up to date late", () => {
    const dual = compileCase("dual-stack-v4", 36);
    const text = listingOf(dual)
      .replace("elements = { 192.168.0.11 }", "elements = { 192.168.0.11, 192.168.0.12 }")
      .replace(/\n.*Drop traffic to unallocated ClusterIPs.*/, "");
    expect(new Set(diffText(dual, text).changes.map(({ severity }) => severity))).toEqual(new Set(["info"]));
    // Where none of the addresses is served, no node port is reached.
    const elsewhere = listingOf(dual).replace("elements = { 192.168.0.11 }", "elements = { 192.168.0.12 }");
    expect(kindsOf(diffText(dual, elsewhere))).toContainEqual(["base-chain-changed", "error", "nodeport-ips"]);
  });
});

describe("what is told", () => {
  test("chains of iptables mode beside nftables mode, and that the node has no table", () => {
    const expected = compileCase("guestbook", 36);
    const iptables = `table ip nat {
\tchain KUBE-SERVICES {
\t\tip daddr 10.96.0.1 tcp dport 443 counter packets 0 bytes 0 jump KUBE-SVC-NPX46M4PTMTKRN6Y
\t}
\tchain KUBE-SVC-NPX46M4PTMTKRN6Y {
\t}
\tchain KUBE-MARK-MASQ {
\t}
}
`;
    const beside = diffText(expected, iptables + listingOf(expected));
    expect(beside.changes.map(({ kind, at, message }) => [kind, at?.line, message])).toEqual([
      ["leftover-chain", 2, expect.stringContaining("KUBE-SERVICES, KUBE-SVC-NPX46M4PTMTKRN6Y")],
    ]);
    expect([...nftPatch(beside.comparison!, expected, beside.actual)]).toEqual([]);
    expect(beside.changes[0]).toMatchObject({
      severity: "warning",
      message: expect.stringContaining("which no packet is seen to reach"),
    });
    const save =
      "# Generated by iptables-save v1.8.9 (nf_tables)\n*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\nCOMMIT\n";
    expect(diffText(expected, save + listingOf(expected)).changes.map(({ at, chain }) => [at?.line, chain])).toEqual([
      [4, "KUBE-SERVICES"],
    ]);
    expect(diffText(expected, save + iptables + listingOf(expected)).changes).toHaveLength(1);
    const savedOnly = diffText(expected, save);
    expect(savedOnly.comparison).toBeUndefined();
    expect(savedOnly.diagnostics).toMatchObject([
      { code: "capture-empty", message: expect.stringContaining("not known") },
    ]);
    expect(diffText(expected, iptables).changes.map(({ kind }) => kind)).toEqual([
      "base-chain-changed",
      "leftover-chain",
    ]);
  });

  test.each([
    ["-105", "info", ""],
    ["-90", "error", ""],
    ["-105", "error", "table inet theirs {\n}\n"],
  ])("that a chain hangs at priority %s, as %s, beside %j", (priority, severity, others) => {
    const expected = compileCase("guestbook", 36);
    const text = listingOf(expected).replace(/(chain filter-output-pre-dnat \{[^}]* priority )-110/, `$1${priority}`);
    expect(kindsOf(diffText(expected, others + text))).toEqual([
      ["base-chain-changed", severity, "filter-output-pre-dnat"],
    ]);
  });

  test("source ranges, timeouts, masks and verdicts that differ", () => {
    const ranges = compileCase("loadbalancer-source-ranges", 36);
    expect(kindsOf(diffText(ranges, listingOf(ranges).replace("198.51.100.0/24", "198.51.100.0/25")))).toEqual([
      ["source-range-changed", "error", "default/web"],
    ]);
    const affinity = compileCase("session-affinity", 36);
    expect(kindsOf(diffText(affinity, listingOf(affinity).replaceAll("timeout 1m", "timeout 2m")))).toEqual([
      ["affinity-changed", "error", "default/short"],
    ]);
    const plain = compileCase("guestbook", 36);
    expect(kindsOf(diffText(plain, listingOf(plain).replaceAll("0x00004000", "0x00008000")))).toContainEqual([
      "base-chain-changed",
      "error",
      "masquerading",
    ]);
    const jump = listingOf(plain).replace("\t\tjump services\n", "");
    expect(kindsOf(diffText(plain, jump)).map(([kind]) => kind)).toEqual(["jump-missing"]);
  });

  test.each([
    { node: 31, wanted: 36, words: "1.31 to 1.33.5, not 1.36 to 1.37" },
    { node: 36, wanted: 31, words: "1.36 to 1.37, not 1.31 to 1.33.5" },
    { node: 36, wanted: 37, words: "1.36, not 1.37", name: "clusterip-one-endpoint" },
    { node: 37, wanted: 36, words: "1.37, not 1.36", name: "clusterip-one-endpoint" },
    { node: 32, wanted: 34, words: "1.31 to 1.33.5, not 1.33.6 to 1.35" },
  ])(
    "that a node's rules are of 1.$node and not of 1.$wanted",
    ({ node, wanted, words, name = "session-affinity" }) => {
      const { changes, assumptions } = diffText(compileCase(name, wanted), listingOf(compileCase(name, node)));
      expect(changes.length).toBeGreaterThan(0);
      expect(assumptions).toEqual([expect.stringContaining(words)]);
    },
  );

  test("which of two services that share an address the node serves is chance", () => {
    const service = (name: string, nodePort: number) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "default" },
      spec: {
        type: "LoadBalancer",
        clusterIP: `10.96.0.${nodePort - 30000}`,
        clusterIPs: [`10.96.0.${nodePort - 30000}`],
        externalIPs: ["203.0.113.7"],
        ports: [{ port: 80, targetPort: 8080, nodePort, protocol: "TCP" }],
      },
    });
    const slice = (name: string, address: string) => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    });
    const items = [service("a", 30010), service("b", 30011), slice("a", "10.1.0.1"), slice("b", "10.1.0.2")];
    const { cluster, diagnostics } = loadCluster([
      sourceFromText("all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items })),
    ]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { situation } = settleSituation(cluster, { mode: "nftables", kubeVersion: "1.36" });
    const expected = compileNftables(backendInput(cluster, situation!));
    const chains = [...expected.chains].map(({ name }) => name).filter((name) => name.startsWith("external-"));
    const [a, b] = ["a", "b"].map((name) => chains.find((chain) => chain.includes(`default/${name}/`))!);
    const wanted = `203.0.113.7 . tcp . 80 : goto ${b}`;
    expect(listingOf(expected)).toContain(wanted);
    const diff = diffText(expected, listingOf(expected).replace(wanted, `203.0.113.7 . tcp . 80 : goto ${a}`));
    expect(diff.changes.map(({ severity, message }) => [severity, message])).toEqual([
      ["info", expect.stringContaining("claimed by several services")],
    ]);
  });
});

describe("captures that cannot be compared", () => {
  const expected = compileCase("guestbook", 36);

  test("without elements, of the other family, or of nothing", () => {
    const terse = listingOf(expected).replaceAll(/\n\t\telements = \{[^}]*\}/g, "");
    const codes = (text: string) => diffText(expected, text).diagnostics.map(({ code }) => code);
    expect(codes(terse)).toEqual(["capture-terse"]);
    expect(codes(listingOf(expected).replace("table ip ", "table ip6 "))).toEqual(["capture-other-family"]);
    expect(codes("")).toEqual(["capture-empty"]);
  });
});

describe("a capture that breaks off", () => {
  const names = ["session-affinity", "loadbalancer-local"];
  test.each(names.flatMap((name) => [31, 36].map((minor) => ({ name, minor }))))(
    "is said to, and nothing that stood behind the break is told of ($name, 1.$minor)",
    ({ name, minor }) => {
      const expected = compileCase(name, minor);
      const lines = listingOf(expected).split("\n");
      for (let end = 1; end < lines.length; end += 3) {
        const diff = diffText(expected, lines.slice(0, end).join("\n"));
        expect(diff.diagnostics.map(({ code }) => code)).toContain("capture-incomplete");
        expect(diff.changes.filter(({ severity }) => severity !== "info")).toEqual([]);
      }
    },
  );

  test("holds for JSON too", () => {
    const recorded = recordedNodes("nftables").find(({ name }) => name === "json-2001")!;
    const { cluster, situation } = recordedNodeSituation(recorded);
    const expected = compileNftables(backendInput(cluster, situation));
    const source = nodeCaptures(recorded)[0]!;
    const text = new TextDecoder().decode(source.read(0, source.size));
    for (let end = 200; end < text.length - 3; end += 501) {
      const diff = diffNftables(expected, [parseNftJSON(sourceFromText("node.json", text.slice(0, end)))]);
      expect(diff.diagnostics.map(({ code }) => code)).toContain("capture-incomplete");
      expect(diff.changes.filter(({ severity }) => severity !== "info")).toEqual([]);
    }
  });
});
