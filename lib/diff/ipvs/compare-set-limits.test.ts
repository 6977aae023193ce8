/** A set's definition counts where it changes what the set can hold or match, and nowhere else. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { driftFixtures } from "../../testing/ipvs-vm/drift-fixtures.js";
import { diffIpvs } from "./index.js";
import { patchIpvs } from "./patch/index.js";
import { readIPVSCapture } from "./read-capture.js";

const { expected, texts } = driftFixtures().find(({ name, family }) => name === "identical" && family === "IPv4")!;

/** The node with one piece of `ipset save` written otherwise. */
function nodeWith(from: RegExp, to: string) {
  const ipset = texts.ipset.replace(from, to);
  expect(ipset).not.toBe(texts.ipset);
  const sources = Object.entries({ ...texts, ipset }).map(([name, text]) => sourceFromText(name, text));
  return readIPVSCapture(sources).capture;
}

describe("a set of kube-proxy's", () => {
  test.each([
    ["maxelem below its entries", /(KUBE-CLUSTER-IP .*maxelem) 65536/, "$1 1", "error", /maxelem 1, and \d+ entries/],
    [
      "a range without its ports",
      /(KUBE-NODE-PORT-TCP .*range) 0-65535/,
      "$1 0-1023",
      "error",
      /range 0-1023, in which/,
    ],
    ["a range of its ports alone", /(KUBE-NODE-PORT-TCP .*range) 0-65535/, "$1 30000-32767", "warning", /other ports/],
    ["a timeout", /(KUBE-CLUSTER-IP .*maxelem 65536)/, "$1 timeout 300", "error", /vanish after 300 seconds/],
    ["a netmask", /(KUBE-IPVS-IPS .*maxelem 65536)/, "$1 netmask 24", "error", /whole networks/],
    ["another type", /(KUBE-CLUSTER-IP) hash:ip,port/, "$1 hash:net,port", "error", /is of type hash:net,port/],
    ["another family", /(KUBE-CLUSTER-IP .*family) inet /, "$1 inet6 ", "error", /family inet6/],
  ])("with %s is a difference", (_name, from, to, severity, words) => {
    const capture = nodeWith(from, to);
    expect(diffIpvs(expected, capture).changes).toContainEqual(
      expect.objectContaining({ kind: "base-chain-changed", severity, message: expect.stringMatching(words) }),
    );
    expect(JSON.stringify(patchIpvs(expected, capture))).toMatch(/# KUBE-\S+ is of another type or has other options/);
  });

  test.each([
    ["another hash size", /hashsize 1024/g, "hashsize 4096"],
    ["bucket size and initial value", /maxelem 65536/g, "maxelem 65536 bucketsize 12 initval 0x3557bd76"],
    ["room for more", /maxelem 65536/g, "maxelem 262144"],
    ["counters", /maxelem 65536/g, "maxelem 65536 counters"],
    ["timeout 0", /maxelem 65536/g, "maxelem 65536 timeout 0"],
  ])("with %s is none", (_name, from, to) => {
    expect(diffIpvs(expected, nodeWith(from, to)).changes).toEqual([]);
  });
});
