/** IPVS: who gets a connection, and what ip sets hold. */
import { describe, expect, test } from "@jest/globals";
import type { IPSet, IPVSState, RealServer, VirtualServer } from "../../rulesets/ipvs/types.js";
import { checkFlows, parsePacket } from "../../testing/packet-flows.js";
import { rulesetOfSave } from "../../testing/traced-node.js";
import { enterPacket } from "../packet-state.js";
import { trace, persistenceName, type TracedNode } from "../index.js";
import { prepareIPSet } from "./ip-sets.js";

const real = (address: string, weight = 1, more: Partial<RealServer> = {}): RealServer => ({
  address,
  port: 8080,
  forwarding: "masquerade",
  weight,
  ...more,
});

function nodeWith(server: Partial<VirtualServer>, facts: Partial<TracedNode["facts"]> = {}, save = ""): TracedNode {
  const virtualServer: VirtualServer = {
    protocol: "tcp",
    address: "10.96.0.10",
    port: 80,
    scheduler: "rr",
    flags: [],
    persistenceSeconds: undefined,
    realServers: [],
    ...server,
  };
  const state: IPVSState = {
    kind: "ipvs",
    family: "IPv4",
    virtualServers: [virtualServer],
    sets: [],
    addresses: [{ address: "10.96.0.10" }],
  };
  return {
    ipvs: [state],
    ...(save !== "" && { iptables: [rulesetOfSave(save, "IPv4")] }),
    facts: { localAddresses: ["192.168.0.11"], ...facts },
  };
}

const POD = "pod 10.244.1.9 > tcp 10.96.0.10:80";
const OTHERS = [real("10.244.1.2", 1), real("10.244.2.2", 3)];

describe("a virtual server", () => {
  test.each([
    ["rr", "10.244.1.2:8080 10.244.2.2:8080"],
    ["lc", "10.244.1.2:8080 10.244.2.2:8080"],
    ["wrr", "10.244.1.2:8080 25%, 10.244.2.2:8080 75%"],
    ["sh", "10.244.1.2:8080 25%, 10.244.2.2:8080 75%"],
    ["fo", "unknown: the shares of scheduler fo cannot be told from the rules"],
  ])("with scheduler %s gives its real servers their shares", (scheduler, outcomes) => {
    checkFlows(nodeWith({ scheduler, realServers: OTHERS }), `${POD} = ${outcomes}`);
  });

  test("gives nothing to real servers of weight zero, and refuses when there is no other", () => {
    const drained = [real("10.244.1.2", 0), real("10.244.2.2")];
    checkFlows(nodeWith({ realServers: drained }), `${POD} = 10.244.2.2:8080`);
    checkFlows(nodeWith({ scheduler: "fo", realServers: drained }), `${POD} = 10.244.2.2:8080`);
    checkFlows(nodeWith({ realServers: [real("10.244.1.2", 0)] }), `${POD} = rejected`);
    checkFlows(nodeWith({ realServers: [] }), `${POD} = rejected`);
  });

  test("keeps a remembered client at its real server, and remembers a new one", () => {
    const server = { persistenceSeconds: 600, realServers: OTHERS };
    const node = nodeWith(server);
    const name = persistenceName(node.ipvs![0]!.virtualServers[0]!, OTHERS[1]!);
    expect(name).toBe("tcp 10.96.0.10:80 > 10.244.2.2:8080");
    const remembered = trace(node, parsePacket(POD)).outcomes.map(({ paths }) => paths[0]!.remembered);
    expect(remembered).toContainEqual([name]);
    const affinity = new Map([[name, ["10.244.1.9"]]]);
    checkFlows(nodeWith(server, { affinity }), `${POD} = 10.244.2.2:8080`);
  });

  test("is met only at an address of the node, or by what the node sends", () => {
    const node = nodeWith({ address: "10.96.0.99", realServers: OTHERS });
    checkFlows(
      node,
      `pod 10.244.1.9 > tcp 10.96.0.99:80 = undisturbed
       node 192.168.0.11 > tcp 10.96.0.99:80 = 10.244.1.2:8080 10.244.2.2:8080`,
    );
  });

  test("does not guess at what a listing leaves out, other ways of forwarding, and connections that exist", () => {
    const unknown = (server: Partial<VirtualServer>, connection: "new" | "established" = "new") =>
      trace(nodeWith({ realServers: OTHERS, ...server }), { ...parsePacket(POD), connection }).outcomes.every(
        ({ outcome }) => outcome.kind === "unknown",
      );
    expect(unknown({})).toBe(false);
    expect(unknown({ fieldsNotListed: ["weight"] })).toBe(true);
    expect(unknown({ realServers: [real("10.244.1.2", 1, { forwarding: "tunnel" })] })).toBe(true);
    expect(unknown({ persistenceSeconds: 5, persistenceMask: "255.255.0.0" })).toBe(true);
    expect(unknown({}, "established")).toBe(true);
  });

  test("sends out through the output and postrouting chains, unless the real server is on the node", () => {
    const save = `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A OUTPUT -j DNAT --to-destination 10.0.0.66:66
-A POSTROUTING -j MASQUERADE
COMMIT
*filter
:OUTPUT ACCEPT [0:0]
-A OUTPUT -d 10.244.1.2/32 -m ipvs --vaddr 10.96.0.10 --vproto 6 --vport 80 -j DROP
COMMIT`;
    const realServers = [real("10.244.1.2"), real("10.244.2.2"), real("192.168.0.11"), real("10.244.3.2")];
    checkFlows(
      nodeWith({ realServers }, {}, save),
      `${POD} = 10.244.2.2:8080 masqueraded 10.244.3.2:8080 masqueraded 192.168.0.11:8080 dropped`,
    );
  });
});

