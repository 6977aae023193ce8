import { describe, expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { withoutInterfaces } from "../../testing/capture-forms.js";
import { capturedNodes } from "../../testing/captured-nodes.js";

/** The changes of a healthy node of which the rules of table filter or nat are edited. */
async function changesAfter(name: string, edit: (save: string) => string) {
  const { manifests, options, healthy } = capturedNodes().find((node) => node.name === name)!;
  const sources = Object.entries(healthy).map(([file, { text }]) =>
    sourceFromText(file, text.includes("*nat") ? edit(text) : text),
  );
  const { report } = await diff(manifests, sources, options);
  return report!.changes.map(({ kind, severity, chain, message }) => ({ kind, severity, chain, message }));
}
const MODES = ["iptables-save", "ipvsadm-save"];

describe("the order of jumps in built-in chains", () => {
  test("is a note where every packet fares the same", async () => {
    const swapped = (save: string) =>
      save.replace(/^(-A FORWARD .*-j KUBE-\S+\n)(-A FORWARD .*-j KUBE-\S+\n)/m, "$2$1");
    expect(await changesAfter("iptables-save", swapped)).toEqual([
      expect.objectContaining({ kind: "rule-order", severity: "info", chain: "FORWARD" }),
    ]);
  });

  test("says nothing of KUBE-FIREWALL, to which kubelet jumps as well", async () => {
    const last = (save: string) =>
      save
        .replace(/^(-A INPUT .*-j KUBE-FIREWALL\n)((?:-A INPUT .*\n)+)/m, "$2$1")
        .replace(/^(-A OUTPUT .*-j KUBE-FIREWALL\n)((?:-A OUTPUT .*\n)+)/m, "$2$1");
    const { healthy } = capturedNodes().find(({ name }) => name === "iptables-save")!;
    const texts = Object.values(healthy).map(({ text }) => text);
    expect(texts.some((text) => last(text) !== text)).toBe(true);
    expect(await changesAfter("iptables-save", last)).toEqual([]);
  });

  test.each(MODES)("is an error where somebody's rule in front takes all packets: %s", async (name) => {
    for (const target of ["ACCEPT", "DNAT --to-destination 10.9.8.7", "REDIRECT"]) {
      const walled = (save: string) =>
        save.replace(/^-A PREROUTING .*-j KUBE-SERVICES$/m, `-A PREROUTING -j ${target}\n$&`);
      expect(await changesAfter(name, walled)).toEqual([
        expect.objectContaining({
          kind: "rule-order",
          severity: "error",
          chain: "PREROUTING",
          message: expect.stringMatching(
            /decides about every packet in front of the jump to KUBE-SERVICES, which sees none/,
          ),
        }),
      ]);
    }
  });

  const CHAIN = ":OTHER - [0:0]\n";
  const withChain = (place: string, rules: readonly string[]) => (save: string) =>
    save
      .replace(/^\*filter\n(:[A-Z]+ (ACCEPT|DROP) .*\n)+/m, `$&${CHAIN}`)
      .replace(
        new RegExp(`^-A ${place} `, "m"),
        `${rules.map((rule) => `-A OTHER ${rule}\n`).join("")}-A ${place} -j OTHER\n$&`,
      );
  const inFront = expect.objectContaining({
    kind: "rule-order",
    message: expect.stringMatching(/in table filter decides about every packet in front of the jump to KUBE-/),
  });

  describe.each(MODES)("somebody's chain in front: %s", (name) => {
    test.each([
      ["INPUT", ["-j DROP"]],
      ["INPUT", ["-s 10.9.8.0/24 -j ACCEPT", "-j REJECT --reject-with icmp-port-unreachable"]],
      ["FORWARD", ["-j ACCEPT"]],
    ])("of %s from which no packet comes back is told: %j", async (chain, rules) => {
      expect(await changesAfter(name, withChain(chain, rules))).toContainEqual(inFront);
    });

    test.each([
      ["INPUT", ["-s 10.9.8.0/24 -j DROP"]],
      ["INPUT", ["-i eth9 -j RETURN", "-j DROP"]],
      ["FORWARD", ["-j RETURN"]],
      ["FORWARD", []],
    ])("of %s that gives packets back is not: %j", async (chain, rules) => {
      expect(await changesAfter(name, withChain(chain, rules))).toEqual([]);
    });
  });

  test("is looked at in a chain behind the jumps too, in mode ipvs", async () => {
    const behind = (rules: string) => (save: string) =>
      save
        .replace(/^\*filter\n(:[A-Z]+ (ACCEPT|DROP) .*\n)+/m, `$&${CHAIN}`)
        .replace(/^(-A INPUT .*\n)+/m, `$&-A INPUT -j OTHER\n${rules}`);
    expect(await changesAfter("ipvsadm-save", behind("-A OTHER -j DROP\n"))).toContainEqual(
      expect.objectContaining({ severity: "error", message: expect.stringMatching(/refuses connections to/) }),
    );
    expect(await changesAfter("ipvsadm-save", behind("-A OTHER -i eth9 -j RETURN\n-A OTHER -j DROP\n"))).toEqual([]);
  });

  test.each([
    ["-j RETURN", ["error unknown-rule"]],
    ["-p tcp -j ACCEPT", ["error unknown-rule"]],
    ["-s 127.0.0.0/8 -j ACCEPT", []],
    ["-m mark --mark 0x8000/0x8000 -j DROP", []],
    ["-s 10.0.0.0/8 -p tcp -m tcp ! --dport 80 -j DROP", ["warning unknown-rule"]],
    // OUTPUT leads there, too: it refuses what the node itself sends to the endpoint.
    ["-d 10.244.1.2/32 -j REJECT --reject-with icmp-port-unreachable", ["error rule-order", "warning unknown-rule"]],
    ["-d 10.244.9.9/32 -j REJECT --reject-with icmp-port-unreachable", ["warning unknown-rule"]],
    ["-d 10.244.0.0/16 -j MARK --set-xmark 0x0/0x4000", ["warning unknown-rule"]],
    ["-j LOG", []],
  ])("of KUBE-FIREWALL, kubelet's own too, may not keep packets from kube-proxy's rule: %s", async (rule, expected) => {
    const edit = (save: string) => save.replace(/^-A KUBE-FIREWALL ! /m, `-A KUBE-FIREWALL ${rule}\n$&`);
    const changes = await changesAfter("iptables-save", edit);
    expect(changes.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(expected);
  });

  test.each([
    ["*      *  ", [expect.objectContaining({ kind: "rule-order", severity: "error" })], "compared"],
    ["docker0 docker0", [], "compared"],
    ["docker0 docker0", [], "not known"],
  ])("hangs on the interfaces of a listed rule in front: %j, %#", async (names, changes, answer) => {
    const edit = (listing: string) =>
      listing.replace(
        /^Chain FORWARD .*\n.*\n/gm,
        `$&    1    60 ACCEPT     0    --  ${names}  0.0.0.0/0            0.0.0.0/0\n`,
      );
    const { manifests, options, healthy } = capturedNodes().find(({ name }) => name === "iptables -nvL")!;
    const sources = Object.entries(healthy).map(([file, { text }]) => {
      const edited = edit(text);
      return sourceFromText(file, answer === "not known" ? withoutInterfaces(edited) : edited);
    });
    const { report } = await diff(manifests, sources, options);
    expect(report!.changes).toEqual(changes);
    const { compared, wanted, notCompared } = report!.coverage;
    expect(compared).toBe(answer === "compared" ? wanted : 0);
    if (compared === 0) expect(notCompared[0]!.message).toMatch(/a rule of FORWARD .* or about those of an interface/);
  });

  test.each([
    ["-d 10.96.0.0/12 -j RETURN", "rule-order"],
    ["-d 10.0.0.0/8 -p tcp -j ACCEPT", "rule-order"],
    ["-p tcp -m tcp -j ACCEPT", "rule-order"],
    ["-p tcp -m multiport --dports 9,80:443 -j ACCEPT", "rule-order"],
    ["-p tcp -m tcp --dport 30000:32767 -j ACCEPT", "rule-order"],
    ["-p tcp -m multiport --dports 7,9 -j ACCEPT", undefined],
    ["-p tcp -m multiport --sports 80,443 -j ACCEPT", undefined],
    ["-p tcp -m multiport ! --dports 80,443 -j ACCEPT", "rule-order"],
    ["-p tcp -m tcp ! --dport 1:1024 -j REDIRECT", "rule-order"],
    ["-p tcp -m tcp ! --dport 0:65535 -j ACCEPT", undefined],
    ["-p tcp -m multiport ! --dports 9,1:65535 -j ACCEPT", undefined],
    ["-p tcp -m conntrack --ctstate NEW -j ACCEPT", "rule-order"],
    ["-d 10.96.0.0/12 -m conntrack ! --ctstate INVALID,ESTABLISHED -j RETURN", "rule-order"],
    ["-d 10.96.0.0/12 -m state --state NEW -j RETURN", "rule-order"],
    ["-d 10.96.0.0/12 -m conntrack --ctstate INVALID -j ACCEPT", undefined],
    ["-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT", "rule-order"],
    ["-p tcp -m addrtype --dst-type LOCAL -m multiport --dports 80,443 -j ACCEPT", undefined],
    ["-d 172.16.0.0/12 -p tcp -m tcp --dport 30000:32767 -j ACCEPT", undefined],
    ["-d 10.96.0.0/12 -j OTHERS", undefined],
    ["-d 172.16.0.0/12 -j RETURN", undefined],
    ["! -d 172.16.0.0/12 -j RETURN", "rule-order"],
    ["! -d 0.0.0.0/0 -j RETURN", undefined],
    ["! -d 172.16.0.0/12 -p tcp -m tcp --dport 30000:32767 -j RETURN", undefined],
    ["-p sctp -j ACCEPT", undefined],
    ["-d 10.0.0.0/8 -i docker0 -j RETURN", undefined],
    ["-s 172.17.0.0/16 -d 10.0.0.0/8 -j RETURN", undefined],
    ["-d 10.0.0.0/8 -p tcp -m tcp --sport 22 -j RETURN", undefined],
  ])("with a rule in front that asks for a network or protocol alone: %s", async (rule, kind) => {
    const edited = (save: string) =>
      save
        .replace(/^-A PREROUTING .*-j KUBE-SERVICES$/m, `-A PREROUTING ${rule}\n$&`)
        .replace("*nat\n", "*nat\n:OTHERS - [0:0]\n");
    const changes = await changesAfter("iptables-save", edited);
    expect(changes.map((change) => change.kind)).toEqual(kind === undefined ? [] : [kind]);
    expect(changes.every(({ severity }) => severity === "error")).toBe(true);
  });

  test.each([
    ["-j ACCEPT", "rule-order"],
    ["-p tcp -j REDIRECT --to-ports 7892", "rule-order"],
    ["-d 10.0.0.0/8 -j RETURN; -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 7892", "rule-order"],
    ["-d 0.0.0.0/1 -j RETURN; -d 128.0.0.0/1 -j RETURN; -p tcp -j REDIRECT --to-ports 7892", undefined],
    ["-m mark --mark 0x9 -j RETURN; -p tcp -j REDIRECT --to-ports 7892", undefined],
    ["-j RETURN; -p tcp -j REDIRECT --to-ports 7892", undefined],
    ["-m mark --mark 0x9 -j RETURN; -j ACCEPT", undefined],
  ])("with a chain in front that takes packets of a protocol, or all: %s", async (rules, kind) => {
    const others = rules.split("; ").map((rule) => `-A OTHERS ${rule}\n`);
    const edited = (save: string) =>
      save
        .replace(/^-A PREROUTING .*-j KUBE-SERVICES$/m, `-A PREROUTING -j OTHERS\n${others.join("")}$&`)
        .replace("*nat\n", "*nat\n:OTHERS - [0:0]\n");
    const changes = await changesAfter("iptables-save", edited);
    expect(changes.map((change) => change.kind)).toEqual(kind === undefined ? [] : [kind]);
  });

  test("is as it should be behind a patch of a jump from which no packet comes back", async () => {
    const { manifests, options, healthy } = capturedNodes().find((node) => node.name === "iptables-save")!;
    const rule = /^-A OUTPUT (.*) -j KUBE-PROXY-FIREWALL$/m;
    const sources = Object.entries(healthy).map(([file, { text }]) =>
      sourceFromText(file, text.replace(rule, "-A OUTPUT $1 -g KUBE-PROXY-FIREWALL")),
    );
    const patch = [...(await diff(manifests, sources, options)).patch()].join("\n");
    expect(patch).toMatch(/^-D OUTPUT .* -g KUBE-PROXY-FIREWALL$/m);
    expect(patch).toMatch(/^-I OUTPUT .* -j KUBE-PROXY-FIREWALL$/m);
  });

  describe.each(MODES)("of POSTROUTING: %s", (name) => {
    const edited = (rules: string) => (save: string) =>
      save
        .replace(/^-A POSTROUTING .*-j KUBE-POSTROUTING$/m, `${rules.replaceAll("; ", "\n")}\n$&`)
        .replace("*nat\n", "*nat\n:OTHERS - [0:0]\n");
    test.each([
      ["-A POSTROUTING -m mark --mark 0x4000/0x4000 -j RETURN"],
      ["-A POSTROUTING -m mark --mark 0x4000 -j ACCEPT"],
      ["-A POSTROUTING -m mark ! --mark 0x1/0x1 -j RETURN"],
      ["-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MARK --set-xmark 0x0/0x4000"],
      ["-A POSTROUTING -j MARK --set-xmark 0x1/0xffffffff"],
      ["-A POSTROUTING -j OTHERS; -A OTHERS -m mark --mark 0x4000/0x4000 -j ACCEPT"],
    ])("is an error where packets to be masqueraded get no further: %s", async (rules) => {
      expect(await changesAfter(name, edited(rules))).toEqual([
        expect.objectContaining({
          kind: "rule-order",
          severity: "error",
          message: expect.stringContaining("keeps packets from it that are marked for masquerading"),
        }),
      ]);
    });

    test.each([
      [
        "-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE; -A POSTROUTING -m mark --mark 0x4000/0x4000 -j RETURN",
      ],
      ["-A POSTROUTING -j OTHERS; -A OTHERS -m mark --mark 0x4000/0x4000 -j RETURN; -A OTHERS -j ACCEPT"],
      ["-A POSTROUTING -m mark --mark 0x40000/0xff0000 -j MASQUERADE"],
      ["-A POSTROUTING -m mark --mark 0x8000/0x8000 -j RETURN"],
      ["-A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN"],
      ["-A POSTROUTING -j MARK --set-xmark 0x1/0x1"],
      ["-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"],
      ["-A POSTROUTING -s 10.0.0.0/8 -m mark --mark 0x4000/0x4000 -j RETURN"],
    ])("is none where they get there, or get another address: %s", async (rules) => {
      expect(await changesAfter(name, edited(rules))).toEqual([]);
    });
  });

  test.each(MODES)("is none with somebody's rule in front that takes some: %s", async (name) => {
    const docker = "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER";
    const edited = (save: string) =>
      save.replace(/^-A PREROUTING .*-j KUBE-SERVICES$/m, `${docker}\n$&`).replace("*nat\n", "*nat\n:DOCKER - [0:0]\n");
    expect(await changesAfter(name, edited)).toEqual([]);
  });
});

describe("the order of rules in kube-proxy's chains", () => {
  test("of IPVS is an error where a packet meets another rule first", async () => {
    const moved = (save: string) =>
      save.replace(/^(-A KUBE-POSTROUTING .*-j RETURN\n)(-A KUBE-POSTROUTING .*\n)/m, "$2$1");
    const [change] = await changesAfter("ipvsadm-save", moved);
    expect(change).toMatchObject({ kind: "rule-order", severity: "error", chain: "KUBE-POSTROUTING" });
  });

  test("of IPVS is a note between rules that do the same", async () => {
    const moved = (save: string) =>
      save.replace(/^(-A KUBE-SERVICES .*-j KUBE-MARK-MASQ\n)(-A KUBE-SERVICES .*-j KUBE-MARK-MASQ\n)/m, "$2$1");
    const changes = await changesAfter("ipvsadm-save", moved);
    expect(changes.every(({ severity }) => severity === "info")).toBe(true);
  });
});
