/** Rules of other programs that refuse connections to endpoints, behind address translation. */
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { compiledStates, recordedStates } from "../../testing/mutations/node-states.js";

const [{ cluster, wishes, texts }] = recordedStates("iptables") as [ReturnType<typeof recordedStates>[number]];
const [[file, save]] = Object.entries(texts) as [[string, string]];
const RAW = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
const PLUGIN = "-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m comment --comment cni0 -j MASQUERADE\n";
const SECURITY = "*security\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";

interface Rules {
  readonly table?: string;
  /** Chains with their policies: "FORWARD DROP". */
  readonly policies?: readonly string[];
  readonly front?: readonly string[];
  readonly end?: readonly string[];
}

/** The capture with rules of others: in front of all rules of a table, and behind them. */
function captureWith({ table = "filter", policies = [], front = [], end = [] }: Rules): string {
  const all = RAW + SECURITY + save.replace(/(?<=^\*nat\n[^*]*)COMMIT/m, `${PLUGIN}COMMIT`);
  const start = all.indexOf(`*${table}\n`);
  const stop = all.indexOf("COMMIT\n", start);
  let own = all.slice(start, stop);
  for (const policy of policies) own = own.replace(new RegExp(`:${policy.split(" ")[0]} ACCEPT`), `:${policy}`);
  const chains = new Set([...front, ...end].flatMap((rule) => /^-A (\S+)/.exec(rule)?.[1] ?? []));
  const declared = [...chains].filter((chain) => !own.includes(`:${chain} `)).map((chain) => `:${chain} - [0:0]\n`);
  own = own.replace("\n", `\n${declared.join("")}`);
  const first = own.search(/^-A /m);
  const at = first < 0 ? own.length : first;
  const lines = (rules: readonly string[]) => rules.map((rule) => `${rule}\n`).join("");
  return all.slice(0, start) + own.slice(0, at) + lines(front) + own.slice(at) + lines(end) + all.slice(stop);
}

