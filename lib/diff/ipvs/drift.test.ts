import { describe, expect, test } from "@jest/globals";
import { diffIpvs, type IPVSCapture } from "./index.js";
import { readIPVSCapture } from "./read-capture.js";
import { CHANGE_KINDS } from "../types.js";
import { sourceFromText } from "../../source/source.js";
import { driftFixtures, type Drift } from "../../testing/ipvs-vm/drift-fixtures.js";

const drifts = driftFixtures();

function capture(texts: Partial<Drift["texts"]>): IPVSCapture {
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(`${name}.txt`, text));
  const { capture, diagnostics } = readIPVSCapture(sources);
  expect(diagnostics.filter(({ severity }) => severity !== "note")).toEqual([]);
  return capture;
}

const serious = (changes: readonly { readonly severity: string }[]) => changes.filter((c) => c.severity !== "info");

describe("a node that differs in one known way", () => {
  test.each(drifts)("$family: $name", ({ expected, texts, changes, info }) => {
    const found = diffIpvs(expected, capture(texts)).changes;
    expect(serious(found)).toHaveLength(changes.length);
    for (const change of changes) expect(found).toContainEqual(expect.objectContaining(change));
    for (const change of info) expect(found).toContainEqual(expect.objectContaining({ ...change, severity: "info" }));
  });

  test.each(drifts)("$family: $name is told with rules of one side or both, and a place", ({ expected, texts }) => {
    for (const { expected: wanted, actual, at, message } of diffIpvs(expected, capture(texts)).changes) {
      expect(message).not.toBe("");
      expect(wanted.length + actual.length).toBeGreaterThan(0);
      if (at) expect(Object.keys(texts).map((name) => `${name}.txt`)).toContain(at.file);
    }
  });

  test("covers every kind of change but shares, which weights decide in ipvs mode", () => {
    for (const family of ["IPv4", "IPv6"]) {
      const kinds = new Set(
        drifts.filter((d) => d.family === family).flatMap((d) => d.changes.map(({ kind }) => kind)),
      );
      expect(CHANGE_KINDS.filter((kind) => !kinds.has(kind))).toEqual(["share-changed"]);
    }
  });
});

describe("a node of which only a part was read", () => {
  const identical = drifts.filter(({ name }) => name === "identical");
  const parts = ["ipvsadm", "ipset", "iptables", "addresses"] as const;

  test.each(identical.flatMap((drift) => parts.map((part) => ({ ...drift, part }))))(
    "$family: is compared as far as $part goes, and what is missing is said",
    ({ expected, texts, part }) => {
      const { changes, uncovered } = diffIpvs(expected, capture({ [part]: texts[part] }));
      expect(changes).toEqual([]);
      // The virtual servers decide; the other listings refine.
      const { gaps, notGiven } = uncovered;
      expect([gaps.length, notGiven.length]).toEqual(part === "ipvsadm" ? [0, 3] : [1, 2]);
    },
  );

  test.each(identical)("$family: is compared without addresses where those listed are of the other family", (drift) => {
    const other = drift.family === "IPv4" ? "inet6 ::1/128" : "inet 127.0.0.1/8";
    const addresses = `1: lo    ${other} scope host lo\n2: eth0    ${other} scope host eth0\n`;
    const { changes, uncovered } = diffIpvs(drift.expected, capture({ ...drift.texts, addresses }));
    expect(changes).toEqual([]);
    expect(uncovered.gaps).toEqual([]);
  });

  const shorten: readonly (readonly [part: (typeof parts)[number], without: RegExp, said: RegExp])[] = [
    ["ipset", /^[^]*$/, /^entries of ip sets \(ipset save\)$/],
    ["addresses", /^[^]*$/, /^addresses of kube-ipvs0 \(ip addr show\)$/],
    ["iptables", /^\*nat\n[^]*?^COMMIT$/m, /^table nat \(ip6?tables-save\)$/],
  ];
  test.each(identical.flatMap((drift) => shorten.map(([part, without, said]) => ({ ...drift, part, without, said }))))(
    "$family: a listing of $part that shows less is not all that was given",
    ({ expected, texts, part, without, said }) => {
      const lone = "7: eth0: <UP>\n    inet 10.0.0.5/24 scope global eth0\n    inet6 fd00::5/64 scope global\n";
      const terse = [...texts.ipset.matchAll(/^create (\S+) (\S+) (.*)$/gm)].map(
        ([, name, type, header]) => `Name: ${name}\nType: ${type}\nHeader: ${header}\nNumber of entries: 3\n\n`,
      );
      const instead = { ipset: terse.join(""), addresses: lone, iptables: "", ipvsadm: "" }[part];
      const shorter = { ...texts, [part]: texts[part].replace(without, () => instead) };
      const { changes, uncovered } = diffIpvs(expected, capture(shorter));
      expect(changes).toEqual([]);
      expect(uncovered.notGiven).toEqual([expect.stringMatching(said)]);
    },
  );

  const only = (name: string, part: (typeof parts)[number]) =>
    drifts.filter((drift) => drift.name === name).map((drift) => ({ ...drift, part }));

  test.each([
    ...only("service-port-missing", "ipvsadm").map((d) => ({
      ...d,
      change: { kind: "service-port-missing", service: "prod/db" },
    })),
    ...only("service-port-missing", "ipset").map((d) => ({
      ...d,
      change: { kind: "service-port-missing", service: "prod/db" },
    })),
    ...only("service-port-missing", "addresses").map((d) => ({
      ...d,
      change: { kind: "frontend-missing", service: "prod/db" },
    })),
    ...only("service-port-stale", "ipset").map((d) => ({ ...d, change: { kind: "service-port-stale" } })),
    ...only("service-port-stale", "addresses").map((d) => ({ ...d, change: { kind: "frontend-stale" } })),
    ...only("masquerade-cluster-ip", "ipset").map((d) => ({
      ...d,
      change: { kind: "masquerade-changed", service: "prod/db" },
    })),
  ])("$family: $name shows in $part alone", ({ expected, texts, part, change }) => {
    const { changes } = diffIpvs(expected, capture({ [part]: texts[part] }));
    expect(serious(changes)).toContainEqual(expect.objectContaining(change));
    expect(new Set(serious(changes).map((c) => (c as { service?: string }).service)).size).toBe(1);
  });
});
