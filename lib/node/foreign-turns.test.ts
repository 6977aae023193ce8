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

  test("endpoints of a large cluster, whose chains have no comments, are told by their services' names", async () => {
    const large = save.replace(/^(-A KUBE-(?:SEP|SVC)-.*?) -m comment --comment (?:"[^"]*"|\S+)/gm, "$1");
    expect(large).not.toBe(save);
    const block = (text: string) => withRules(text, "mangle", "-A FORWARD -d 10.244.2.60/32 -j DROP");
    const [named] = (await turns(save, block(save))).changes;
    expect(named!.message).toContain("endpoints of prod/db (10.244.2.60:5432)");
    const { changes } = await turns(large, block(large));
    expect(changes.map(({ message, service }) => [message, service])).toEqual([[named!.message, "prod/db"]]);
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
    const plugin = withRules(dropping, "nat", "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE");
    expect(await turns(commands(tables(plugin, "nat", "filter")), plugin)).toMatchObject({ told: [], notGiven: [] });
  });

  test("a policy of a capture that went through grep is not held against one that did not", async () => {
    const left = dropping.replace(/^#.*\n/gm, "");
    const lack = "rules of others in table filter (iptables-save, without grep)";
    expect(await turns(left, `# Generated by iptables-save v1.8.9\n${dropping}`)).toMatchObject({
      told: [],
      notGiven: [`before: ${lack}`],
    });
    expect(await turns(`# Generated by iptables-save v1.8.9\n${dropping}`, left)).toMatchObject({
      told: [],
      notGiven: [lack],
    });
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

describe("rules of other programs in mode ipvs", () => {
  const [state] = recordedStates("ipvs") as [ReturnType<typeof recordedStates>[number]];
  const plugin = "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE\nCOMMIT";
  const rules = state.texts["iptables-save.txt"]!.replace(/(?<=^\*nat\n[^*]*)COMMIT/m, plugin);
  const saved = (text: string) => ({ ...state.texts, "iptables-save.txt": text });

  async function ipvsTurns(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
    const sources = (texts: Readonly<Record<string, string>>) =>
      Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
    const { report } = await diffCaptures(sources(before), sources(after), { mode: "ipvs", ipFamily: "ipv4" });
    const { identical, changes, coverage } = report!;
    return { identical, told: changes.map(({ message }) => message), notGiven: coverage.notGiven, changes };
  }

  const policy = rules.replace(/(\*filter\n:INPUT )ACCEPT/, "$1DROP");
  const inFrontOf = (jump: string, ...lines: readonly string[]) => {
    const [table, chain] = jump.split(" ");
    const start = rules.indexOf(`*${table}\n`);
    const at = rules.indexOf(`-A ${chain} `, start);
    return `${rules.slice(0, at)}${lines.map((line) => `-A ${chain} ${line}\n`).join("")}${rules.slice(at)}`;
  };
  const table = (name: string, line: string) =>
    `${rules}*${name}\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${line}\nCOMMIT\n`;

  test.each([
    [
      "table raw",
      table("raw", "-A PREROUTING -d 10.96.7.12/32 -j DROP"),
      /^a rule of PREROUTING in table raw drops connections to 10\.96\.7\.12:5432, before/,
    ],
    [
      "a wide rule",
      table("raw", "-A PREROUTING -d 10.96.0.0/16 -j DROP"),
      /^a rule of PREROUTING in table raw drops connections to 6 frontends: 10\.96\.7\.10:80, .* and 1 more, before/,
    ],
    [
      "hook input",
      table("mangle", "-A INPUT -d 10.96.7.12/32 -j DROP"),
      /^a rule of INPUT in table mangle refuses connections to 10\.96\.7\.12:5432, before IPVS/,
    ],
    [
      "a node port",
      table("security", "-A INPUT -p tcp -m tcp --dport 30310 -j DROP"),
      /^a rule of INPUT in table security refuses connections to \*:30310, before IPVS/,
    ],
    [
      "a health check",
      table("mangle", "-A INPUT -p tcp -m tcp --dport 31313 -j DROP"),
      /^load balancers take the node out: a rule of INPUT in table mangle refuses connections to health-check port 31313, before/,
    ],
    [
      "an endpoint",
      table("mangle", "-A POSTROUTING -d 10.244.1.60/32 -j DROP"),
      /^a rule of POSTROUTING in table mangle refuses connections to endpoints of 10\.96\.7\.12:5432 \(10\.244\.1\.60:5432\), behind/,
    ],
    [
      "table nat",
      inFrontOf("nat PREROUTING", "-d 10.96.7.12/32 -j ACCEPT"),
      /^a rule in front of the jump from PREROUTING to KUBE-SERVICES takes connections to 10\.96\.7\.12:5432$/,
    ],
    [
      "every packet",
      inFrontOf("nat PREROUTING", "-j ACCEPT"),
      /^a rule of PREROUTING in table nat decides about every packet in front of the jump to KUBE-SERVICES/,
    ],
    [
      "what is masqueraded",
      inFrontOf("nat POSTROUTING", "-s 10.0.0.0/8 -j ACCEPT", "-m mark --mark 0x4000/0x4000 -j ACCEPT"),
      /^a rule in front of the jump from POSTROUTING to KUBE-POSTROUTING keeps packets/,
    ],
  ])("%s: what comes is new, what goes is gone", async (_, text, words) => {
    const came = await ipvsTurns(state.texts, saved(text));
    expect(came).toMatchObject({ identical: false, told: [expect.stringMatching(/^this is new: /)] });
    expect(came.told[0]!.replace("this is new: ", "")).toMatch(words);
    expect(came.changes[0]).toMatchObject({ expected: [], actual: [expect.any(String)] });
    expect(came.changes[0]).not.toHaveProperty("service");
    const went = await ipvsTurns(saved(text), state.texts);
    expect(went.told).toEqual([came.told[0]!.replace("is new", "is gone")]);
    expect(await ipvsTurns(saved(text), saved(text))).toMatchObject({ identical: true, told: [] });
  });

  test("a policy is told where no rule accepts, and with what it refuses since", async () => {
    const came = await ipvsTurns(state.texts, saved(policy));
    expect(came.told).toEqual([
      expect.stringMatching(
        /^this is new: the policy of INPUT in table filter, .* refuses connections to \d+ frontends: /,
      ),
    ]);
    const accepting = policy.replace("-A INPUT", "-A INPUT -d 10.96.7.12/32 -j ACCEPT\n-A INPUT");
    const { told, changes } = await ipvsTurns(saved(accepting), saved(policy));
    expect(told).toEqual([expect.stringMatching(/^this changed: the policy of INPUT/)]);
    expect(changes[0]).toMatchObject({ expected: ["-P INPUT DROP"], actual: ["-P INPUT DROP"] });
  });

  test("rules that do nothing to services, and endpoints that are others, are no news of rules", async () => {
    const blocking = table("raw", "-A PREROUTING -d 192.0.2.1/32 -j DROP");
    expect(await ipvsTurns(state.texts, saved(blocking))).toMatchObject({ identical: true, told: [] });
    const walled = saved(table("mangle", "-A POSTROUTING -d 10.244.0.0/16 -j DROP"));
    const moved = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, text.replaceAll("10.244.1.60", "10.244.1.61")]),
      );
    expect((await ipvsTurns(walled, moved(walled))).told).toEqual(
      (await ipvsTurns(state.texts, moved(state.texts))).told,
    );
  });

  test("what one capture does not show is neither new nor gone", async () => {
    const blocking = saved(table("raw", "-A PREROUTING -d 10.96.7.12/32 -j DROP"));
    const { "iptables-save.txt": _, ...without } = state.texts;
    const lacks = await ipvsTurns(without, blocking);
    expect(lacks).toMatchObject({ told: [], notGiven: [expect.stringMatching(/^before: iptables rules/)] });
    expect((await ipvsTurns(blocking, without)).told).toEqual([]);
    const nat = /\*nat\n[^]*?COMMIT\n/.exec(rules)![0];
    const natAlone = await ipvsTurns(saved(nat), blocking);
    expect(natAlone).toMatchObject({ told: [], notGiven: ["before: table raw", "before: table filter"] });
    // Without -v a listing does not show for which interface a rule is.
    const listed =
      "Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\nACCEPT     all  --  0.0.0.0/0            0.0.0.0/0\n";
    const mangle = saved(`${rules}# iptables -t mangle -nL\n${listed}`);
    const refusing = saved(table("mangle", "-A INPUT -d 10.96.7.12/32 -j DROP"));
    expect((await ipvsTurns(mangle, refusing)).told.filter((text) => text.includes("mangle"))).toEqual([]);
  });

  test("tables of nftables beside", async () => {
    const wall = (rule: string) => ({
      ...state.texts,
      "nft.txt": `table inet wall {\n\tchain pre {\n\t\ttype filter hook prerouting priority -150; policy accept;\n${rule}\t}\n\tchain out {\n\t\ttype filter hook output priority 0; policy accept;\n\t}\n}\n`,
    });
    const [open, shut] = [wall(""), wall("\t\tip daddr 10.96.7.12 drop\n")];
    const words = "a rule of table inet wall takes connections to 10.96.7.12:5432, before IPVS sees them";
    expect((await ipvsTurns(open, shut)).told).toEqual([`this is new: ${words}`]);
    expect((await ipvsTurns(shut, open)).told).toEqual([`this is gone: ${words}`]);
    expect(await ipvsTurns(shut, shut)).toMatchObject({ identical: true, told: [] });
    const notGiven = ["before: tables of nftables (nft list ruleset)"];
    expect(await ipvsTurns(state.texts, shut)).toMatchObject({ told: [], notGiven });
    expect(await ipvsTurns(state.texts, open)).toMatchObject({ told: [], notGiven: [] });
    const empty = { ...state.texts, "nft.txt": "table inet wall {\n}\n" };
    expect((await ipvsTurns(empty, shut)).told).toEqual([`this is new: ${words}`]);
    const ofKubeProxy = {
      ...state.texts,
      "nft.txt": open["nft.txt"].replace("inet wall", "ip kube-proxy").replace("chain pre", "chain nat-prerouting"),
    };
    const subject = "a chain in nat-prerouting of table ip kube-proxy";
    expect((await ipvsTurns(empty, ofKubeProxy)).told).toEqual([`${subject} is new`]);
    expect((await ipvsTurns(ofKubeProxy, empty)).told).toEqual([`${subject} is gone`]);
    expect((await ipvsTurns(ofKubeProxy, ofKubeProxy)).told).toEqual([]);
  });

  test("kube-proxy's own rules in tables that one capture lacks, or breaks off in, are neither new nor gone", async () => {
    const nat = saved(/\*nat\n[^]*?COMMIT\n/.exec(rules)![0]);
    expect(await ipvsTurns(nat, state.texts)).toMatchObject({ told: [], notGiven: ["before: table filter"] });
    expect(await ipvsTurns(state.texts, nat)).toMatchObject({ told: [], notGiven: ["after: table filter"] });
    const broken = saved(rules.slice(0, rules.indexOf("-A KUBE-SERVICES", rules.indexOf("*nat\n"))));
    expect((await ipvsTurns(state.texts, broken)).told).toEqual([]);
    expect((await ipvsTurns(broken, state.texts)).told).toEqual([]);
    const lacking = rules.replace(/^-A KUBE-SERVICES .*\n/m, "");
    expect((await ipvsTurns(state.texts, saved(lacking))).told).toEqual([expect.stringContaining("KUBE-SERVICES")]);
  });

  test("without ip6tables-save on one side the rules of IPv6 are not given", async () => {
    const server = "-A -t [fd00:10:96::a]:80 -s rr\n-a -t [fd00:10:96::a]:80 -r [fd00:10:244::2]:8080 -m -w 1\n";
    const dual = { ...state.texts, "ipvsadm-save.txt": `${state.texts["ipvsadm-save.txt"]!}${server}` };
    const six =
      "# Generated by ip6tables-save v1.8.9\n*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n-A KUBE-SERVICES -s ::1/128 -j RETURN\nCOMMIT\n";
    const turnsOf = async (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) => {
      const sources = (texts: Readonly<Record<string, string>>) =>
        Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
      const { report } = await diffCaptures(sources(before), sources(after), { mode: "ipvs", ipFamily: "ipv6" });
      return [report!.changes.map(({ message }) => message), report!.coverage.notGiven];
    };
    const both = { ...dual, "ip6tables-save.txt": six };
    expect(await turnsOf(dual, both)).toEqual([[], ["before: IPv6 iptables rules (ip6tables-save)"]]);
    expect(await turnsOf(both, dual)).toEqual([[], ["after: IPv6 iptables rules (ip6tables-save)"]]);
    expect(await turnsOf(both, both)).toEqual([[], []]);
  });

  test("a comment of a rule of nftables holds the ends of lines that nft prints", async () => {
    const wall = (comment: string) => ({
      ...state.texts,
      "nft.txt": `table inet wall {\n\tchain pre {\n\t\ttype filter hook prerouting priority -150; policy accept;\n\t\tip daddr 10.96.7.12 drop comment ${comment}\n\t\tip daddr 10.96.7.13 drop\n\t}\n}\n`,
    });
    const open = { ...state.texts, "nft.txt": "table inet wall {\n}\n" };
    const plain = await ipvsTurns(open, wall('"one, two"'));
    expect(plain.told).toHaveLength(2);
    const places = ({ changes }: typeof plain) => changes.map(({ at }) => at?.line);
    const broken = await ipvsTurns(open, wall('"one\ntwo\n\nthree" # handle 3'));
    expect(broken.told).toEqual(plain.told);
    expect([places(plain), places(broken)]).toEqual([
      [4, 5],
      [4, 8],
    ]);
    expect(await ipvsTurns(wall('"one"'), wall('"one\ntwo"'))).toMatchObject({ notGiven: [] });
    const unclosed = await ipvsTurns(open, wall(`"one\n${"\t\tip daddr 192.0.2.1 accept\n".repeat(9)}`));
    expect(unclosed.identical).toBe(false);
    expect(unclosed.notGiven).toEqual([expect.stringContaining("rules of other programs")]);
  });

  test("of more rules that refuse than are looked at the rest is told as not given", async () => {
    const many = (count: number) =>
      saved(
        table(
          "raw",
          Array.from(
            { length: count },
            (_, i) => `-A PREROUTING -d 10.96.7.12/32 -m comment --comment ${i} -j DROP`,
          ).join("\n"),
        ),
      );
    expect(await ipvsTurns(many(30), many(31))).toMatchObject({
      told: [],
      notGiven: [expect.stringContaining("rules of other programs")],
    });
    expect(await ipvsTurns(many(5), many(5))).toMatchObject({ told: [], notGiven: [], identical: true });
  });
});

test("mode iptables: of more rules that refuse than are looked at the rest is told as not given", async () => {
  const many = (count: number) =>
    withRules(
      save,
      "raw",
      ...Array.from({ length: count }, (_, i) => `-A PREROUTING -d 10.96.7.12/32 -m comment --comment ${i} -j DROP`),
    );
  expect(await turns(many(30), many(31))).toMatchObject({
    told: [],
    notGiven: [expect.stringContaining("rules of other programs")],
  });
  expect(await turns(many(5), many(5))).toMatchObject({ told: [], notGiven: [], identical: true });
});

describe("mode iptables: tables of nftables beside", () => {
  const wall = (hook: string, rule: string, policy = "accept") =>
    `table inet wall {\n\tchain c {\n\t\ttype filter hook ${hook}; policy ${policy};\n\t\t${rule}\n\t}\n}\n`;
  const EMPTY = "table inet wall {\n}\n";
  const without = (text: string) =>
    text.replace(/^(-A KUBE-(?:SEP|SVC)-.*?) -m comment --comment (?:"[^"]*"|\S+)/gm, "$1");

  async function besides(
    before: string | undefined,
    after: string | undefined,
    rules: readonly string[] = [save, save],
  ) {
    const sources = (listing: string | undefined, i: number) => [
      sourceFromText(file, rules[i]!),
      ...(listing === undefined ? [] : [sourceFromText("nft.txt", listing)]),
    ];
    const { report } = await diffCaptures(sources(before, 0), sources(after, 1), { ipFamily: "ipv4" });
    const { identical, changes, coverage } = report!;
    return { identical, told: changes.map(({ message }) => message), notGiven: coverage.notGiven, changes };
  }

  const open = wall("prerouting priority -150", "ip daddr 192.0.2.1 counter packets 1 bytes 60 drop");
  const atFrontend = wall("prerouting priority -150", "ip daddr 10.96.7.12 drop");
  test.each([
    [
      "a frontend",
      atFrontend,
      "a rule of table inet wall takes connections to 10.96.7.12:5432 of prod/db, before table nat sees them",
    ],
    [
      "a node port",
      wall("prerouting priority raw", "tcp dport 30000-32767 drop"),
      "a rule of table inet wall takes connections to 2 services: default/edge and default/web, before table nat sees them",
    ],
    [
      "an endpoint",
      wall("forward priority filter", "ip daddr 10.244.2.60 drop"),
      "table inet wall refuses connections to endpoint 10.244.2.60 of prod/db, behind kube-proxy's rules",
    ],
    [
      "a policy",
      wall("forward priority filter", "accept comment nothing", "drop").replace(
        "accept comment nothing",
        "ct state established accept",
      ),
      /^table inet wall refuses connections to endpoints of \d+ services: /,
    ],
    [
      "the first destination",
      wall("forward priority filter", "ct original ip daddr 10.96.7.12 drop"),
      "table inet wall refuses connections to 10.96.7.12:5432 of prod/db, behind kube-proxy's rules",
    ],
    [
      "answers",
      wall("forward priority filter", "ip saddr 10.244.2.60 tcp sport 5432 drop"),
      /^table inet wall refuses answers of endpoint 10\.244\.2\.60 of prod\/db/,
    ],
    [
      "the mark",
      wall("postrouting priority mangle", "meta mark set 0x0"),
      /^table inet wall takes off the mark for masquerading of connections to endpoints of \d+ services: /,
    ],
  ])("that refuse come and go: %s", async (_, shut, words) => {
    const came = await besides(open, shut);
    expect(came).toMatchObject({ identical: false, notGiven: [] });
    expect(came.told).toEqual([expect.stringMatching(/^this is new: /)]);
    expect(came.told[0]!.replace("this is new: ", "")).toEqual(
      typeof words === "string" ? words : expect.stringMatching(words),
    );
    expect((await besides(shut, open)).told).toEqual([came.told[0]!.replace("is new", "is gone")]);
    expect((await besides(EMPTY, shut)).told).toEqual(came.told);
    expect(await besides(shut, shut)).toMatchObject({ identical: true, told: [], notGiven: [] });
    // Endpoints' chains of large clusters have no comments.
    const large = without(save);
    expect((await besides(open, shut, [large, large])).told).toEqual(came.told);
  });

  test("a rule that takes more than before", async () => {
    const more = wall("prerouting priority -150", "ip daddr 10.96.0.0/16 drop");
    expect((await besides(atFrontend, more)).told).toEqual([
      expect.stringMatching(/^this is gone: .*10\.96\.7\.12:5432 of prod\/db/),
      expect.stringMatching(/^this is new: .* services: /),
    ]);
    const [some, all] = ["2.0/24", "0.0/16"].map((network) =>
      wall("forward priority filter", `ip daddr 10.244.${network} accept`, "drop"),
    ) as [string, string];
    expect((await besides(all, some)).told).toEqual([expect.stringMatching(/^this is new: /)]);
  });

  test("that do nothing to Services, and endpoints that are others, are no news of rules", async () => {
    expect(await besides(open, open.replace("packets 1", "packets 2"))).toMatchObject({ identical: true, told: [] });
    expect(await besides(open, EMPTY)).toMatchObject({ identical: true, told: [], notGiven: [] });
    const later = wall("prerouting priority mangle + 100", "ip daddr 10.96.7.12 drop");
    expect(await besides(open, later)).toMatchObject({ identical: true, told: [] });
    const shut = wall("forward priority filter", "ip daddr 10.244.0.0/16 drop");
    const moved = save.replaceAll("10.244.2.60", "10.244.9.60");
    expect((await besides(shut, shut, [save, moved])).told).toEqual((await turns(save, moved)).told);
  });

  test("of which one capture holds no listing are told as not given", async () => {
    expect(await besides(undefined, atFrontend)).toMatchObject({
      told: [],
      notGiven: ["before: tables of nftables (nft list ruleset)"],
    });
    expect((await besides(atFrontend, undefined)).notGiven).toEqual(["after: tables of nftables (nft list ruleset)"]);
    expect(await besides(undefined, open)).toMatchObject({ identical: true, told: [], notGiven: [] });
  });

  test("of iptables-nft, which iptables-save shows, are compared from there", async () => {
    const shown = `table ip nat {\n\tchain PREROUTING {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tip daddr 10.96.7.12 drop\n\t}\n}\n`;
    expect(await besides(shown, EMPTY)).toMatchObject({ identical: true, told: [], notGiven: [] });
    expect((await besides(shown, atFrontend)).told).toEqual((await besides(open, atFrontend)).told);
  });

  test("kube-proxy's own of mode nftables that comes and goes", async () => {
    const own = `table ip kube-proxy {\n\tchain nat-prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tjump services\n\t}\n\tchain services {\n\t}\n}\n`;
    const subject = "a chain in nat-prerouting of table ip kube-proxy";
    expect(await besides(open, own)).toMatchObject({ identical: false, told: [`${subject} is new`] });
    expect((await besides(own, open)).told).toEqual([`${subject} is gone`]);
    expect(await besides(own, own)).toMatchObject({ identical: true, told: [] });
    expect((await besides(own, undefined)).notGiven).toEqual(["after: tables of nftables (nft list ruleset)"]);
  });

  test("dormant tables do nothing", async () => {
    const dormant = atFrontend.replace("{", "{\n\tflags dormant");
    expect((await besides(dormant, atFrontend)).told).toEqual((await besides(open, atFrontend)).told);
    expect(await besides(dormant, open)).toMatchObject({ identical: true, told: [], notGiven: [] });
  });

  test("in IPv6", async () => {
    const six = (text: string) =>
      text
        .replaceAll("0.0.0.0/0", "::/0")
        .replace(/\b10\.(96|244)\.(\d+)\.(\d+):(\d+)/g, "[fd00:10:$1:$2::$3]:$4")
        .replace(
          /\b10\.(96|244)\.(\d+)\.(\d+)(\/\d+)?/g,
          (_, a, b, c, bits) => `fd00:10:${a}:${b}::${c}${bits === "/32" ? "/128" : bits ? "/64" : ""}`,
        )
        .replaceAll("127.0.0.0/8", "::1/128")
        .replaceAll("iptables-save", "ip6tables-save")
        .replaceAll("icmp-", "icmp6-");
    const sources = (rule: string) => [
      sourceFromText("ip6tables-save.txt", six(save)),
      sourceFromText("nft.txt", wall("forward priority filter", rule)),
    ];
    const compared = await diffCaptures(sources("counter"), sources("ip6 daddr fd00:10:244:2::60 drop"), {
      ipFamily: "ipv6",
      mode: "iptables",
    });
    expect(compared.report?.changes.map(({ message }) => message)).toEqual([
      "this is new: table inet wall refuses connections to endpoint fd00:10:244:2::60 of prod/db, behind kube-proxy's rules",
    ]);
  });
});
