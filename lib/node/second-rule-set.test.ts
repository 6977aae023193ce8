/** Nodes that hold rules of kube-proxy twice: of two modes, of two variants of iptables, in captures that disagree. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../config/proxy-config.js";
import { sourceFromText } from "../source/source.js";
import { compiledStates } from "../testing/mutations/node-states.js";
import type { CaptureTexts } from "../testing/mutations/mutate-capture.js";
import { diffNode } from "./diff-node.js";

const MODES = ["iptables", "ipvs", "nftables"] as const;

const stateOf = (mode: ProxyMode) => compiledStates(mode)[0]!;
const textOf = (mode: ProxyMode) => `${Object.values(stateOf(mode).texts).join("\n")}\n`;

async function compare(mode: ProxyMode, extra: CaptureTexts, filter = {}) {
  const { cluster, wishes, texts } = stateOf(mode);
  const sources = Object.entries({ ...texts, ...extra }).map(([name, text]) => sourceFromText(name, text));
  const { report, diagnostics } = await diffNode(cluster, { ...wishes, mode }, sources, filter);
  return { report, codes: diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code) };
}

const leftovers = (changes: readonly { kind: string; severity: string }[] = []) =>
  changes.filter(({ kind, severity }) => kind === "leftover-chain" && severity === "error");

describe("the table of nftables mode beside another mode", () => {
  test.each(["iptables", "ipvs"] as const)("is an error in mode %s, for selected services too", async (mode) => {
    const nft = textOf("nftables");
    for (const filter of [{}, { service: "guestbook/frontend" }]) {
      const { report } = await compare(mode, { "nft.txt": nft }, filter);
      expect([report?.identical, leftovers(report?.changes).length]).toEqual([false, 1]);
    }
    const inOneFile = await compare(mode, { [Object.keys(stateOf(mode).texts)[0]!]: textOf(mode) + nft });
    expect(leftovers(inOneFile.report?.changes)).toHaveLength(1);
  });

  test.each(["iptables", "ipvs"] as const)("is none in mode %s where no packet meets it", async (mode) => {
    const dormant = textOf("nftables").replace("{\n", "{\n\tflags dormant\n");
    const empty = "table ip kube-proxy {\n\tchain services {\n\t}\n}\n";
    for (const text of [dormant, empty, "table inet filter {\n}\n"]) {
      const { report } = await compare(mode, { "nft.txt": text });
      expect([report?.identical, report?.changes]).toEqual([true, []]);
    }
  });
});

describe("rules of iptables mode beside the nftables table", () => {
  test("are an error in each table that packets enter them by, and none where none does", async () => {
    const save = textOf("iptables");
    const { report } = await compare("nftables", { "iptables-save.txt": save });
    expect(leftovers(report?.changes).length).toBeGreaterThan(0);
    const unreached = save.replace(/^-A (PREROUTING|INPUT|FORWARD|OUTPUT) .*\n/gm, "");
    const { report: quiet } = await compare("nftables", { "iptables-save.txt": unreached });
    expect([quiet?.identical, quiet?.changes]).toEqual([true, []]);
  });

  const nft = textOf("nftables");
  const foreign = "table ip other {\n\tchain one {\n";
  test.each([
    ["in front of the listing", (save: string) => save + nft],
    ["behind the listing", (save: string) => nft + save],
    ["behind another table", (save: string) => `${nft}table ip other {\n}\n${save}`],
    ["behind a table that is not closed", (save: string) => nft + foreign + save],
    ["with line ends of another system", (save: string) => nft + save.replaceAll("\n", "\r\n")],
  ])("are told where they stand %s", async (where, join) => {
    const name = Object.keys(stateOf("nftables").texts)[0]!;
    const { report } = await compare("nftables", { [name]: join(textOf("iptables")) });
    expect(report?.identical).not.toBe(true);
    if (!where.includes("not closed")) expect(leftovers(report?.changes).length).toBeGreaterThan(0);
    const told = expect.stringMatching(/still holds (rules|chains) of kube-proxy's iptables mode/);
    expect(report?.changes.map(({ message }) => message)).toContainEqual(told);
  });
});

describe("tables that iptables-nft made, in what nft lists", () => {
  const listing = (entry: string, rule: string) => `table ip nat {
	chain KUBE-SERVICES {
		${rule}
	}

	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		${entry}
	}
}
`;
  const entry = 'counter packets 7 bytes 420 comment "kubernetes service portals" jump KUBE-SERVICES';
  const rule = "ip daddr 10.96.0.10 udp dport 53 counter packets 0 bytes 0 jump KUBE-SVC-TCOU7JCQXEZGVUNU";
  const object = (kind: string, fields: object) => ({ [kind]: { family: "ip", table: "nat", ...fields } });
  const json = (target: string) =>
    JSON.stringify({
      nftables: [
        { table: { family: "ip", name: "nat" } },
        object("chain", { name: "KUBE-SERVICES" }),
        object("chain", { name: "PREROUTING" }),
        object("rule", { chain: "KUBE-SERVICES", expr: [{ counter: {} }, { jump: { target: "KUBE-SERVICES" } }] }),
        object("rule", { chain: "PREROUTING", expr: [{ counter: {} }, { jump: { target } }] }),
      ],
    });

  test.each([
    ["led to by a rule", listing(entry, rule), "error"],
    ["led to by a rule, in JSON", json("KUBE-SERVICES"), "error"],
    ["led to, and empty", listing(entry, ""), "warning"],
    ["not led to", listing("counter jump DOCKER", rule), "warning"],
    ["not led to, in JSON", json("DOCKER"), "warning"],
  ])("are told as what they do: %s", async (_what, text, severity) => {
    const { report } = await compare("nftables", { "other-tables.txt": text });
    expect(report?.changes.map((change) => [change.kind, change.severity])).toEqual([["leftover-chain", severity]]);
  });
});

describe("iptables tables of a node in IPVS mode", () => {
  const [name, save] = Object.entries(stateOf("ipvs").texts).find(([, text]) => text.includes("*nat"))!;

  test("that were captured twice and differently are refused, in whichever order", async () => {
    const drifted = save.replace(/^-A PREROUTING .*\n/m, "");
    for (const extra of [{ "second.txt": drifted }, { [name]: drifted, "second.txt": save }]) {
      const { report, codes } = await compare("ipvs", extra);
      expect([report?.identical, codes.includes("captures-disagree")]).toEqual([false, true]);
      expect(report?.coverage.notGiven).toContain("iptables rules (iptables-save): two listings that are not the same");
    }
    const { report, codes } = await compare("ipvs", { "second.txt": save });
    expect([report?.identical, codes]).toEqual([true, []]);
  });

  test("are no second capture of each other where they are of two families, or not kube-proxy's", async () => {
    const host = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p ipv6-icmp -j ACCEPT\nCOMMIT\n";
    const mangle = (rules: string) => `*mangle\n:INPUT ACCEPT [0:0]\n${rules}COMMIT\n`;
    const { report, codes } = await compare("ipvs", {
      [name]: mangle("") + save,
      "host.txt": host + mangle("-A INPUT -j ACCEPT\n"),
    });
    expect([report?.identical, codes]).toEqual([true, []]);
  });

  test("of iptables-legacy beside those of iptables-nft are an error", async () => {
    const headed = (variant: string) =>
      `# Generated by iptables-save v1.8.9 (${variant}) on Fri Nov 20 22:30:21 2026\n${save}`;
    const { report } = await compare("ipvs", { [name]: headed("nf_tables"), "second.txt": headed("legacy") });
    expect(leftovers(report?.changes).length).toBeGreaterThan(0);
  });
});

test.each(MODES)("a node of mode %s alone has no second rule set", async (mode) => {
  const { report } = await compare(mode, {});
  expect(report?.identical).toBe(true);
});
