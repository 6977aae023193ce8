/** What is not known of a packet or its node is answered case by case, and only where the outcome depends on it. */
import { describe, expect, test } from "@jest/globals";
import { parsePacket } from "../testing/packet-flows.js";
import { rulesetOfSave } from "../testing/traced-node.js";
import { parseNftList } from "../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../source/source.js";
import { outcomeKey, prepareTrace, type Condition, type NodeFacts, type TracedNode } from "./index.js";

const NAT = `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:NODEPORTS - [0:0]
-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.9:6443
-A PREROUTING -m addrtype --dst-type LOCAL -j NODEPORTS
-A NODEPORTS -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.3:8080
COMMIT
`;
const DOCKER = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A FORWARD -i cni+ -j ACCEPT
COMMIT
`;
const NFT = `table ip kube-proxy {
	chain pre {
		type nat hook prerouting priority -100; policy accept;
		fib daddr type local tcp dport 30080 dnat to 10.244.1.3:8080
	}
	chain fwd {
		type filter hook forward priority 0; policy accept;
		iifname { "docker0", "br-*" } drop
	}
}
`;

const open: NodeFacts = { localAddresses: [], mayHaveMoreAddresses: true };

function saved(text: string, facts: NodeFacts = open): TracedNode {
  return { iptables: [rulesetOfSave(text, "IPv4")], facts };
}

function listed(text: string, facts: NodeFacts = open): TracedNode {
  const { tables } = parseNftList(sourceFromText("node.txt", text), true);
  return { nftables: [{ kind: "nftables", tables }], facts };
}

const conditionText = (condition: Condition): string =>
  condition.kind === "local"
    ? `${condition.address} ${condition.isLocal ? "local" : "not local"}`
    : `${condition.kind} ${condition.negated ? "not " : ""}${condition.names.join(",")}`;

/** "outcome" when it is sure, else one "conditions: outcome" for each case. */
function told(node: TracedNode, packet: string): string[] {
  const { outcomes, cases } = prepareTrace(node)(parsePacket(packet));
  const keys = (of: typeof outcomes) => of.map(({ outcome }) => outcomeKey(outcome)).join(", ");
  if (!cases) return [keys(outcomes)];
  return cases.map(({ conditions, outcomes: own }) => `${conditions.map(conditionText).join(" & ")}: ${keys(own)}`);
}

describe("whether an address is the node's", () => {
  test("is a question where a rule of type LOCAL decides, and the rule is told", () => {
    const packet = "outside 198.51.100.9 > tcp 192.168.1.10:30080";
    expect(told(saved(NAT), packet)).toEqual([
      "192.168.1.10 local: 10.244.1.3:8080",
      "192.168.1.10 not local: undisturbed",
    ]);
    const [traced] = prepareTrace(saved(NAT))(parsePacket(packet)).outcomes;
    expect(traced).toMatchObject({
      probability: 1,
      outcome: { kind: "unknown", at: { chain: "PREROUTING", position: 2 }, asks: { kind: "local" } },
    });
  });

  test("is no question where it changes nothing", () => {
    expect(told(saved(NAT), "outside 198.51.100.9 > tcp 192.168.1.10:30081")).toEqual(["undisturbed"]);
    expect(told(saved(NAT), "outside 198.51.100.9 > tcp 10.96.0.1:443")).toEqual(["10.0.0.9:6443"]);
  });

  test("is known of addresses that are somebody else's, of loopback and of the told ones", () => {
    const facts = { ...open, localAddresses: ["192.168.1.10"], otherAddresses: ["192.168.1.11"] };
    expect(told(saved(NAT, facts), "outside 198.51.100.9 > tcp 192.168.1.10:30080")).toEqual(["10.244.1.3:8080"]);
    expect(told(saved(NAT, facts), "outside 198.51.100.9 > tcp 192.168.1.11:30080")).toEqual(["undisturbed"]);
    expect(told(saved(NAT, { localAddresses: [] }), "outside 198.51.100.9 > tcp 192.168.1.12:30080")).toEqual([
      "undisturbed",
    ]);
  });

  test("is asked by nftables alike", () => {
    expect(told(listed(NFT), "outside 198.51.100.9 on eth0 > tcp 192.168.1.10:30080")).toEqual([
      "192.168.1.10 local: 10.244.1.3:8080",
      "192.168.1.10 not local: undisturbed",
    ]);
  });
});

describe("an interface that is not known", () => {
  const node = { ...saved(DOCKER), facts: { localAddresses: [] } };

  test("gives one case for those that fare alike, whatever the way out is", () => {
    expect(told(node, "outside 198.51.100.9 > tcp 10.9.9.9:80")).toEqual([
      "in-interface docker0,cni+: undisturbed",
      "in-interface not docker0,cni+: dropped",
    ]);
  });

  test("is no question once it is told", () => {
    expect(told(node, "outside 198.51.100.9 on eth0 > tcp 10.9.9.9:80")).toEqual(["dropped"]);
    expect(told(node, "outside 198.51.100.9 on cni0 > tcp 10.9.9.9:80")).toEqual(["undisturbed"]);
  });

  test("is asked of each element of an nftables set", () => {
    expect(told(listed(NFT, { localAddresses: [] }), "outside 198.51.100.9 > tcp 10.9.9.9:80")).toEqual([
      "in-interface docker0,br-+: dropped",
      "in-interface not docker0,br-+: undisturbed",
    ]);
  });

  test("costs a bounded number of traces", () => {
    const many = Array.from({ length: 3000 }, (_, i) => `-A FORWARD -i veth${i} -j ACCEPT\n`).join("");
    const cases = told(
      { ...saved(DOCKER.replace("COMMIT", `${many}COMMIT`)), facts: { localAddresses: [] } },
      "outside 198.51.100.9 > tcp 10.9.9.9:80",
    );
    expect(cases.at(-1)).toMatch(/unknown: by which interface it came in is not known/);
  });
});

describe("rules that were not captured", () => {
  const missing = (translates: boolean) => ({ localAddresses: [], notCaptured: [{ text: "table x", translates }] });

  test("leave ends unknown that they could change", () => {
    const packet = "outside 198.51.100.9 on eth0 > tcp 10.9.9.9:80";
    const reason = "unknown: no captured rule decides, and not captured: table x";
    expect(told(saved(DOCKER, missing(true)), packet)).toEqual([reason]);
    expect(told(saved(DOCKER, missing(false)), packet)).toEqual(["dropped"]);
    expect(told(saved(NAT, missing(false)), packet)).toEqual([reason]);
    expect(told(saved(NAT, missing(true)), "outside 198.51.100.9 > tcp 10.96.0.1:443")).toEqual(["10.0.0.9:6443"]);
  });
});

describe("base chains of one priority", () => {
  const table = (name: string, to: string, family = "ip") =>
    `table ${family} ${name} {\n\tchain c {\n\t\ttype nat hook prerouting priority -100; policy accept;\n` +
    `\t\ttcp dport 80 dnat ip to ${to}:80\n\t}\n}\n`;
  const packet = "outside 198.51.100.9 on eth0 > tcp 10.9.9.9:80";

  // As a real kernel has it: the chain that was made last is asked first.
  test("that of the table listed last comes first", () => {
    expect(told(listed(table("a", "10.0.0.1") + table("b", "10.0.0.2"), { localAddresses: [] }), packet)).toEqual([
      "10.0.0.2:80",
    ]);
    expect(
      told(listed(table("a", "10.0.0.1", "inet") + table("b", "10.0.0.2"), { localAddresses: [] }), packet),
    ).toEqual(["10.0.0.2:80"]);
  });
});
