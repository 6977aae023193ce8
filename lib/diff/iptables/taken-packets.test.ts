import { describe, expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";

const { manifests, options, healthy } = capturedNodes().find(({ name }) => name === "iptables-save")!;
const save = Object.values(healthy).find(({ text }) => text.includes("*nat"))!.text;
const nat = save.indexOf("*nat");
const entry = /^-A KUBE-SERVICES -d (\S+)\/32 -p tcp .*--dport (\d+) -j (KUBE-SVC-\S+)$/m.exec(save.slice(nat))!;
const [, address, port, chain] = entry;
const service = /-A KUBE-SERVICES .*--comment "(\S+?):/.exec(entry[0])![1];
const endpoint = new RegExp(`^-A ${chain} .*-j (KUBE-SEP-\\S+)$`, "m").exec(save)![1];

/** "severity kind service" of the changes after an edit of table nat. */
async function changesAfter(edit: (nat: string) => string): Promise<string[]> {
  const edited = edit(save.slice(nat));
  expect(edited).not.toBe(save.slice(nat));
  const text = save.slice(0, nat) + edited;
  const { report } = await diff(manifests, [sourceFromText("node.txt", text)], options);
  return report!.changes.map((change) => `${change.severity} ${change.kind} ${change.service ?? change.chain}`);
}
const before = (place: string, rule: string) => (text: string) => text.replace(`-A ${place} `, `${rule}\n-A ${place} `);

describe("a rule in front of kube-proxy's own", () => {
  test.each([
    ["ACCEPT of all TCP", "KUBE-SERVICES", "-A KUBE-SERVICES -p tcp -j ACCEPT", "error unknown-rule KUBE-SERVICES"],
    [
      "RETURN of one address",
      "KUBE-SERVICES",
      `-A KUBE-SERVICES -d ${address}/32 -j RETURN`,
      `error unknown-rule ${service}`,
    ],
    [
      "a network and a range of ports",
      "KUBE-SERVICES",
      `-A KUBE-SERVICES -d ${address}/28 -p tcp -m tcp --dport ${port}:${Number(port) + 9} -j DROP`,
      "error unknown-rule",
    ],
    [
      "masquerading of everything",
      "KUBE-SERVICES",
      "-A KUBE-SERVICES -j KUBE-MARK-MASQ",
      "error unknown-rule KUBE-SERVICES",
    ],
    [
      "some clients come back from a service",
      chain!,
      `-A ${chain} -s 10.9.8.0/24 -j RETURN`,
      `error unknown-rule ${service}`,
    ],
    [
      "some clients come back from an endpoint",
      endpoint!,
      `-A ${endpoint} -s 10.9.8.0/24 -j RETURN`,
      `error unknown-rule ${service}`,
    ],
    ["all come back from a service", chain!, `-A ${chain} -j RETURN`, `error endpoint-missing ${service}`],
    [
      "a DNAT elsewhere",
      endpoint!,
      `-A ${endpoint} -p tcp -j DNAT --to-destination 10.9.9.9:99`,
      `error endpoint-stale ${service}`,
    ],
  ])("is an error where it takes packets: %s", async (_, place, rule, expected) => {
    expect(await changesAfter(before(place, rule))).toContainEqual(expect.stringContaining(expected));
  });

  test.each([
    ["another address", "-A KUBE-SERVICES -d 172.30.9.9/32 -j RETURN"],
    ["another port", `-A KUBE-SERVICES -d ${address}/32 -p tcp -m tcp --dport 1 -j DROP`],
    ["another protocol", `-A KUBE-SERVICES -d ${address}/32 -p icmp -j DROP`],
    ["a log", "-A KUBE-SERVICES -j LOG"],
  ])("is a warning where it takes none: %s", async (_, rule) => {
    expect(await changesAfter(before("KUBE-SERVICES", rule))).toEqual(["warning unknown-rule KUBE-SERVICES"]);
  });
});

describe("a rule of others in front of the jump to KUBE-SERVICES", () => {
  const inFront =
    (...rules: string[]) =>
    (text: string) =>
      text.replace("*nat\n", "*nat\n:DOCKER - [0:0]\n").replace(/^-A PREROUTING /m, `${rules.join("\n")}\n$&`);

  test.each([
    ["DNAT", [`-A PREROUTING -d ${address}/32 -p tcp -m tcp --dport ${port} -j DNAT --to-destination 10.9.9.9:99`]],
    ["ACCEPT", [`-A PREROUTING -d ${address}/32 -j ACCEPT`]],
    [
      "REDIRECT in its chain",
      ["-A PREROUTING -j DOCKER", `-A DOCKER -d ${address}/32 -p tcp -j REDIRECT --to-ports 9`],
    ],
  ])("is an error where it names a service's address: %s", async (_, rules) => {
    expect(await changesAfter(inFront(...rules))).toEqual([`error rule-order ${service}`]);
  });

  test("is an error where it asks for nothing but a port of services", async () => {
    const rule = `-A PREROUTING -p tcp -m tcp --dport ${port} -j DNAT --to-destination 10.9.9.9:99`;
    expect(await changesAfter(inFront(rule))).toEqual([expect.stringMatching(/^error rule-order/)]);
    for (const more of ["-i eth0", "-m addrtype --dst-type LOCAL", "-s 192.0.2.7/32"])
      expect(await changesAfter(inFront(rule.replace(" -j", ` ${more} -j`)))).toEqual([]);
  });

  test.each([
    ["-A PREROUTING -p tcp -j RETURN", /takes connections to every TCP service: \S+, /],
    ["-A PREROUTING -d 10.0.0.0/8 -j ACCEPT", /takes connections to (every service|\d+ services): \S+, /],
  ])("names what it takes where it takes many services: %s", async (rule, words) => {
    const { report } = await diff(manifests, [sourceFromText("node.txt", inFront(rule)(save))], options);
    expect(report!.changes.map(({ kind, severity, service: name }) => [kind, severity, name])).toEqual([
      ["rule-order", "error", undefined],
    ]);
    expect(report!.changes[0]!.message).toMatch(words);
  });

  test("is an error where it takes a node port", async () => {
    const nodePort = /^-A KUBE-NODEPORTS .*"(\S+?):.*--dport (\d+) /m.exec(save.slice(nat))!;
    const published = `-A DOCKER ! -i docker0 -p tcp -m tcp --dport ${nodePort[2]} -j DNAT --to-destination 172.17.0.2:80`;
    const jump = "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER";
    expect(await changesAfter(inFront(jump, published))).toEqual([`error rule-order ${nodePort[1]}`]);
  });

  test.each([
    ["-d 192.0.2.7/32 -p tcp -m tcp --dport PORT -j DNAT --to-destination 172.17.0.2:80", true],
    ["-d 192.0.2.0/24 -p tcp -m multiport --dports 22,PORT -j DROP", true],
    ["-d 192.0.2.7/32 -p udp -m udp --dport PORT -j DROP", false],
    ["-d 192.0.2.7/32 -p tcp -m tcp --dport 22 -j DNAT --to-destination 172.17.0.2:22", false],
    ["-d 10.244.0.0/16 -p tcp -m tcp --dport 1024:65535 -j ACCEPT", false],
  ])("is told where it names a node port at an address: %s", async (rule, isTold) => {
    const nodePort = /^-A KUBE-NODEPORTS .*"(\S+?):.*--dport (\d+) /m.exec(save.slice(nat))!;
    // Of a small capture packets tell whether the address is the node's.
    const told = await changesAfter(inFront(`-A PREROUTING ${rule.replace("PORT", nodePort[2]!)}`));
    expect(told).toEqual(isTold ? [expect.stringContaining(` rule-order ${nodePort[1]}`)] : []);
  });

  test.each([
    ["Docker's own", ["-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER -i docker0 -j RETURN"]],
    [
      "a published port",
      [
        "-A PREROUTING -j DOCKER",
        "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80",
      ],
    ],
    [
      "metadata",
      ["-A PREROUTING -d 169.254.169.254/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8181"],
    ],
    ["RETURN in a chain of its own", ["-A PREROUTING -j DOCKER", `-A DOCKER -d ${address}/32 -j RETURN`]],
  ])("is none otherwise: %s", async (_, rules) => {
    expect(await changesAfter(inFront(...rules))).toEqual([]);
  });
});

describe("a rule of a service that is written otherwise", () => {
  const jump = `-j ${chain}`;
  test("is told as what it takes where it has a further condition", async () => {
    const edit = (text: string) => text.replace(entry[0], entry[0].replace("-p tcp", "-i eth9 -p tcp"));
    expect(await changesAfter(edit)).toEqual([`error frontend-missing ${service}`]);
  });
  test.each([
    ["goto for a jump", (text: string) => text.replace(entry[0], entry[0].replace(jump, `-g ${chain}`))],
    ["DNAT with --random", (text: string) => text.replace(/(--to-destination \S+:\d+)$/m, "$1 --random")],
  ])("is none where no packet fares otherwise: %s", async (_, edit) => {
    expect(await changesAfter(edit)).toEqual([]);
  });
});

describe("a jump that is missing", () => {
  const edit = (text: string) => {
    const jump = /^-A FORWARD .*-j KUBE-PROXY-FIREWALL\n/m;
    expect(text).toMatch(jump);
    return text.replace(jump, "");
  };
  test("is a warning where the chain holds no rule", async () => {
    const { report } = await diff(manifests, [sourceFromText("node.txt", edit(save))], options);
    const isEmpty = !/^-A KUBE-PROXY-FIREWALL /m.test(save);
    expect(report!.changes.map(({ kind, severity }) => [kind, severity])).toEqual([
      ["jump-missing", isEmpty ? "warning" : "error"],
    ]);
    expect(isEmpty).toBe(true);
  });
});

test("a rule of which -p and -m name two protocols serves nobody", async () => {
  const text = save.replace(entry[0], entry[0].replace("-p tcp", "-p udp"));
  const { report } = await diff(manifests, [sourceFromText("node.txt", text)], options);
  expect(report!.changes.map(({ kind, service: name }) => [kind, name])).toContainEqual([
    "service-port-missing",
    service,
  ]);
  expect(report!.identical).toBe(false);
});