async function reportWith(text: string, manifests = cluster) {
  const { report, diagnostics } = await diffNode(manifests, wishes, [sourceFromText(file, text)]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return report!;
}

async function toldOf(rules: Rules): Promise<string[]> {
  const { changes } = await reportWith(captureWith(rules));
  return changes.map(({ severity, kind, message }) => `${severity} ${kind} ${message}`);
}

const POLICY =
  /^error rule-order the policy of FORWARD in table filter, which no rule is in front of, refuses connections that are not masqueraded to endpoints of \d+ services: .*, behind kube-proxy's rules$/;

describe("refusals of answers", () => {
  const DB =
    "error rule-order a rule of CHAIN in table TABLE refuses answers of endpoints of prod/db (10.244.2.60:5432)WHOSE, behind kube-proxy's rules";
  const told = (table: string, chain: string) =>
    DB.replace("TABLE", table)
      .replace("CHAIN", chain)
      .replace("WHOSE", chain === "INPUT" ? " to connections that the node makes itself" : "");

  test.each([
    ["filter", "INPUT", "-s 10.244.2.60/32 -j DROP"],
    ["mangle", "INPUT", "-s 10.244.2.60/32 -p tcp -j DROP"],
    ["security", "INPUT", "-s 10.244.2.60/32 -p tcp -m tcp --sport 5432 -j DROP"],
    ["filter", "INPUT", "-s 10.244.2.60/32 -m conntrack --ctstate ESTABLISHED -j DROP"],
    ["filter", "FORWARD", "-s 10.244.2.60/32 -j DROP"],
    ["mangle", "FORWARD", "-s 10.244.2.60/32 -p tcp -m multiport --sports 22,5432 -j DROP"],
    ["mangle", "PREROUTING", "-s 10.244.2.60/32 -p tcp -m tcp --sport 5432 -j DROP"],
    ["raw", "PREROUTING", "-s 10.244.2.60/32 -j DROP"],
    // Nothing has a connection there yet.
    ["raw", "PREROUTING", "-s 10.244.2.60/32 -m conntrack --ctstate INVALID -j DROP"],
  ])("are told, in front, of table %s, %s: %s", async (table, chain, rule) => {
    expect(await toldOf({ table, front: [`-A ${chain} ${rule}`] })).toEqual([told(table, chain)]);
  });

  test("are told of a policy that nothing is in front of", async () => {
    const POLICY =
      /^error rule-order the policy of INPUT in table filter, which no rule is in front of, refuses answers of endpoints of \d+ services: .* to connections that the node makes itself, /;
    expect(await toldOf({ policies: ["INPUT DROP"] })).toEqual([expect.stringMatching(POLICY)]);
    expect(await toldOf({ policies: ["INPUT DROP"], front: ["-A INPUT -i lo -j ACCEPT"] })).toEqual([
      expect.stringMatching(POLICY),
    ]);
    for (const rule of ["-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-i eth0 -j ACCEPT", "-j OTHERS"])
      expect(await toldOf({ policies: ["INPUT DROP"], front: [`-A INPUT ${rule}`] })).toEqual([]);
  });

  test.each([
    ["INPUT", "-m conntrack --ctstate NEW -j DROP"],
    ["INPUT", "-s 10.244.2.60/32 -m conntrack --ctstate NEW -j DROP"],
    ["INPUT", "-s 10.244.2.60/32 -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP"],
    ["INPUT", "-s 10.244.2.60/32 -p tcp -m tcp --dport 22 -j DROP"],
    ["INPUT", "-s 10.244.2.60/32 -p tcp -m tcp --sport 80 -j DROP"],
    ["INPUT", "-s 172.16.0.0/12 -j DROP"],
    ["INPUT", "-s 10.244.2.60/32 -i lo -j DROP"],
    ["FORWARD", "-s 10.244.2.60/32 -m addrtype --dst-type LOCAL -j DROP"],
  ])("are none of what answers are not, in %s: %s", async (chain, rule) => {
    expect(await toldOf({ front: [`-A ${chain} ${rule}`] })).toEqual([]);
  });

  test.each([
    ["mangle", "-s 10.244.2.60/32 -m conntrack --ctstate INVALID -j DROP"],
    ["raw", "-s 10.244.2.60/32 -m conntrack --ctstate ESTABLISHED -j DROP"],
    ["raw", "-s 10.244.2.60/32 -m rpfilter --invert -j DROP"],
  ])("are none on their way in, in table %s: %s", async (table, rule) => {
    expect(await toldOf({ table, front: [`-A PREROUTING ${rule}`] })).toEqual([]);
  });

  test("are not told once more of a rule that drops connections, too", async () => {
    for (const table of ["raw", "mangle"])
      expect(await toldOf({ table, front: ["-A PREROUTING -p tcp -j DROP"] })).toEqual([
        expect.stringMatching(/ drops connections to /),
      ]);
  });

  // With packets: the client gets them from the endpoint's address, and resets the connection.
  const NOTRACK = "-s 10.244.2.60/32 -p tcp -m tcp --sport 5432 -j CT --notrack";
  const UNTRACKED = told("raw", "PREROUTING").replace("refuses", "leaves untracked, and so not translated back,");

  test.each([
    ["PREROUTING", [`-A PREROUTING ${NOTRACK}`]],
    ["PREROUTING", ["-A PREROUTING -s 10.244.2.60/32 -j NOTRACK"]],
    ["PREROUTING", ["-A PREROUTING -s 10.244.2.60/32 -m conntrack --ctstate INVALID -j CT --notrack"]],
    // Whatever follows.
    ["PREROUTING", [`-A PREROUTING ${NOTRACK}`, "-A PREROUTING -j CT --zone 0", "-A PREROUTING -j ACCEPT"]],
    ["OTHER", ["-A PREROUTING -j OTHER", "-A PREROUTING -j ACCEPT", `-A OTHER ${NOTRACK}`]],
    ["PREROUTING", ["-A PREROUTING -p udp -j CT --helper tftp", `-A PREROUTING ${NOTRACK}`]],
  ])("are told where they are not tracked, of %s: %j", async (chain, front) => {
    expect(await toldOf({ table: "raw", front })).toEqual([UNTRACKED.replace("PREROUTING", chain)]);
  });

  test.each([
    [[`-A OUTPUT ${NOTRACK}`]],
    [["-A PREROUTING -s 10.244.2.60/32 -p tcp -m tcp --sport 22 -j CT --notrack"]],
    [["-A PREROUTING -s 10.244.2.60/32 -d 10.244.0.0/16 -j CT --notrack"]],
    [["-A PREROUTING -s 10.244.2.60/32 -m mark --mark 0x200/0xf00 -j CT --notrack"]],
    [["-A PREROUTING -s 10.244.2.60/32 -j ACCEPT", `-A PREROUTING ${NOTRACK}`]],
    // The first target CT counts.
    [["-A PREROUTING -p tcp -j CT --helper ftp", `-A PREROUTING ${NOTRACK}`]],
    // NodeLocal DNSCache's own addresses.
    [
      ["10.96.0.10", "169.254.20.10"].flatMap((address) => [
        `-A PREROUTING -d ${address}/32 -p udp -m udp --dport 53 -j NOTRACK`,
        `-A OUTPUT -s ${address}/32 -p udp -m udp --sport 53 -j NOTRACK`,
        `-A OUTPUT -d ${address}/32 -p udp -m udp --dport 53 -j NOTRACK`,
        `-A OUTPUT -s ${address}/32 -p tcp -m tcp --sport 8080 -j NOTRACK`,
      ]),
    ],
  ])("are as they should be where they are tracked: %j", async (front) => {
    expect(await toldOf({ table: "raw", front })).toEqual([]);
  });

  // With packets: the node's own connections get no answer; forwarded ones pass PREROUTING alone, and work.
  const ZONED =
    /^error rule-order a rule of PREROUTING in table raw looks up in another zone of conntrack, and so leaves not translated back, answers of endpoints of .* to connections that the node makes itself, behind kube-proxy's rules$/;

  test.each([
    [["-A PREROUTING -j CT --zone 7"]],
    [["-A PREROUTING -s 10.244.2.60/32 -p tcp -m tcp --sport 5432 -j CT --zone 7"]],
    [["-A PREROUTING -s 10.244.2.60/32 -j CT --zone-reply 7"]],
    [["-A OUTPUT -p udp -j CT --helper tftp", "-A PREROUTING -j CT --zone 7"]],
  ])("are told where they are looked up in a zone of their own: %j", async (front) => {
    expect(await toldOf({ table: "raw", front })).toEqual([expect.stringMatching(ZONED)]);
  });

  test.each([
    [["-A PREROUTING -j CT --zone 7", "-A OUTPUT -j CT --zone 7"]],
    [["-A PREROUTING -j CT --zone 7", "-A OUTPUT -j OTHER", "-A OTHER -j CT --zone-orig 7"]],
    [["-A PREROUTING -j CT --zone 0"]],
    [["-A PREROUTING -j CT --zone mark"]],
    [["-A PREROUTING -j CT --zone-orig 7"]],
    [["-A PREROUTING -i eth1 -j CT --zone 7"]],
    [["-A PREROUTING -m physdev --physdev-in tap0 -j CT --zone 7"]],
    [["-A PREROUTING -j CT --zone 0", "-A PREROUTING -j CT --zone 7"]],
  ])("are as they should be in the zone of their connections: %j", async (front) => {
    expect(await toldOf({ table: "raw", front })).toEqual([]);
  });

  test("are none behind kube-proxy's rules, which accept answers that are forwarded", async () => {
    expect(await toldOf({ end: ["-A FORWARD -s 10.244.2.60/32 -j DROP"] })).toEqual([]);
  });
});

describe("refusals behind address translation", () => {
  const DB =
    "error rule-order a rule of FORWARD in table filter refuses connections to endpoints of prod/db (10.244.2.60:5432), behind kube-proxy's rules";
  test.each([
    ["an endpoint's address", "-A FORWARD -d 10.244.2.60/32 -j DROP"],
    ["and port", "-A FORWARD -d 10.244.2.60/32 -p tcp -m tcp --dport 5432 -j REJECT --reject-with tcp-reset"],
    ["a list of ports", "-A FORWARD -d 10.244.2.0/24 -p tcp -m multiport --dports 22,5432 -j DROP"],
    ["new connections", "-A FORWARD -d 10.244.2.60/32 -m conntrack --ctstate NEW -j DROP"],
    ["new connections, in the old spelling", "-A FORWARD -d 10.244.2.60/32 -m state --state NEW -j DROP"],
    ["first packets of TCP", "-A FORWARD -d 10.244.2.60/32 -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP"],
    ["what is translated", "-A FORWARD -d 10.244.2.60/32 -m conntrack --ctstate DNAT -j DROP"],
    ["what is not to the node", "-A FORWARD -d 10.244.2.60/32 -m addrtype ! --dst-type LOCAL -j DROP"],
  ])("are told, in front: %s", async (_, rule) => {
    expect(await toldOf({ front: [rule] })).toEqual([DB]);
    const behind = DB.replace("connections", "connections that are not masqueraded");
    expect(await toldOf({ end: [rule] })).toEqual([behind]);
  });

  test("are told of rules in kube-proxy's chains that should not be there", async () => {
    const lost = (conditions: string) =>
      `-A KUBE-SERVICES ${conditions}-m comment --comment "prod/gone has no endpoints" -j REJECT --reject-with icmp-port-unreachable`;
    const changes = await toldOf({ end: [lost("-p tcp -m tcp --dport 5432 ")] });
    expect(changes).toContain(
      DB.replace("FORWARD", "KUBE-SERVICES")
        .replace("connections", "connections that are not masqueraded")
        .replace("5432)", "5432 and 2 more)"),
    );
    // An address of no endpoint, and one that a rule in front, which should not be there either, gives back.
    const gone = await toldOf({ end: [lost("-d 10.96.7.7/32 -p tcp -m tcp --dport 5432 ")] });
    const back = await toldOf({ end: ["-A KUBE-SERVICES -p tcp -j RETURN", lost("-p tcp -m tcp --dport 5432 ")] });
    for (const told of [gone, back]) expect(told.filter((one) => one.includes("refuses"))).toEqual([]);
    // The same rule in both captures is nothing new.
    const { diffIptablesCaptures } = await import("./index.js");
    const { readCaptures } = await import("../../rulesets/iptables/read-captures.js");
    const read = (rules: Rules) => readCaptures([sourceFromText(file, captureWith(rules))]);
    const stale = { end: [lost("-p tcp -m tcp --dport 5432 ")] };
    expect(diffIptablesCaptures(read(stale), read(stale), "IPv4").changes).toEqual([]);
    expect(diffIptablesCaptures(read({}), read(stale), "IPv4").changes).toContainEqual(
      expect.objectContaining({ kind: "rule-order", severity: "error", service: "prod/db", chain: "KUBE-SERVICES" }),
    );
  });

  test("are told of chains, with what was accepted before left out", async () => {
    const rules = [
      "-A FORWARD -j BLOCKED",
      "-A BLOCKED -p tcp -m tcp --dport 22 -j ACCEPT",
      "-A BLOCKED ! -d 10.244.2.0/24 -j RETURN",
      "-A BLOCKED -d 10.244.0.0/16 -p tcp -m tcp --dport 5432 -j DROP",
    ];
    expect(await toldOf({ front: rules })).toEqual([DB.replace("FORWARD", "BLOCKED")]);
    expect(await toldOf({ front: ["-A FORWARD -d 10.244.2.60/32 -j ACCEPT", ...rules] })).toEqual([]);
  });

  test.each([
    ["mangle", "FORWARD", ""],
    ["security", "FORWARD", ""],
    ["mangle", "POSTROUTING", ""],
    ["filter", "OUTPUT", " that the node makes itself"],
  ])("are told in table %s, %s", async (table, chain, which) => {
    expect(await toldOf({ table, front: [`-A ${chain} -d 10.244.2.60/32 -j DROP`] })).toEqual([
      DB.replace("FORWARD in table filter", `${chain} in table ${table}`).replace("connections", `connections${which}`),
    ]);
  });

  test.each([
    ["the policy", { policies: ["FORWARD DROP"] }],
    [
      "Docker's",
      {
        policies: ["FORWARD DROP"],
        end: [
          "-A FORWARD -j DOCKER-USER",
          "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
          "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
          "-A FORWARD -o docker0 -j DOCKER",
          "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
          "-A FORWARD -i docker0 -o docker0 -j ACCEPT",
          "-A FORWARD -i br-0123456789ab ! -o br-0123456789ab -j ACCEPT",
          "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT",
          "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
          "-A DOCKER-ISOLATION-STAGE-1 -j RETURN",
          "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
          "-A DOCKER-ISOLATION-STAGE-2 -j RETURN",
          "-A DOCKER-USER -j RETURN",
        ],
      },
    ],
    [
      "ufw's",
      {
        policies: ["FORWARD DROP"],
        end: [
          "-A FORWARD -j ufw-before-forward",
          "-A FORWARD -j ufw-user-forward",
          "-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
          "-A ufw-before-forward -p icmp -m icmp --icmp-type 8 -j ACCEPT",
          '-A ufw-user-forward -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "',
        ],
      },
    ],
  ])("the policy is told where no rule accepts pods: %s", async (_, rules) => {
    expect(await toldOf(rules)).toEqual([expect.stringMatching(POLICY)]);
  });

  test("a last rule for all is told likewise", async () => {
    const reject = ["-A FORWARD -j REJECT --reject-with icmp-host-prohibited"];
    expect(await toldOf({ end: reject })).toEqual([
      expect.stringMatching(/ a rule of FORWARD .* that are not masqueraded to endpoints of \d+ services: /),
    ]);
    // Told once, of the jumps that it keeps all packets from.
    expect(await toldOf({ front: reject })).toHaveLength(1);
  });

  const ACCEPTS_PODS = ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "-A FORWARD -d 10.244.0.0/16 -j ACCEPT"];
  test.each([
    ["flannel", ["-A FORWARD -j FLANNEL-FWD", ...ACCEPTS_PODS.map((rule) => rule.replace("FORWARD", "FLANNEL-FWD"))]],
    ["bridge plugin", ["-A FORWARD -j CNI-FORWARD", "-A CNI-FORWARD -s 10.244.1.7/32 -j ACCEPT"]],
    ["an interface", ["-A FORWARD -i cni0 -j ACCEPT", "-A FORWARD -o cni0 -j ACCEPT"]],
    ["Cilium", ["-A FORWARD -j CILIUM_FORWARD", "-A CILIUM_FORWARD -o cilium_host -j ACCEPT"]],
    [
      "Calico",
      [
        "-A FORWARD -j cali-FORWARD",
        "-A FORWARD -m mark --mark 0x10000/0x10000 -j ACCEPT",
        "-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch",
        "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
        "-A cali-from-wl-dispatch -j DROP",
        "-A cali-to-wl-dispatch -j DROP",
      ],
    ],
    [
      "firewalld",
      [
        "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT",
        "-A FORWARD -i lo -j ACCEPT",
        "-A FORWARD -m conntrack --ctstate INVALID -j DROP",
        "-A FORWARD -j REJECT --reject-with icmp-host-prohibited",
      ],
    ],
    [
      "kube-router",
      [
        "-A FORWARD -j KUBE-ROUTER-FORWARD",
        "-A FORWARD -i kube-bridge -j ACCEPT",
        "-A KUBE-ROUTER-FORWARD -d 10.244.2.60/32 -j KUBE-POD-FW-ABC",
        "-A KUBE-POD-FW-ABC -m mark ! --mark 0x10000/0x10000 -j REJECT --reject-with icmp-port-unreachable",
      ],
    ],
    ["all TCP and UDP (GKE)", ["-A FORWARD -p tcp -j ACCEPT", "-A FORWARD -p udp -j ACCEPT"]],
    ["a set (Kube-OVN)", ["-A FORWARD -m set --match-set ovn40subnets dst -j ACCEPT"]],
  ])("a node that accepts pods is as it should be: %s", async (_, end) => {
    const answers = "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
    expect(await toldOf({ policies: ["FORWARD DROP", "INPUT DROP"], end: [...end, answers] })).toEqual([]);
    const inFront = end.filter((rule) => !rule.startsWith("-A FORWARD -j REJECT"));
    expect(await toldOf({ policies: ["FORWARD DROP"], front: inFront })).toEqual([]);
  });

  test("a chain that the capture does not hold may accept pods", async () => {
    const DROPS = { policies: ["FORWARD DROP"] };
    expect(await toldOf({ ...DROPS, end: ["-A FORWARD -j cali-FORWARD"] })).toEqual([]);
    expect(await toldOf({ ...DROPS, end: ["-A FORWARD -i eth9 -g cali-FORWARD"] })).toEqual([]);
    const empty = captureWith({ ...DROPS, end: ["-A FORWARD -j OTHER"] }).replace(
      "*filter\n",
      "*filter\n:OTHER - [0:0]\n",
    );
    expect((await reportWith(empty)).changes).toHaveLength(1);
  });

  test.each([
    ["some clients", "-A FORWARD -s 192.0.2.0/24 -d 10.244.2.60/32 -j DROP"],
    ["an interface", "-A FORWARD -i eth9 -d 10.244.2.60/32 -j DROP"],
    ["not by a bridge of Docker", "-A FORWARD -o docker0 -j DROP"],
    ["another port", "-A FORWARD -d 10.244.2.60/32 -p tcp -m tcp --dport 80 -j DROP"],
    ["another protocol", "-A FORWARD -d 10.244.2.60/32 -p udp -j DROP"],
    ["another network", "-A FORWARD ! -d 10.244.0.0/16 -j DROP"],
    ["the port that clients use", "-A FORWARD -p tcp -m tcp --dport 30310 -j DROP"],
    ["what is known already", "-A FORWARD -d 10.244.2.60/32 -m conntrack --ctstate RELATED,ESTABLISHED -j DROP"],
    ["a mark", "-A FORWARD -d 10.244.2.60/32 -m mark --mark 0x1/0x1 -j DROP"],
    ["some packets", "-A FORWARD -d 10.244.2.60/32 -m limit --limit 5/sec -j DROP"],
    ["a log", "-A FORWARD -d 10.244.2.60/32 -j LOG"],
    ["an address of the node", "-A FORWARD -d 192.168.0.11/32 -j DROP"],
  ])("a rule of which it is not sure is none: %s", async (_, rule) => {
    expect(await toldOf({ front: [rule] })).toEqual([]);
  });

  test("where kube-proxy masquerades all connections, it has them accepted", async () => {
    const all = captureWith({ policies: ["FORWARD DROP"] }).replace(
      /^(-A KUBE-SVC-\S+) ! -s \S+ (.*-j KUBE-MARK-MASQ)$/gm,
      "$1 $2",
    );
    const { diffIptablesCaptures } = await import("./index.js");
    const { readCaptures } = await import("../../rulesets/iptables/read-captures.js");
    const before = captureWith({}).replace(/^(-A KUBE-SVC-\S+) ! -s \S+ (.*-j KUBE-MARK-MASQ)$/gm, "$1 $2");
    const read = (text: string) => readCaptures([sourceFromText(file, text)]);
    expect(diffIptablesCaptures(read(before), read(all), "IPv4").changes).toEqual([]);
  });

  test("an earlier capture has the same rule", async () => {
    const { diffIptablesCaptures } = await import("./index.js");
    const { readCaptures } = await import("../../rulesets/iptables/read-captures.js");
    const read = (rules: Rules) => readCaptures([sourceFromText(file, captureWith(rules))]);
    const broken = { front: ["-A FORWARD -d 10.244.2.60/32 -j DROP"] };
    const changes = (before: Rules, after: Rules) => diffIptablesCaptures(read(before), read(after), "IPv4").changes;
    expect(changes(broken, broken)).toEqual([]);
    expect(changes({}, broken).map(({ kind }) => kind)).toEqual(["rule-order"]);
  });
});

