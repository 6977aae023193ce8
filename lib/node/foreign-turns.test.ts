/** What rules of other programs did to connections, in two captures of a node. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { recordedStates } from "../testing/mutations/node-states.js";
import { diffCaptures } from "./diff-captures.js";

const [{ texts }] = recordedStates("iptables") as [ReturnType<typeof recordedStates>[number]];
const [[file, save]] = Object.entries(texts) as [[string, string]];

async function turns(before: string, after: string) {
  const { report } = await diffCaptures([sourceFromText(file, before)], [sourceFromText(file, after)]);
  const { identical, changes, coverage } = report!;
  return { identical, told: changes.map(({ message }) => message), notGiven: coverage.notGiven, changes };
}

/** The save with rules at the end of a table. */
function withRules(text: string, table: string, ...rules: readonly string[]): string {
  if (!text.includes(`*${table}\n`))
    return `*${table}\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join("")}COMMIT\n${text}`;
  const end = text.indexOf("COMMIT", text.indexOf(`*${table}\n`));
  return `${text.slice(0, end)}${rules.map((rule) => `${rule}\n`).join("")}${text.slice(end)}`;
}

const dropping = save.replace(/(\*filter\n[^*]*:FORWARD )ACCEPT/, "$1DROP");
const accepting = withRules(dropping, "filter", "-A FORWARD -d 10.244.0.0/16 -j ACCEPT");
const blocking = withRules(save, "raw", "-A PREROUTING -d 10.96.7.12/32 -j DROP");
const inFront = save.replace(/^-A PREROUTING .*KUBE-SERVICES$/m, "-A PREROUTING -d 10.96.7.12/32 -j ACCEPT\n$&");

describe("rules of other programs in mode iptables", () => {
  test.each([
    ["a policy", dropping, /the policy of FORWARD in table filter, .* refuses connections/],
    [
      "a rule of table raw",
      blocking,
      /a rule of PREROUTING in table raw drops connections to 10\.96\.7\.12:5432 of prod\/db/,
    ],
    ["a rule in front of kube-proxy's", inFront, /a rule in front of the jump .* takes connections to 10\.96\.7\.12/],
  ])("%s that comes and goes", async (_, capture, words) => {
    const came = await turns(save, capture);
    expect(came).toMatchObject({ identical: false, told: [expect.stringMatching(words)] });
    expect(came.told[0]).toMatch(/^this is new: /);
    expect(came.changes[0]).toMatchObject({ expected: [], actual: [expect.any(String)] });
    const went = await turns(capture, save);
    expect(went).toMatchObject({ identical: false, told: [came.told[0]!.replace("is new", "is gone")] });
    expect(went.changes[0]).toMatchObject({ expected: came.changes[0]!.actual, actual: [] });
    expect(await turns(capture, capture)).toMatchObject({ identical: true, told: [] });
  });

  test("a policy that refuses all since the rule that accepted is gone", async () => {
    expect((await turns(accepting, dropping)).told).toEqual([
      expect.stringMatching(/^this is new: the policy of FORWARD/),
    ]);
    expect((await turns(dropping, accepting)).told).toEqual([expect.stringMatching(/^this is gone: the policy/)]);
  });

  test("a policy that refuses more than before", async () => {
    const some = withRules(dropping, "filter", "-A FORWARD -d 10.244.2.0/24 -j ACCEPT");
    const { told, changes } = await turns(some, dropping);
    expect(told).toEqual([expect.stringMatching(/^this changed: the policy of FORWARD/)]);
    expect(changes[0]).toMatchObject({ expected: ["-P FORWARD DROP"], actual: ["-P FORWARD DROP"] });
  });

  test("are no news where an endpoint is", async () => {
    const moved = (text: string) => text.replaceAll("10.244.2.60", "10.244.9.60");
    const { told } = await turns(dropping, moved(dropping));
    expect(told).toEqual((await turns(save, moved(save))).told);
  });

  test("of a table that one capture lacks are told as not given", async () => {
    const tables = (text: string, ...names: readonly string[]) =>
      names.map((name) => /\*[^]*?COMMIT\n/.exec(text.slice(text.indexOf(`*${name}\n`)))![0]).join("");
    const nat = tables(save, "nat");
    expect(await turns(nat, dropping)).toMatchObject({ identical: false, told: [] });
    expect(await turns(dropping, nat)).toMatchObject({ identical: false, told: [] });
    const commands = (text: string) =>
      text
        .replace(/^:(\S+) ([A-Z]+) .*/gm, "-P $1 $2")
        .replace(/^:(\S+) - .*/gm, "-N $1")
        .replace(/^\*(\S+)/gm, "# iptables -t $1 -S")
        .replace(/^COMMIT\n/gm, "");
    const listed = commands(tables(save, "nat", "filter"));
    expect(await turns(listed, blocking)).toMatchObject({ told: [], notGiven: ["before: table raw"] });
    expect(await turns(blocking, listed)).toMatchObject({ told: [], notGiven: ["after: table raw"] });
    expect(await turns(listed, dropping)).toMatchObject({ told: [expect.stringMatching(/^this is new: the policy/)] });
    expect(await turns(commands(tables(dropping, "nat", "filter")), dropping)).toMatchObject({ told: [] });
  });
});

