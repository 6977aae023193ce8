/** Rules of other programs that packets meet before IPVS does, or before KUBE-SERVICES marks them. */
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";

const [{ cluster, wishes, texts }] = recordedStates("ipvs") as [ReturnType<typeof recordedStates>[number]];
const save = texts["iptables-save.txt"]!;

/** Changes of a node with rules of a chain in front of kube-proxy's own, or behind. */
async function changesWith(table: "nat" | "filter", chain: string, rules: readonly string[], where: "front" | "end") {
  const [head, rest] = [save.slice(0, save.indexOf(`*${table}`)), save.slice(save.indexOf(`*${table}`))];
  const own = [...rest.slice(0, rest.indexOf("COMMIT")).matchAll(new RegExp(`^-A ${chain} .*\\n`, "gm"))];
  const { index, 0: line } = own.at(where === "front" ? 0 : -1)!;
  const at = where === "front" ? index : index + line.length;
  const added = rules.map((rule) => `${rule.startsWith("-A") ? "" : `-A ${chain} `}${rule}\n`).join("");
  const changed = { ...texts, "iptables-save.txt": head + rest.slice(0, at) + added + rest.slice(at) };
  const sources = Object.entries(changed).map(([name, text]) => sourceFromText(name, text));
  const { report } = await diffNode(cluster, wishes, sources);
  return report!.changes.map(({ severity, kind, service, frontend }) =>
    [severity, kind, service, frontend].filter(Boolean).join(" "),
  );
}

const WEB = "error rule-order default/web 10.96.7.10:80";
const NODE_PORT = "error rule-order default/web *:30310";