describe("many rules of others", () => {
  test("a list of 20,000 addresses is looked through to its end", async () => {
    const list = Array.from(
      { length: 20_000 },
      (_, i) => `-A BLOCKED -d 172.${16 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}/32 -j DROP`,
    );
    const rules = ["-A FORWARD -j BLOCKED", ...list, "-A BLOCKED -d 10.244.2.60/32 -j DROP"];
    expect(await toldOf({ front: rules })).toEqual([expect.stringContaining("endpoints of prod/db (")]);
  });
});

describe("the mark for masquerading", () => {
  const told = (table: string, chain: string) =>
    expect.stringMatching(
      `^error rule-order a rule of ${chain} in table ${table} takes off the mark for masquerading: `,
    );

  test.each([
    ["mangle", "POSTROUTING", "-j MARK --set-xmark 0x0/0xffffffff"],
    ["mangle", "FORWARD", "-j MARK --set-xmark 0x0/0x4000"],
    ["filter", "FORWARD", "-j MARK --set-xmark 0x4000/0x0"],
    ["filter", "OUTPUT", "-m comment --comment x -j MARK --set-xmark 0x1/0xffffffff"],
  ])("is told where a rule takes it off every packet, in table %s, %s: %s", async (table, chain, rule) => {
    expect(await toldOf({ table, front: [`-A ${chain} ${rule}`] })).toEqual([told(table, chain)]);
    const established = `-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`;
    expect(await toldOf({ table, front: [established, `-A ${chain} ${rule}`] })).toEqual([told(table, chain)]);
  });

  test.each([
    ["mangle", "POSTROUTING", ["-j MARK --set-xmark 0x1/0x1"]],
    ["mangle", "POSTROUTING", ["-j MARK --set-xmark 0x4000/0x4000"]],
    ["mangle", "POSTROUTING", ["-o eth1 -j ACCEPT", "-j MARK --set-xmark 0x0/0xffffffff"]],
    ["mangle", "POSTROUTING", ["-m mark --mark 0x4000/0x4000 -j ACCEPT", "-j MARK --set-xmark 0x0/0xffffffff"]],
    ["mangle", "FORWARD", ["-i eth1 -j MARK --set-xmark 0x0/0xffffffff"]],
    ["mangle", "OUTPUT", ["-j MARK --set-xmark 0x0/0xffffffff"]],
    ["mangle", "PREROUTING", ["-j MARK --set-xmark 0x0/0xffffffff"]],
  ])("stays otherwise, in table %s, %s: %j", async (table, chain, rules) => {
    expect(await toldOf({ table, front: rules.map((rule) => `-A ${chain} ${rule}`) })).toEqual([]);
  });

  // With packets: the pod sees the client's address, and behind a rule that saved the mark the node's.
  const RESTORE = "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff";
  test.each([
    ["mangle", "POSTROUTING", [RESTORE]],
    ["mangle", "POSTROUTING", ["-m mark --mark 0x4000/0x4000 -j CONNMARK --restore-mark --mask 0x4000"]],
    ["mangle", "FORWARD", ["-i eth1 -j CONNMARK --set-xmark 0x80/0x80", RESTORE]],
    ["filter", "OUTPUT", [RESTORE]],
  ])("goes where that of the connection is restored, in table %s, %s: %j", async (table, chain, rules) => {
    expect(await toldOf({ table, front: rules.map((rule) => `-A ${chain} ${rule}`) })).toEqual([told(table, chain)]);
  });

  test.each([
    ["mangle", "POSTROUTING", ["-j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80"]],
    ["mangle", "PREROUTING", [RESTORE]],
    ["nat", "PREROUTING", [RESTORE]],
    ["mangle", "POSTROUTING", ["-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff", RESTORE]],
    ["mangle", "POSTROUTING", ["-i eth1 -j CONNMARK --set-xmark 0x4001/0xffffffff", RESTORE]],
    ["mangle", "POSTROUTING", [`-o eth1 ${RESTORE}`]],
  ])("stays where that of the connection may have it, in table %s, %s: %j", async (table, chain, rules) => {
    expect(await toldOf({ table, front: rules.map((rule) => `-A ${chain} ${rule}`) })).toEqual([]);
  });

  test("is not asked for behind the rule that accepts what has it", async () => {
    expect(await toldOf({ end: ["-A FORWARD -j MARK --set-xmark 0x0/0xffffffff"] })).toEqual([]);
  });
});

