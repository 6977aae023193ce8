import { describe, expect, test } from "@jest/globals";
import { trace } from "../../api/trace.js";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";

const [{ cluster, wishes, texts }] = recordedStates("iptables") as [ReturnType<typeof recordedStates>[number]];
const [[file, save]] = Object.entries(texts) as [[string, string]];

async function answerOf(text: string) {
  const { report, diagnostics } = await diffNode(cluster, wishes, [sourceFromText(file, text)]);
  const told = diagnostics.filter(({ code }) => code === "capture-by-older-tool");
  return { report, told };
}

/** iptables 1.8.7 shows no ports of rules that 1.8.8 wrote; those of before version 1.6.2 do not know DNAT's revision 2. */
const LISTED = {
  "ports of nf_tables": save.replace(/ -m (?:tcp|udp|sctp) --dport \d+/g, ""),
  "ports of a service whose name has one": save
    .replace(/ -m (?:tcp|udp|sctp) --dport \d+/g, "")
    .replaceAll("cluster IP", "exporter cluster IP"),
  "ports and modules": save.replace(/ -m (?:tcp|udp|sctp)(?: --dport \d+)?/g, ""),
  "addresses of DNAT": save.replace(/-j DNAT --to-destination \S+.*/g, "-j DNAT [unsupported revision]"),
};

describe("a listing by an iptables that is older than the one that wrote the rules", () => {
  test.each(Object.entries(LISTED))("is refused: it lacks %s", async (_, text) => {
    const { report, told } = await answerOf(text);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ severity: "error" });
    expect(told[0]!.notes![0]).toMatch(/^the rule that tells it: -A KUBE-/);
    expect(report!.changes).toEqual([]);
    expect(report).toMatchObject({ identical: false, coverage: { compared: 0 } });
  });
});

describe("differences are told where", () => {
  const ports = / -m (?:tcp|udp|sctp) --dport \d+(?=.* -j KUBE-(?:SVC|EXT|FW)-)/;
  test.each([
    ["nothing is left out", save],
    ["one rule has lost its port", save.replace(ports, "")],
  ])("%s", async (_, text) => {
    const { report, told } = await answerOf(text);
    expect(told).toEqual([]);
    expect(report!.coverage.compared).toBeGreaterThan(0);
  });
});

test("a packet traced through such a listing has a warning with its answer", async () => {
  const toldOf = async (text: string) => {
    const captures = [sourceFromText(file, text)];
    const { diagnostics } = await trace([], { captures, from: "10.244.1.9", to: "10.96.0.1:443", ...wishes });
    return diagnostics.filter(({ code }) => code === "capture-by-older-tool").map(({ severity }) => severity);
  };
  expect(await toldOf(LISTED["ports of nf_tables"])).toEqual(["warning"]);
  expect(await toldOf(save)).toEqual([]);
});
