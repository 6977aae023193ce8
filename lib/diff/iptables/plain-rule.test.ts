import { describe, expect, test } from "@jest/globals";
import type { IPFamily } from "../../net/ip.js";
import { readRecordedText } from "../../testing/recorded-cases.js";
import { fc } from "../../testing/fuzz/properties.js";
import { readAnyRule, readKubeRule } from "./kube-rule.js";
import { readPlainRule } from "./plain-rule.js";

const SEP = "KUBE-SEP-UIQK3OSOSTRHRPBX";
const AT = { file: "node.txt", line: 7 };

/** A part in the normal form mostly, else another, or none at all. */
const part = (normal: readonly string[], others: readonly string[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom("", ...normal) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

function linesOf(family: IPFamily): fc.Arbitrary<string> {
  const isIPv4 = family === "IPv4";
  const address = isIPv4 ? "10.0.0.7" : "fd00::7";
  const bits = isIPv4 ? 32 : 128;
  const mask = isIPv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const other = isIPv4 ? "010.0.0.7" : "FD00::7";
  const hostOf = (option: string) =>
    part(
      [` ${option} ${address}/${bits}`],
      [
        ` ${option} ${other}/${bits}`,
        ` ${option} ${address}`,
        ` ${option} ${isIPv4 ? "10.0.0.256" : "fd00:::7"}/${bits}`,
        ` ${option} ${address}/${bits - 8}`,
        ` ! ${option} ${address}/${bits}`,
        ` ${option} ${isIPv4 ? "fd00::7/128" : "10.0.0.7/32"}`,
        ` ${option} ${isIPv4 ? "0.0.0.0/0" : "::/0"}`,
        ` ${option} ${isIPv4 ? "0.0.0.0/32" : "::ffff:10.0.0.7/128"}`,
        ` ${option} ${isIPv4 ? "1.2.3/32" : "fd00:0::7/128"}`,
      ],
    );
  const choice = part(
    [
      " -m statistic --mode random --probability 0.50000000000",
      " -m statistic --mode random --probability 0.33333333349",
    ],
    [
      ...["0.5", "0.33333333333", "1.00000000000", "1.50000000000", "0.00000000000", "0.99999999999", "2"].map(
        (text) => ` -m statistic --mode random --probability ${text}`,
      ),
      " -m statistic --mode random ! --probability 0.50000000000",
      " -m statistic --mode nth --every 2 --packet 0",
    ],
  );
  const listed = `--name ${SEP} --mask ${mask} --rsource`;
  const memory = part(
    [` -m recent --set ${listed}`, ` -m recent --rcheck --seconds 10800 --reap ${listed}`],
    [
      ` -m recent --rcheck --seconds 0 --reap ${listed}`,
      ` -m recent --rcheck --seconds 010 --reap ${listed}`,
      ` -m recent --rcheck --seconds 10800 ${listed}`,
      ` -m recent --update --seconds 10800 --reap ${listed}`,
      ` -m recent ! --rcheck --seconds 10800 --reap ${listed}`,
      ` -m recent --set --name ${SEP}`,
      ` -m recent --set --name ${SEP} --mask 255.255.255.0 --rsource`,
      ` -m recent --set --name ${SEP} --mask ${mask} --rdest`,
      ` -m recent --set --name KUBE-SEP-AAAAAAAAAAAAAAAA --mask ${mask} --rsource`,
      ` -m recent --set --name other --mask ${mask} --rsource`,
    ],
  );
  const to = isIPv4 ? address : `[${address}]`;
  return fc
    .record({
      chain: part([`KUBE-SVC-UIQK3OSOSTRHRPBX`, SEP, "KUBE-SERVICES"], ["INPUT", '"KUBE-A"', "-X", "KUBE-a"]),
      source: hostOf("-s"),
      destination: hostOf("-d"),
      protocol: part([" -p tcp", " -p udp"], [" -p 6", " ! -p tcp", " -p all", " -p sctp"]),
      comment: part(
        [' -m comment --comment "default/web:http cluster IP"'],
        [
          " -m comment --comment web",
          ' -m comment --comment "web"',
          ' -m comment --comment ""',
          ' -m comment --comment "it\'s"',
          ' -m comment --comment "a \\"b\\" c"',
          " -m comment --comment 'a b'",
          ' -m comment --comment "a\tb"',
          ' -m comment --comment "$& $1"',
          ' -m comment --comment "-j KUBE-X"',
          ' -m comment --comment "a"b',
        ],
      ),
      choice,
      memory,
      transport: part(
        [" -m tcp", " -m udp", " -m tcp --dport 80"],
        [" -m tcp --dport 080", " -m tcp --dport 80:90", " -m tcp --sport 80", " -m tcp ! --dport 80", " -m sctp"],
      ),
      target: part(
        [` -j ${SEP}`, " -j KUBE-MARK-MASQ", ` -j DNAT --to-destination ${to}:8080`],
        [
          ` -g ${SEP}`,
          " -j ACCEPT",
          " -j MARK",
          " -j KUBE-MARK-MASQ --x",
          ` -j DNAT --to-destination ${to}`,
          ` -j DNAT --to-destination ${to}:8080-8090`,
          ` -j DNAT --to-destination ${to}:08080`,
          ` -j DNAT --to-destination ${to}:99999 --random`,
          ` -j DNAT --to-destination ${isIPv4 ? other : "[fd00:0::7]"}:8080`,
          ` -j DNAT --to-destination ${isIPv4 ? "[fd00::7]" : "10.0.0.7"}:8080`,
        ],
      ),
      end: part([], [" ", "\r", " -m comment --comment x"]),
    })
    .map((words) => `-A ${Object.values(words).join("")}`);
}

const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

describe.each(FAMILIES)("plain rules of %s", (family) => {
  test("a rule read at a glance is the one that is read word by word", () => {
    let plain = 0;
    fc.assert(
      fc.property(linesOf(family), (line) => {
        if (readPlainRule(line, family)) plain++;
        expect(readKubeRule(line, family, AT)).toEqual(readAnyRule(line, family, AT));
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  test("one character more, less or other: still the same", () => {
    const characters = fc.constantFrom(..." !-/.:0129afx\"'\\[]");
    fc.assert(
      fc.property(linesOf(family), fc.nat(), characters, fc.constantFrom(0, 1), (line, place, character, taken) => {
        const at = 3 + (place % (line.length - 2));
        const changed = line.slice(0, at) + character + line.slice(at + taken);
        expect(readKubeRule(changed, family, AT)).toEqual(readAnyRule(changed, family, AT));
      }),
      { numRuns: 3000 },
    );
  });
});

test("what nodes hold of endpoints and the choice among them is plain", () => {
  const lines = readRecordedText("session-affinity", "iptables", "iptables-save", 36)!.split("\n");
  const own = lines.filter((line) => /^-A KUBE-(SEP|SVC)-/.test(line) && !line.includes(" ! -s "));
  expect(own.length).toBeGreaterThan(5);
  expect(own.filter((line) => !readPlainRule(line, "IPv4"))).toEqual([]);
});
