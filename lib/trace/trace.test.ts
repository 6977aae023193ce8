/** Rules that are none of kube-proxy's, loops, holes and hostile input. */
import { describe, expect, test } from "@jest/globals";
import { checkFlows } from "../testing/packet-flows.js";
import { rulesetOfSave } from "../testing/traced-node.js";
import { distributionOf, outcomeKey, trace, type NodeFacts, type Packet, type TracedNode } from "./index.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

/** A node with the given lines in its nat and filter tables. */
function nodeWith(nat: string, filter = "", facts: Partial<NodeFacts> = {}): TracedNode {
  const section = (table: string, builtIn: readonly string[], text: string) => {
    const rules = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const policies = rules.filter((line) => line.startsWith(":"));
    const names = new Set(rules.flatMap((line) => /^-A (\S+)/.exec(line)?.[1] ?? []));
    const declared = builtIn.filter((name) => !policies.some((p) => p.startsWith(`:${name} `)));
    return [
      `*${table}`,
      ...policies,
      ...declared.map((name) => `:${name} ACCEPT [0:0]`),
      ...[...names].filter((name) => !builtIn.includes(name)).map((name) => `:${name} - [0:0]`),
      ...rules.filter((line) => line.startsWith("-A")),
      "COMMIT",
    ];
  };
  const text = [
    ...section("nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], nat),
    ...section("filter", ["INPUT", "FORWARD", "OUTPUT"], filter),
  ].join("\n");
  return { iptables: [rulesetOfSave(text, "IPv4")], facts: { localAddresses: ["192.168.0.11"], ...facts } };
}

const toService = "pod 10.244.1.9 on cni0 > tcp 10.96.0.10:80";

describe("a packet", () => {
  test("takes each random branch with its share", () => {
    checkFlows(
      nodeWith(`
        -A PREROUTING -m statistic --mode random --probability 0.25 -j DNAT --to-destination 10.0.0.1:1
        -A PREROUTING -m statistic --mode random --probability 0.5 -p tcp -j DNAT --to-destination 10.0.0.2:2
        -A PREROUTING -j MARK --set-xmark 0x1/0xffffffff
        -A POSTROUTING -m mark --mark 0x1 -j MASQUERADE`),
      `${toService} = 10.0.0.1:1 25%, 10.0.0.2:2 37.5%, undisturbed masqueraded 37.5%`,
    );
  });

  test("returns from jumps, and from gotos to where the last jump came from", () => {
    checkFlows(
      nodeWith(`
        -A PREROUTING -j A
        -A PREROUTING -j DNAT --to-destination 10.0.0.9:9
        -A A -g B
        -A A -j DNAT --to-destination 10.0.0.1:1
        -A B -s 10.0.0.0/8 -j RETURN
        -A B -j DNAT --to-destination 10.0.0.2:2`),
      `${toService} = 10.0.0.9:9`,
    );
  });

  test("meets the policy where the chain ends, and when it returns from the chain itself", () => {
    const dropping = nodeWith("", ":FORWARD DROP [0:0]\n-A FORWARD -s 10.244.1.8/32 -j ACCEPT\n-A FORWARD -j RETURN");
    checkFlows(dropping, `${toService} = dropped\npod 10.244.1.8 > tcp 10.96.0.10:80 = undisturbed`);
  });

  test("keeps the port where DNAT names none", () => {
    checkFlows(nodeWith("-A PREROUTING -j DNAT --to-destination 10.0.0.1"), `${toService} = 10.0.0.1:80`);
  });

  test("gets the source that SNAT names", () => {
    checkFlows(
      nodeWith("-A POSTROUTING -j SNAT --to-source 192.0.2.1"),
      `${toService} = undisturbed masqueraded as 192.0.2.1`,
    );
  });

  test("is not translated when its connection exists or is invalid", () => {
    const node = nodeWith(
      "-A PREROUTING -j DNAT --to-destination 10.0.0.1:1",
      "-A FORWARD -m conntrack --ctstate INVALID -j DROP",
    );
    const packet: Packet = {
      protocol: "tcp",
      source: "10.244.1.9",
      destination: "10.96.0.10",
      destinationPort: 80,
      arrival: { from: "pod" },
    };
    const outcome = (connection: "new" | "established" | "invalid") =>
      trace(node, { ...packet, connection }).outcomes.map((o) => outcomeKey(o.outcome));
    expect(outcome("new")).toEqual(["10.0.0.1:1"]);
    expect(outcome("established")).toEqual(["undisturbed"]);
    expect(outcome("invalid")).toEqual(["dropped"]);
  });

  test("of the node to itself passes output and input, and is translated once", () => {
    checkFlows(
      nodeWith(
        `-A OUTPUT -p udp -j DNAT --to-destination 192.168.0.11:53
         -A PREROUTING -j DNAT --to-destination 10.0.0.66:66`,
        "-A INPUT -i lo -p tcp -j REJECT",
      ),
      `node 192.168.0.11 > udp 192.168.0.11:5353 = 192.168.0.11:53
       node 192.168.0.11 > tcp 192.168.0.11:5353 = rejected`,
    );
  });

  test("goes out through the interface of the longest route", () => {
    const routes = [
      { to: "0.0.0.0/0", interface: "eth0" },
      { to: "10.244.1.0/24", interface: "cni0" },
    ];
    checkFlows(
      nodeWith("", "-A FORWARD -o cni0 -j DROP", { routes }),
      `outside 198.51.100.9 > tcp 10.244.1.2:80 = dropped
       outside 198.51.100.9 > tcp 10.244.2.2:80 = undisturbed`,
    );
  });

  test("whose fate hangs on something unknown ends as unknown, and only that share of it", () => {
    checkFlows(
      nodeWith(`
        -A PREROUTING -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.0.0.1:1
        -A PREROUTING -m quota --quota 3 -j DROP`),
      `${toService} = 10.0.0.1:1, unknown: a match is not understood: -m quota`,
    );
    checkFlows(
      nodeWith("-A PREROUTING -j REDIRECT --to-ports 1\n-A PREROUTING -j DROP"),
      `${toService} = unknown: target REDIRECT is not understood`,
    );
    checkFlows(nodeWith("-A PREROUTING -m quota --quota 3\n-A PREROUTING -j LOG"), `${toService} = undisturbed`);
    checkFlows(
      nodeWith("-A PREROUTING -j DNAT --to-destination 10.0.0.1-10.0.0.9"),
      `${toService} = unknown: DNAT to 10.0.0.1-10.0.0.9 is not understood`,
    );
  });

  test("that jumps in circles or into nothing ends as unknown", () => {
    checkFlows(nodeWith("-A PREROUTING -j A\n-A A -j A"), `${toService} = unknown: chains jump in circles`);
    checkFlows(nodeWith("-A PREROUTING -g A\n-A A -g A"), `${toService} = unknown: chains jump in circles`);
    const { iptables, facts } = nodeWith("-A PREROUTING -j ACCEPT");
    const [ruleset] = iptables!;
    const missing = {
      ...ruleset!,
      tables: ruleset!.tables.map((table) => ({
        ...table,
        rules: table.rules.map((rule) => ({ ...rule, target: { kind: "jump", chain: "GONE" } as const })),
      })),
    };
    checkFlows({ iptables: [missing], facts }, `${toService} = unknown: chain GONE does not exist`);
  });

  test("with addresses that are none ends as unknown", () => {
    const packet: Packet = {
      protocol: "tcp",
      source: "x",
      destination: "10.0.0.1",
      destinationPort: 1,
      arrival: { from: "node" },
    };
    expect([...distributionOf(trace(nodeWith(""), packet))]).toEqual([['unknown: source "x" is no IP address', 1]]);
    const mixed = { ...packet, source: "fd00::1" };
    expect([...distributionOf(trace(nodeWith(""), mixed))]).toEqual([
      ["unknown: source and destination are of different IP families", 1],
    ]);
  });

  test("of the other IP family is not looked at", () => {
    checkFlows(nodeWith("-A PREROUTING -j DROP"), "pod fd00::1 > tcp [fd00::2]:80 = undisturbed");
  });

  test("meets the rules of two rule sets in the order of their priorities", () => {
    const node = nodeWith("-A PREROUTING -j DNAT --to-destination 10.0.0.1:1");
    const nftables = [
      {
        kind: "nftables" as const,
        tables: [
          {
            family: "inet" as const,
            name: "t",
            sets: [],
            chains: [{ name: "early", base: { type: "filter", hook: "prerouting", priority: -110, policy: "accept" } }],
            rules: [
              {
                chain: "early",
                statements: [
                  {
                    kind: "match" as const,
                    left: { kind: "payload" as const, protocol: "tcp", field: "dport" },
                    operator: "==",
                    right: { kind: "literal" as const, value: 80 },
                  },
                  { kind: "verdict" as const, verdict: { kind: "drop" as const } },
                ],
              },
            ],
          },
        ],
      },
    ];
    checkFlows({ ...node, nftables }, `${toService} = dropped\npod 10.244.1.9 > tcp 10.96.0.10:81 = 10.0.0.1:1`);
  });
});

test("probabilities sum to one, whatever the random branches", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (probabilities) => {
      const rules = probabilities.map(
        (p, i) =>
          `-A PREROUTING -m statistic --mode random --probability ${p.toFixed(10)} -j DNAT --to-destination 10.0.0.${i}:1`,
      );
      const packet: Packet = {
        protocol: "tcp",
        source: "10.0.1.1",
        destination: "10.0.1.2",
        destinationPort: 1,
        arrival: { from: "pod" },
      };
      const { outcomes } = trace(nodeWith(rules.join("\n")), packet);
      expect(outcomes.reduce((sum, o) => sum + o.probability, 0)).toBeCloseTo(1, 12);
      for (const { probability, paths } of outcomes)
        expect(paths.reduce((sum, path) => sum + path.probability, 0)).toBeCloseTo(probability, 12);
    }),
    { numRuns: fuzzRuns(50) },
  );
});

test("ten thousand services with many endpoints are traced in well under a second a packet", () => {
  const lines: string[] = [];
  for (let i = 0; i < 10_000; i++)
    lines.push(`-A S -d 10.${96 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}/32 -p tcp -m tcp --dport 80 -j T`);
  for (let i = 0; i < 2000; i++)
    lines.push(
      `-A T -m statistic --mode random --probability ${(1 / (2000 - i)).toFixed(10)} -j DNAT --to-destination 10.244.${i >> 8}.${i & 255}:80`,
    );
  const node = nodeWith(`-A PREROUTING -j S\n${lines.join("\n")}`);
  const packet: Packet = {
    protocol: "tcp",
    source: "10.0.1.1",
    destination: "10.96.20.1",
    destinationPort: 80,
    arrival: { from: "pod" },
  };
  const start = performance.now();
  const { outcomes } = trace(node, packet);
  expect(outcomes).toHaveLength(2000);
  expect(outcomes[0]!.probability).toBeCloseTo(1 / 2000, 7);
  expect(performance.now() - start).toBeLessThan(3000);
});
