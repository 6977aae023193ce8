import { describe, expect, test } from "@jest/globals";
import { isTypedElement, isNftName } from "../rulesets/nftables/typed-element.js";
import { isPlainName, isTypedEntry } from "../rulesets/ipvs/typed-entry.js";
import { fc } from "../testing/fuzz/properties.js";
import { iptablesPatch } from "./iptables/patch.js";
import type { SideTables } from "./iptables/side.js";

const side = (texts: readonly string[], extra: readonly string[] = []): SideTables =>
  new Map([
    [
      "nat",
      {
        name: "nat",
        chains: new Map([
          ["PREROUTING", { texts }],
          ["KUBE-SERVICES", { texts: [] }],
          ...extra.map((name) => [name, { texts: [] }] as const),
        ]),
      },
    ],
  ]);
const JUMP = "-A PREROUTING -j KUBE-SERVICES";

describe("text of a capture", () => {
  test.each([
    ["10.9.9.9 }; delete chain ip kube-proxy services; #", false],
    ["10.9.9.9", true],
    ["10.0.0.0/8", true],
    ["10.9.9.9\u001b[31m", false],
    ["fd00::1", false],
  ])("is an element of type ipv4_addr only when it is an address: %j", (text, expected) => {
    expect(isTypedElement({ key: [text] }, ["ipv4_addr"])).toBe(expected);
  });

  test.each([
    ["10.96.0.1,tcp:80", true],
    ["30080", true],
    ["fd00::1,tcp:80,fd00::/64", true],
    ["10.96.0.1,tcp:80;reboot", false],
    ["$(reboot)", false],
    ["END", false],
  ])("is an entry of an ip set only when all of its parts are values: %j", (text, expected) => {
    expect(isTypedEntry(text)).toBe(expected);
  });

  test("is a name only without anything a shell, nft or a terminal reads", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(..." ;{}#$`'\"\\\n\u001b&|<>()*?!"), (text, mark) => {
        const name = `KUBE-${text.slice(0, 5)}${mark}`;
        expect([isNftName(name), isPlainName(name)]).toEqual([false, false]);
      }),
    );
  });

  test("reaches no patch of iptables rules beside kube-proxy's own jumps and chains", () => {
    const hostile = [
      '-A PREROUTING -m comment --comment "a\u001b[31m" -j KUBE-SERVICES',
      "-A PREROUTING -m strange --option x -j KUBE-SERVICES",
      "-A PREROUTING -m conntrack --ctstate \u001b[31m -j KUBE-SERVICES",
      "-A PREROUTING -m conntrack --ctstate NEW --ctdir $(reboot) -j KUBE-SERVICES",
      "-A PREROUTING -m addrtype --dst-type LOCAL;reboot -j KUBE-SERVICES",
      "-A PREROUTING -j DOCKER",
    ];
    const held = side([JUMP, JUMP, ...hostile], ["KUBE-SEP-;reboot", "KUBE-SVC-AAAAAAAAAAAAAAAA", "DOCKER"]);
    expect([...iptablesPatch(side([JUMP]), held, "IPv4")]).toEqual([
      "*nat",
      ":KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]",
      "-D PREROUTING -j KUBE-SERVICES",
      "-X KUBE-SVC-AAAAAAAAAAAAAAAA",
      "COMMIT",
    ]);
  });
});