describe("rules of other programs on a node in mode ipvs", () => {
  test.each([
    [
      "nat",
      "PREROUTING",
      "-d 10.96.7.10/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.8.7",
      "front",
      [WEB],
    ],
    ["nat", "PREROUTING", "-d 10.96.7.10/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.8.7", "end", []],
    ["nat", "PREROUTING", "-d 10.96.7.10/32 -j ACCEPT", "front", [WEB]],
    ["nat", "PREROUTING", "-d 10.96.7.10/32 -p udp -j ACCEPT", "front", []],
    ["nat", "PREROUTING", "-d 10.96.0.0/16 -p tcp -j REDIRECT --to-ports 1", "front", ["error rule-order"]],
    ["nat", "PREROUTING", "-p tcp -m tcp --dport 30310 -j DNAT --to-destination 10.9.8.7", "front", [NODE_PORT]],
    // Packets to node ports come back from KUBE-SERVICES.
    ["nat", "PREROUTING", "-p tcp -m tcp --dport 30310 -j DNAT --to-destination 10.9.8.7", "end", [NODE_PORT]],
    ["nat", "PREROUTING", "-p tcp -m tcp --dport 30310 -j ACCEPT", "end", []],
    // An address of the node, as far as the rules tell.
    [
      "nat",
      "PREROUTING",
      "-d 192.168.0.11/32 -p tcp -m tcp --dport 30310 -j DNAT --to-destination 10.9.8.7",
      "end",
      [NODE_PORT],
    ],
    ["filter", "INPUT", "-d 192.168.0.0/16 -p tcp -m multiport --dports 22,30310 -j DROP", "end", [NODE_PORT]],
    ["filter", "INPUT", "-d 192.168.0.11/32 -p udp -m udp --dport 30310 -j DROP", "end", []],
    ["filter", "INPUT", "-d 192.168.0.11/32 -p tcp -m tcp --dport 1024:65535 -j DROP", "end", ["error rule-order"]],
    ["filter", "INPUT", "-d 192.168.0.12/32 -p tcp -m tcp --dport 1024:65535 -j DROP", "end", []],
    ["filter", "INPUT", "-d 192.168.0.11/32 -p tcp -m tcp ! --dport 30300:30313 -j DROP", "end", []],
    ["filter", "INPUT", "-d 192.168.0.11/32 -j DROP", "end", ["error rule-order"]],
    ["filter", "INPUT", "-d 192.168.0.11/32 -p udp -j DROP", "end", []],
    ["filter", "INPUT", "-d 192.168.0.12/32 -j DROP", "end", []],
    ["filter", "INPUT", "-d 192.168.0.11/32 -i eth1 -j DROP", "end", []],
    ["filter", "INPUT", "-d 10.96.7.10/32 -j DROP", "front", [WEB]],
    ["filter", "INPUT", "-d 10.96.7.10/32 -j DROP", "end", [WEB]],
    ["filter", "INPUT", "-d 10.96.7.10/32 -p udp -j DROP", "end", []],
    [
      "filter",
      "INPUT",
      "-p tcp -m tcp --dport 30310 -j REJECT --reject-with icmp-port-unreachable",
      "end",
      [NODE_PORT],
    ],
    ["filter", "INPUT", "-p tcp -m tcp --dport 30999 -j DROP", "end", []],
    ["filter", "INPUT", "-p tcp -j DROP", "end", ["error rule-order"]],
    ["filter", "INPUT", "-j DROP", "end", ["error rule-order"]],
    // The node's own packets meet IPVS before table filter, and pass it with the address of a real server.
    ["filter", "OUTPUT", "-d 10.96.7.10/32 -j DROP", "front", []],
  ] as const)("%s %s %s (%s)", async (table, chain, rule, where, told) => {
    expect(await changesWith(table, chain, [rule], where)).toEqual(told);
  });

  test.each([
    [["-s 10.0.0.0/8 -p tcp -m tcp --dport 30310 -j ACCEPT", "-p tcp -m tcp --dport 30310 -j DROP"]],
    [["-s 10.0.0.0/8 -j ACCEPT", "-j DROP"]],
    [["-i cni0 -j ACCEPT", "-p tcp -j DROP"]],
    [["-j NOT-CAPTURED", "-p tcp -j DROP"]],
  ])("who accepts some of the connections first means the others: %j", async (rules) => {
    expect(await changesWith("filter", "INPUT", rules, "end")).toEqual([]);
  });

  test("what accepts nothing of the kind hides no refusal", async () => {
    const rules = [
      "-i lo -j ACCEPT",
      "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
      "-p tcp -m tcp --dport 22 -j ACCEPT",
      "-j REJECT --reject-with icmp-host-prohibited",
    ];
    expect(await changesWith("filter", "INPUT", rules, "end")).toEqual(["error rule-order"]);
  });

  test.each([
    [[], true],
    [["-i lo -j ACCEPT", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-p tcp --dport 22 -j ACCEPT"], true],
    [["-p tcp -j ACCEPT", "-p udp -j ACCEPT", "-p sctp -j ACCEPT"], false],
    [["-s 10.244.0.0/16 -j ACCEPT"], false],
    [["-i cni0 -j ACCEPT"], false],
    [["-j ACCEPT"], false],
  ])("the policy of INPUT refuses what no rule may accept: %j", async (rules, isTold) => {
    // A capture with no rules but kube-proxy's may have gone through grep.
    const plugin = "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE\nCOMMIT";
    const whole = save.replace(/(?<=^\*nat\n[^*]*)COMMIT/m, plugin);
    const start = whole.indexOf("*filter");
    const text = (policy: string) => {
      const filter = whole.slice(start).replace(/^:INPUT ACCEPT/m, `:INPUT ${policy}`);
      const at = filter.indexOf("COMMIT");
      return (
        whole.slice(0, start) +
        filter.slice(0, at) +
        rules.map((rule) => `-A INPUT ${rule}\n`).join("") +
        filter.slice(at)
      );
    };
    const changesOf = async (policy: string) => {
      const all = { ...texts, "iptables-save.txt": text(policy) };
      const sources = Object.entries(all).map(([name, content]) => sourceFromText(name, content));
      const { report } = await diffNode(cluster, wishes, sources);
      return report!.changes.map(({ message }) => message);
    };
    expect(await changesOf("ACCEPT")).toEqual([]);
    const words =
      /^the policy of INPUT in table filter, .* refuses connections to \d+ services: .*, before IPVS sees them$/;
    expect(await changesOf("DROP")).toEqual(isTold ? [expect.stringMatching(words)] : []);
  });

  /** Messages about a node with a table of its own in the same file. */
  async function messagesWith(table: string, rules: readonly string[], policies: readonly string[] = []) {
    const chains = ["INPUT", "OUTPUT", "POSTROUTING"].filter(
      (name) => !policies.some((p) => p.startsWith(`:${name} `)),
    );
    const lines = [`*${table}`, ...policies, ...chains.map((name) => `:${name} ACCEPT [0:0]`), ...rules, "COMMIT", ""];
    const all = { ...texts, "iptables-save.txt": `${save}${lines.join("\n")}` };
    const sources = Object.entries(all).map(([name, content]) => sourceFromText(name, content));
    const { report } = await diffNode(cluster, wishes, sources);
    return report!.changes.map(({ message }) => message);
  }

  test.each(["mangle", "security"])("INPUT of table %s comes before IPVS too", async (table) => {
    const words = (rest: string) => [expect.stringMatching(new RegExp(`${rest}, before IPVS sees them$`))];
    expect(await messagesWith(table, ["-A INPUT -d 10.96.7.10/32 -p tcp -m tcp --dport 80 -j DROP"])).toEqual(
      words(`a rule of INPUT in table ${table} refuses connections to 10.96.7.10:80 of default/web:http`),
    );
    expect(await messagesWith(table, [], [":INPUT DROP [0:0]"])).toEqual([
      `load balancers take the node out: the policy of INPUT in table ${table}, which no rule is in front of, refuses connections to health-check port 31313 of default/edge, before the node answers them`,
      ...words(`the policy of INPUT in table ${table}, .* refuses connections to \\d+ services: .*`),
    ]);
    expect(await messagesWith(table, ["-A INPUT -d 10.96.7.10/32 -p tcp -m tcp --dport 81 -j DROP"])).toEqual([]);
    expect(await messagesWith(table, ["-A INPUT -i eth0 -j ACCEPT"], [":INPUT DROP [0:0]"])).toEqual([]);
    // What comes back from endpoints, and what is sent to them, is no packet of INPUT.
    expect(await messagesWith(table, ["-A INPUT -d 10.244.0.0/16 -j DROP"])).toEqual([]);
  });

  test.each([
    ["raw", "OUTPUT"],
    ["mangle", "OUTPUT"],
    ["filter", "OUTPUT"],
    ["security", "OUTPUT"],
    ["mangle", "POSTROUTING"],
  ])("what IPVS sends to a real server passes %s %s", async (table, chain) => {
    const told = (rules: readonly string[]) =>
      table === "filter"
        ? changesWith("filter", chain, rules, "end")
        : messagesWith(
            table,
            rules.map((rule) => `-A ${chain} ${rule}`),
          );
    expect(await told(["-d 10.244.0.0/16 -p tcp -j DROP"])).toHaveLength(1);
    expect(await told(["-d 10.244.0.0/16 -p tcp -m conntrack --ctstate NEW -j DROP"])).toHaveLength(1);
    expect(await told(["-d 10.244.0.0/16 -p tcp -m conntrack --ctstate DNAT -j DROP"])).toEqual([]);
    expect(await told(["-s 10.9.0.0/16 -d 10.244.0.0/16 -p tcp -j DROP"])).toEqual([]);
    expect(await told(["-o cni0 -j ACCEPT", "-d 10.244.0.0/16 -p tcp -j DROP"])).toEqual([]);
    expect(await told(["-d 10.99.0.0/16 -p tcp -j DROP"])).toEqual([]);
  });

  test.each([
    ["raw", "PREROUTING"],
    ["mangle", "PREROUTING"],
    ["mangle", "FORWARD"],
    ["filter", "FORWARD"],
    ["security", "FORWARD"],
    ["mangle", "INPUT"],
    ["filter", "INPUT"],
  ])("what a real server answers passes %s %s", async (table, chain) => {
    const told = (...rules: string[]) =>
      table === "filter"
        ? changesWith("filter", chain, rules, "front")
        : messagesWith(
            table,
            rules.map((rule) => `-A ${chain} ${rule}`),
            chain === "INPUT" ? [] : [`:${chain} ACCEPT [0:0]`],
          );
    expect(await told("-s 10.244.0.0/16 -p tcp -j DROP")).toHaveLength(1);
    expect(await told("-p tcp -m tcp --sport 1:65535 -m conntrack ! --ctstate NEW -j DROP")).toHaveLength(1);
    expect(await told("-s 10.244.0.0/16 -p tcp -m conntrack --ctstate NEW -j DROP")).toEqual([]);
    expect(await told("-s 10.244.0.0/16 -p tcp -m conntrack --ctstate DNAT -j DROP")).toEqual([]);
    expect(await told("-i cni0 -j ACCEPT", "-s 10.244.0.0/16 -p tcp -j DROP")).toEqual([]);
    expect(await told("-s 10.99.0.0/16 -p tcp -j DROP")).toEqual([]);
  });

  test("kube-proxy accepts answers that are forwarded", async () => {
    const text = save.replace(":FORWARD ACCEPT", ":FORWARD DROP");
    const reportOf = async (changed: string) => {
      const sources = Object.entries({ ...texts, "iptables-save.txt": changed });
      return (
        await diffNode(
          cluster,
          wishes,
          sources.map(([name, own]) => sourceFromText(name, own)),
        )
      ).report!.changes.map(({ message }) => message);
    };
    expect(await reportOf(text)).toEqual([]);
    const lost = await reportOf(text.replace(/^-A KUBE-FORWARD .*\n/gm, ""));
    expect(lost).toContainEqual(
      expect.stringMatching(/^the policy of FORWARD in table filter, .* refuses answers of /),
    );
  });

  test("FORWARD sees no first packet of connections to services", async () => {
    const start = save.indexOf("*filter");
    const forward = save.slice(start).replace("COMMIT", "-A FORWARD -d 10.244.0.0/16 -j DROP\nCOMMIT");
    const all = { ...texts, "iptables-save.txt": save.slice(0, start) + forward };
    const sources = Object.entries(all).map(([name, content]) => sourceFromText(name, content));
    const { report } = await diffNode(cluster, wishes, sources);
    expect(report!.changes).toEqual([]);
  });

  test("health checks are refused where no rule of kube-proxy accepts them first", async () => {
    const rule = "-p tcp -m tcp --dport 31313 -j DROP";
    const words = "load balancers take the node out: a rule of INPUT in table";
    const told = await messagesWith("mangle", [`-A INPUT ${rule}`]);
    expect(told).toEqual([expect.stringContaining(`${words} mangle`)]);
    expect(await changesWith("filter", "INPUT", [rule], "front")).toEqual(["error rule-order default/edge *:31313"]);
    expect(await changesWith("filter", "INPUT", [rule], "end")).toEqual([]);
    expect(await changesWith("filter", "INPUT", [`-s 10.0.0.0/8 ${rule}`], "front")).toEqual([]);
  });
});