describe("refusals of health checks", () => {
  const local = compiledStates("iptables").find(({ name }) => name === "loadbalancer-local")!;
  const own = Object.values(local.texts)[0]!;
  const port = /health check node port" -m tcp --dport (\d+)/.exec(own)![1]!;
  const told = async (text: string) => {
    const { report } = await diffNode(local.cluster, local.wishes, [sourceFromText(file, text)]);
    // That answers to the node are refused with them is told too, and looked at above.
    const ofChecks = report!.changes.filter(({ message }) => !/ refuses answers of endpoints of /.test(message));
    return ofChecks.map(({ severity, message }) => `${severity} ${message}`);
  };
  const inFront = (rule: string) => own.replace(/^-A INPUT /m, `-A INPUT ${rule}\n$&`);
  const behind = (rule: string) => own.replace(/^(?=-A FORWARD )/m, `-A INPUT ${rule}\n`);
  const table = (name: string, policy: string, ...rules: readonly string[]) =>
    `${own}\n*${name}\n:INPUT ${policy} [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join("")}COMMIT\n`;

  const REFUSED = `refuses connections to health-check port ${port} of default/web, before the node answers them`;
  const DROP = `-p tcp -m tcp --dport ${port} -j DROP`;

  test.each([
    ["in front of kube-proxy's", inFront(DROP), "a rule of INPUT in table filter"],
    [
      "of all ports of nodes",
      inFront("-p tcp -m tcp --dport 30000:32767 -j REJECT --reject-with tcp-reset"),
      "a rule of INPUT in table filter",
    ],
    ["in table mangle", table("mangle", "ACCEPT", DROP), "a rule of INPUT in table mangle"],
    ["in table security", table("security", "ACCEPT", "-p tcp -j DROP"), "a rule of INPUT in table security"],
    [
      "by a policy of another table",
      table("mangle", "DROP"),
      "the policy of INPUT in table mangle, which no rule is in front of,",
    ],
  ])("%s are an error", async (_, text, by) => {
    expect(await told(text)).toEqual([`error load balancers take the node out: ${by} ${REFUSED}`]);
  });

  test.each([
    ["none", own],
    ["behind kube-proxy's", behind(DROP)],
    ["by the policy, behind kube-proxy's", own.replace(":INPUT ACCEPT", ":INPUT DROP")],
    ["of some clients", inFront(`-s 10.9.0.0/16 ${DROP}`)],
    ["of an interface", inFront(`-i eth1 ${DROP}`)],
    ["of another port", inFront("-p tcp -m tcp --dport 22 -j DROP")],
    ["of another protocol", inFront(`-p udp -m udp --dport ${port} -j DROP`)],
    ["behind a rule that may accept", inFront(`-s 10.0.0.0/8 -j ACCEPT\n-A INPUT ${DROP}`)],
    ["in a table in which an interface is accepted", table("mangle", "DROP", "-i eth0 -j ACCEPT")],
  ])("%s are no difference", async (_, text) => {
    expect(await told(text)).toEqual([]);
  });
});

