import { expect, test } from "@jest/globals";
import { printElement } from "../../rulesets/nftables/print.js";
import type { NftElement, Verdict } from "../../rulesets/nftables/types.js";
import { fc } from "../../testing/fuzz/properties.js";
import { ElementTable } from "./elements.js";

const address = fc.constantFrom("10.96.0.1", "10.96.0.10", "10.9.0.1", "fd00::1", "2001:db8::96:1");
const key = fc.oneof(
  fc.tuple(address),
  fc.tuple(fc.constantFrom("tcp", "udp"), fc.integer({ min: 79, max: 810 })),
  fc.tuple(address, fc.constantFrom("tcp", "udp"), fc.integer({ min: 79, max: 82 })),
);
const added = fc.array(fc.record({ key, owner: fc.constantFrom("a", "b", "c"), isRival: fc.boolean() }), {
  maxLength: 60,
});

test("elements are in the order of their keys' texts, the last of each key with those it took the place of", () => {
  fc.assert(
    fc.property(added, (all) => {
      const table = new ElementTable();
      const byText = new Map<string, { owner: string; isRival: boolean }[]>();
      for (const one of all) {
        const verdict = one.isRival ? ({ kind: "drop" } as const) : undefined;
        table.add("set", one.key, { origin: { label: one.owner }, verdict });
        const text = one.key.join(" . ");
        byText.set(text, [...(byText.get(text) ?? []), one]);
      }
      const found = table.elementsOf("set");
      expect(found.map((element) => element.key.join(" . "))).toEqual([...byText.keys()].sort());
      expect(new Set(found.map((element) => element.key.at(-1)))).toEqual(new Set(all.map((one) => one.key.at(-1))));
      expect([...table.textsOf("set")]).toEqual(found.map(printElement));
      for (const element of found) {
        const same = byText.get(element.key.join(" . "))!;
        const rivals = same.slice(0, -1).filter((one, i) => same[i + 1]!.isRival && one.owner !== same[i + 1]!.owner);
        expect(element.origin?.label).toBe(same.at(-1)!.owner);
        expect((element.rivals ?? []).map(({ origin }) => origin?.label)).toEqual(rivals.map(({ owner }) => owner));
      }
      for (const labels of [new Set<string>(), new Set(["a"]), new Set(["b", "c"]), new Set(["a", "b", "c"])])
        expect(table.elementsOfLabels("set", labels)).toEqual(found.filter(({ origin }) => labels.has(origin!.label)));
    }),
  );
});

test("elements are just these where none is missing, added, sent elsewhere or in the place of another", () => {
  const table = new ElementTable();
  const keys = [["10.96.0.1", "tcp", 80] as const, ["10.96.0.2", "tcp", 80] as const];
  for (const key of keys) table.add("map", key, { verdict: "service-a" });
  const held = new Map<string, Pick<NftElement, "key" | "verdict">>(
    table.elementsOf("map").map((element) => [element.key.join(" . "), element]),
  );
  const with2 = (verdict: Verdict | undefined) =>
    new Map(held).set("10.96.0.2 . tcp . 80", { key: keys[1]!, ...(verdict && { verdict }) });
  expect(table.hasJust("map", held)).toBe(true);
  expect(table.hasJust("map", new Map([...held].slice(1)))).toBe(false);
  expect(table.hasJust("map", new Map(held).set("10.96.0.3 . tcp . 80", { key: keys[0]! }))).toBe(false);
  expect(table.hasJust("map", new Map([...held].slice(1)).set("10.96.0.3 . tcp . 80", { key: keys[0]! }))).toBe(false);
  expect(table.hasJust("map", with2({ kind: "goto", chain: "service-a" }))).toBe(true);
  expect(table.hasJust("map", with2({ kind: "jump", chain: "service-a" }))).toBe(false);
  expect(table.hasJust("map", with2({ kind: "goto", chain: "service-b" }))).toBe(false);
  expect(table.hasJust("map", with2({ kind: "drop" }))).toBe(false);
  expect(table.hasJust("map", with2(undefined))).toBe(false);
  expect(table.hasJust("other", new Map())).toBe(true);
  expect(table.hasJust("other", held)).toBe(false);
  // Twice one key, and as many elements on the other side: one of those is not expected.
  table.add("map", keys[1]!, { verdict: "service-a" });
  expect(table.hasJust("map", new Map(held).set("10.96.0.3 . tcp . 80", held.get("10.96.0.1 . tcp . 80")!))).toBe(
    false,
  );
  expect(table.hasJust("map", held)).toBe(true);
  // Sent elsewhere by who has the place now.
  table.add("map", keys[1]!, { verdict: "service-b" });
  expect(table.hasJust("map", held)).toBe(false);
  expect(table.hasJust("map", with2({ kind: "goto", chain: "service-b" }))).toBe(true);
});

test("elements are just those that are made of them, whatever took the place of what", () => {
  const differs = ({ verdict }: NftElement, at: number, place: number) => (at === place ? undefined : verdict);
  fc.assert(
    fc.property(added, fc.nat(60), (all, place) => {
      const table = new ElementTable();
      for (const { key, owner } of all)
        table.add("map", key, { origin: { label: owner }, verdict: `service-${owner}` });
      const made = table.elementsOf("map");
      const byKey = (elements: readonly NftElement[]) =>
        new Map(elements.map((element, i) => [element.key.join(" . "), { verdict: differs(element, i, place) }]));
      expect(table.hasJust("map", byKey(made))).toBe(place >= made.length);
      expect(table.hasJust("map", byKey(made.slice(1)))).toBe(made.length === 0);
    }),
  );
});

test("a container without elements is empty", () => {
  expect(new ElementTable().elementsOf("set")).toEqual([]);
  expect(new ElementTable().elementsOfLabels("set", new Set(["a"]))).toEqual([]);
  expect([...new ElementTable().textsOf("set")]).toEqual([]);
});

test("elements that nothing made are those of every service port", () => {
  const table = new ElementTable();
  table.add("set", ["10.96.0.1"]);
  table.add("set", ["10.96.0.2"], { origin: { label: "ns/a" } });
  expect(table.elementsOfLabels("set", new Set(["ns/b"])).map(({ key }) => key)).toEqual([["10.96.0.1"]]);
});
