/** The sets of nft that hold what is a node's own, against the text that they are taken out of. */
import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { digestCapture } from "./digest-capture.js";
import { OwnSetsCutter, ownSetsOf } from "./own-sets.js";

const listing = (hairpins: string, addresses = "192.168.0.1") => `table ip kube-proxy {
\tset hairpin-connections {
\t\ttype ipv4_addr . ipv4_addr . inet_proto . inet_service
\t\tcomment "service hairpin connections"
${hairpins}\t}

\tset nodeport-ips {
\t\ttype ipv4_addr
\t\telements = { ${addresses} }
\t}

\tchain services {
\t\tip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
\t}
}
`;
const HAIRPINS = "\t\telements = { 10.0.0.1 . 10.0.0.1 . tcp . 80,\n\t\t\t     10.0.0.2 . 10.0.0.2 . udp . 53 }\n";
const setsOf = (text: string) => ownSetsOf(sourceFromText("node.txt", text));
const digest = (text: string, isBeginning = false) => digestCapture(sourceFromText("node.txt", text), isBeginning);

test("sets are told with their elements and lines", () => {
  expect(setsOf(listing(HAIRPINS, "192.168.0.1, 192.168.0.7"))).toEqual({
    areAlone: true,
    sets: [
      {
        name: "hairpin-connections",
        isIPv6: false,
        elements: ["10.0.0.1 . 10.0.0.1 . tcp . 80", "10.0.0.2 . 10.0.0.2 . udp . 53"],
        line: 5,
        lines: 2,
      },
      { name: "nodeport-ips", isIPv6: false, elements: ["192.168.0.1", "192.168.0.7"], line: 11, lines: 1 },
    ],
  });
  expect(setsOf(listing("")).sets[0]).toMatchObject({ elements: [], lines: 0 });
});

test("digests leave them out, and nothing else", () => {
  for (const isBeginning of [false, true])
    expect(digest(listing(""), isBeginning)).toBe(digest(listing(HAIRPINS, "192.168.0.2"), isBeginning));
  const text = listing(HAIRPINS);
  for (const [from, to] of [
    ["@nodeport-ips", "@nodeport-ip"],
    ["type ipv4_addr\n", "type ipv6_addr\n"],
    ["set nodeport-ips", "set nodeport-ipt"],
    ["{ 192.168.0.1 }", "{ 192.168.0.1/32 }"],
    ["{ 192.168.0.1 }", "{ 192.168.0.1 timeout 1h }"],
    ["{ 192.168.0.1 }", '{ 192.168.0.1 comment "a" }'],
    ["192.168.0.1 }", "192.168.0.1  }\n"],
    [" }\n\t}\n\n\tchain", " } \n\t}\n\n\tchain"],
  ] as const) {
    expect(text).toContain(from);
    expect(digest(text.replace(from, to))).not.toBe(digest(text));
  }
});

test.each([
  ["elements that are added", "add element ip kube-proxy nodeport-ips { 192.168.0.1 }\n"],
  ["a set in another form", "\tset nodeport-ips { type ipv4_addr; }\n"],
  ["a comment", 'comment "hairpin-connections"\n'],
])("they are not alone with %s", (_, beside) => {
  expect(setsOf(listing(HAIRPINS)).areAlone).toBe(true);
  expect(setsOf(listing(HAIRPINS) + beside).areAlone).toBe(false);
});

test("they are the same in whatever pieces a text comes", () => {
  const lines = (listing(HAIRPINS) + listing("", "fd00::1")).split(/(?<=\n)/);
  const whole = new OwnSetsCutter(true);
  const text = whole.cut(lines.join("")) + whole.rest();
  fc.assert(
    fc.property(fc.array(fc.nat(lines.length)), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), lines.length];
      const cutter = new OwnSetsCutter(true);
      const kept = ends.map((end, i) => cutter.cut(lines.slice(ends[i - 1] ?? 0, end).join(""))).join("");
      expect(kept + cutter.rest()).toBe(text);
      expect(cutter.sets).toEqual(whole.sets);
    }),
  );
});