describe("rules of other programs in mode nftables", () => {
  const [state] = recordedStates("nftables") as [ReturnType<typeof recordedStates>[number]];
  const [[name, listing]] = Object.entries(state.texts) as [[string, string]];
  const endpoint = /: (10\.244(?:\.\d+){2}) \. \d+/.exec(listing)?.[1] ?? /10\.244(?:\.\d+){2}/.exec(listing)![0];
  const table = (policy: string, ...rules: readonly string[]) =>
    `table inet wall {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy ${policy};\n${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}\n}\n`;
  const nftTurns = async (before: readonly string[], after: readonly string[]) => {
    const sources = (given: readonly string[]) => given.map((text, i) => sourceFromText(`${i}-${name}`, text));
    const { report } = await diffCaptures(sources(before), sources(after), { ipFamily: "ipv4" });
    return report!.changes.map(({ message }) => message);
  };

  test.each([
    ["a policy", table("drop"), table("accept")],
    ["a policy without a rule that accepts", table("drop"), table("drop", `ip daddr 0.0.0.0/0 accept`)],
    ["a rule", table("accept", `ip daddr ${endpoint} drop`), table("accept")],
  ])("%s that comes and goes", async (_, refuses, lets) => {
    expect(await nftTurns([listing + lets], [listing + refuses])).toEqual([expect.stringMatching(/^this is new: /)]);
    expect(await nftTurns([listing + refuses], [listing + lets])).toEqual([expect.stringMatching(/^this is gone: /)]);
    expect(await nftTurns([listing + refuses], [listing + refuses])).toEqual([]);
  });

  test("chains of mode iptables that come and go", async () => {
    const old =
      "table ip nat {\n\tchain KUBE-SERVICES {\n\t\tcounter return\n\t}\n\tchain PREROUTING {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tjump KUBE-SERVICES\n\t}\n}\n";
    expect(await nftTurns([listing], [listing + old])).toEqual(["a chain in KUBE-SERVICES is new"]);
    expect(await nftTurns([listing + old], [listing])).toEqual(["a chain in KUBE-SERVICES is gone"]);
    expect(await nftTurns([listing + old], [listing + old])).toEqual([]);
  });

  test("of iptables beside the listings", async () => {
    const filter = (policy: string) =>
      `# Generated by iptables-save v1.8.9\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`;
    const [drop, accept] = [filter("DROP"), filter("ACCEPT")];
    expect(await nftTurns([listing, accept], [listing, drop])).toEqual([
      expect.stringMatching(/^this is new: the policy/),
    ]);
    expect(await nftTurns([listing, drop], [listing, accept])).toEqual([
      expect.stringMatching(/^this is gone: the policy/),
    ]);
    expect(await nftTurns([listing, drop], [listing, drop])).toEqual([]);
    expect(await nftTurns([listing], [listing, drop])).toEqual([]);
  });
});