describe("an ip set", () => {
  const state = (packet: string, sourcePort?: number) => {
    const entered = enterPacket({ ...parsePacket(packet), sourcePort });
    if (typeof entered === "string") throw new Error(entered);
    return entered;
  };
  const set = (type: string, entries: readonly string[], more: Partial<IPSet> = {}): IPSet => ({
    name: "s",
    type,
    family: "inet",
    entries: entries.map((text) => ({ text })),
    ...more,
  });

  test.each([
    ["hash:ip", ["10.96.0.10"], ["dst"], POD, true],
    ["hash:ip", ["10.96.0.10"], ["src"], POD, false],
    ["hash:net", ["10.244.0.0/16"], ["src"], POD, true],
    ["hash:net", ["10.245.0.0/16"], ["src"], POD, false],
    ["hash:ip,port", ["10.96.0.10,TCP:80"], ["dst", "dst"], POD, true],
    ["hash:ip,port", ["10.96.0.10,udp:80"], ["dst", "dst"], POD, false],
    ["hash:ip,port", ["10.96.0.10,tcp:80"], ["src", "dst"], POD, false],
    ["hash:ip,port", ["10.96.0.10,tcp:80"], ["dst", "src"], POD, undefined],
    ["hash:ip,port", ["10.96.0.10,tcp:80"], ["dst"], POD, undefined],
    ["hash:ip,port,ip", ["10.96.0.10,tcp:80,10.244.1.9"], ["dst", "dst", "src"], POD, true],
    [
      "hash:ip,port,net",
      ["10.96.0.10,tcp:80,10.0.0.0/24", "10.96.0.10,tcp:80,10.244.1.0/24"],
      ["dst", "dst", "src"],
      POD,
      true,
    ],
    ["hash:ip,port,net", ["10.96.0.10,tcp:81,10.244.1.0/24"], ["dst", "dst", "src"], POD, false],
    ["bitmap:port", ["80"], ["dst"], POD, true],
    ["bitmap:port", ["80"], ["dst"], "pod 10.244.1.9 > udp 10.96.0.10:80", true],
    ["bitmap:port", ["80"], ["dst"], "pod 10.244.1.9 > sctp 10.96.0.10:80", false],
    ["hash:mac", ["01:02:03:04:05:06"], ["src"], POD, undefined],
    ["hash:net", ["10.244.0.0/16 nomatch"], ["src"], POD, undefined],
    ["hash:ip", ["fd00::1"], ["dst"], "pod fd00::9 > tcp [fd00::1]:80", true],
  ] as const)("%s with %j at %j for %s: %s", (type, entries, directions, packet, want) => {
    expect(prepareIPSet(set(type, entries))(directions, state(packet))).toBe(want);
  });

  test("whose members were not listed is not known", () => {
    expect(prepareIPSet(set("hash:ip", [], { membersListed: false }))(["dst"], state(POD))).toBeUndefined();
  });
});
