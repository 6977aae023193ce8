import { describe, expect, test } from "@jest/globals";
import { nodeCaptures, recordedNodes } from "../testing/recorded-nodes.js";
import { sourceFromText, type Source } from "../source/source.js";
import { diffCaptures } from "./diff-captures.js";

const MODES = ["iptables", "ipvs", "nftables"] as const;
const CLEAN = { iptables: "clean-1000", ipvs: "ipvs-clean-3000", nftables: "clean-2000" } as const;

const capturesOf = (mode: (typeof MODES)[number], name: string = CLEAN[mode]): Source[] =>
  nodeCaptures(recordedNodes(mode).find((recorded) => recorded.name === name)!);

const textOf = (source: Source | undefined) => new TextDecoder().decode(source!.read(0, source!.size));
const compare = (mode: (typeof MODES)[number], before: readonly Source[], after: readonly Source[]) =>
  diffCaptures(before, after, { mode });
const messages = async (before: readonly Source[], after: readonly Source[]) =>
  (await compare("ipvs", before, after)).report?.changes.map(({ message }) => message);

describe("two captures of one node", () => {
  test.each(MODES)("that are the same are identical, and its services counted, in mode %s", async (mode) => {
    const { report, diagnostics } = await compare(mode, capturesOf(mode), capturesOf(mode));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report).toMatchObject({ identical: true, between: "captures", changes: [], summary: { services: 5 } });
  });

  test("in mode ipvs are told as new, gone and changed", async () => {
    const after = capturesOf("ipvs", "ipvs-service-missing-3004");
    expect(await messages(capturesOf("ipvs"), after)).toEqual(
      expect.arrayContaining([
        "frontend 10.96.7.12:5432 is gone",
        "endpoint 10.244.1.3:8080 is gone",
        "entries in KUBE-CLUSTER-IP are gone",
        "entries in kube-ipvs0 are gone",
      ]),
    );
    expect(await messages(after, capturesOf("ipvs"))).toContain("frontend 10.96.7.12:5432 is new");
    const weight = await messages(capturesOf("ipvs"), capturesOf("ipvs", "ipvs-weight-zero-3007"));
    expect(weight).toContain("the weight at 10.244.2.30:8443 changed");
    const scheduler = await messages(capturesOf("ipvs"), capturesOf("ipvs", "ipvs-scheduler-3008"));
    expect(scheduler?.some((message) => /^the scheduler at .* changed$/.test(message))).toBe(true);
  });

  test("in mode ipvs differ when a rule is gone, and say what was not given", async () => {
    const after = capturesOf("ipvs").map((source) =>
      sourceFromText(source.name, textOf(source).replace(/^-A KUBE-SERVICES .*\n/m, "")),
    );
    const { report } = await compare("ipvs", capturesOf("ipvs"), after);
    expect(report?.changes).toMatchObject([{ kind: "base-chain-changed", chain: "KUBE-SERVICES of table nat" }]);
    const listed = capturesOf("ipvs").filter(({ name }) => name.startsWith("ipvsadm"));
    const { report: partly } = await compare("ipvs", listed, listed);
    expect(partly).toMatchObject({ identical: true, changes: [] });
    expect(partly?.coverage.notGiven).toContain("before: ip sets (ipset save)");
  });

  test("of both IP families are compared in both", async () => {
    const six = (text: string) => sourceFromText("six.txt", text);
    const before = six("-A -t 10.0.0.1:80 -s rr\n-A -t [fd00::1]:80 -s rr\n");
    expect(await messages([before], [six("-A -t 10.0.0.1:80 -s rr\n-A -t [fd00::2]:80 -s rr\n")])).toEqual([
      "frontend [fd00::1]:80 is gone",
      "frontend [fd00::2]:80 is new",
    ]);
  });
});

describe("two captures that lack what decides", () => {
  const filterOnly = () =>
    capturesOf("iptables").map((source) =>
      sourceFromText("filter.txt", textOf(source).replace(/^\*nat[^]*?^COMMIT\n/m, "")),
    );
  const setsOnly = () => capturesOf("ipvs").filter(({ name }) => name.startsWith("ipset"));
  const cut = () => capturesOf("nftables").map((source) => sourceFromText("cut.txt", textOf(source).slice(0, 5000)));
  const nothing = () => [sourceFromText("empty.txt", "\n")];

  test.each([
    ["table nat", "iptables", filterOnly],
    ["virtual servers", "ipvs", setsOnly],
    ["the end of both listings", "nftables", cut],
    ["everything", "iptables", nothing],
    ["everything", "ipvs", nothing],
    ["everything", "nftables", nothing],
  ] as const)("%s are not compared, in mode %s", async (_, mode, captures) => {
    for (const [before, after] of [
      [captures(), captures()],
      [capturesOf(mode), captures()],
      [captures(), capturesOf(mode)],
    ] as const) {
      const { report, diagnostics } = await compare(mode, before, after);
      expect(diagnostics.map(({ severity }) => severity)).toContain("error");
      expect(report?.identical ?? false).toBe(false);
      expect(report?.changes.filter(({ severity }) => severity === "error") ?? []).toEqual([]);
    }
  });
});
