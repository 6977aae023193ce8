import { expect, test } from "@jest/globals";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import type { KubeRule } from "./kube-rule.js";
import { Owners } from "./owners.js";
import { takersInFront, type ByPlace } from "./rules-in-front.js";
import { Side } from "./side.js";

const rulesOf = (addresses: readonly string[]) =>
  addresses.map(
    (address) => `-A PREROUTING -d ${address}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80`,
  );

function sideOf(rules: readonly string[]): Side {
  const lines = ["*nat", ":PREROUTING ACCEPT [0:0]", ":KUBE-SERVICES - [0:0]", ...rules];
  const text = [...lines, "-A PREROUTING -j KUBE-SERVICES", "COMMIT", ""].join("\n");
  const [{ chains, file }] = readCaptures([sourceFromText("node.txt", text)]).tables as [
    ReturnType<typeof readCaptures>["tables"][number],
  ];
  return new Side(new Map([["nat", { name: "nat", chains, file }]]), "IPv4");
}

test("what services are reached at is collected once, however many rules stand in front", () => {
  const others = Array.from({ length: 500 }, (_, n) => `203.0.113.${n % 250}`);
  const frontend: KubeRule = {
    chain: "KUBE-SERVICES",
    clauses: [
      { kind: "destination", address: "10.96.0.10" },
      { kind: "transport", protocol: "tcp", destinationPort: { ports: "80" } },
    ],
    target: { kind: "none" },
    comment: "shop/web",
    text: "",
    meaning: "",
    countsOnly: false,
    at: undefined,
  };
  let asked = 0;
  const frontends = (): ByPlace => {
    asked++;
    return new Map([["10.96.0.10", [frontend]]]);
  };
  const side = sideOf(rulesOf([...others, "10.96.0.10"]));
  const changes = takersInFront("PREROUTING", new Owners([]), side, frontends);
  expect(changes.map(({ service }) => service)).toEqual(["shop/web"]);
  expect(asked).toBe(1);
  expect(takersInFront("PREROUTING", new Owners([]), sideOf([]), frontends)).toEqual([]);
  expect(asked).toBe(1);
});