describe("refusals of clients that are no pods", () => {
  const local = compiledStates("iptables").find(({ name }) => name === "loadbalancer-local")!;
  const own = Object.values(local.texts)[0]!;
  const told = async (policy: string, ...rules: readonly string[]) => {
    const held = own.replace(/^(\*filter\n[^*]*:FORWARD )ACCEPT/m, `$1${policy}`);
    const start = held.indexOf("*filter\n");
    const text = held.slice(0, start) + held.slice(start).replace("COMMIT", `${rules.join("\n")}\nCOMMIT`);
    const { report } = await diffNode(local.cluster, local.wishes, [sourceFromText(file, text)]);
    return report!.changes.map(({ severity, message }) => `${severity} ${message}`);
  };
  const OUTSIDE =
    "connections from outside 10.244.0.0/16 that are not masqueraded to endpoints of default/web:http (10.244.1.3:8080 and 1 more), behind kube-proxy's rules";
  const POLICY = `error the policy of FORWARD in table filter, which no rule is in front of, refuses ${OUTSIDE}`;

  // With packets: a client outside gets no answer of a Service with externalTrafficPolicy Local; pods, and what is masqueraded, do.
  test.each([
    [[POLICY], "DROP", ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT"]],
    [[POLICY], "DROP", ["-A FORWARD -s 10.244.0.0/16 -i cni0 -j ACCEPT", "-A FORWARD -s 10.244.3.0/24 -j ACCEPT"]],
    [
      [
        POLICY.replace(
          "the policy of FORWARD in table filter, which no rule is in front of,",
          "a rule of FORWARD in table filter",
        ),
      ],
      "ACCEPT",
      ["-A FORWARD ! -s 10.244.0.0/16 -j DROP"],
    ],
    [[], "DROP", ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "-A FORWARD -d 10.244.0.0/16 -j ACCEPT"]],
    [[], "DROP", ["-A FORWARD -s 10.0.0.0/8 -j ACCEPT"]],
    [[], "DROP", ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "-A FORWARD -i eth0 -j ACCEPT"]],
    [[], "ACCEPT", ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT"]],
    [[], "ACCEPT", ["-A FORWARD -s 10.244.0.0/16 -j DROP"]],
  ])("are %j with policy %s and %j", async (words, policy, rules) => {
    expect(await told(policy, ...rules)).toEqual(words);
  });
});
