import { expect, test } from "@jest/globals";
import { GrowingSet } from "./growing-set.js";

function reading(values: readonly string[]) {
  const read: string[] = [];
  function* each() {
    for (const value of values) {
      read.push(value);
      yield value;
    }
  }
  return { set: new GrowingSet(each()), read };
}

test("values are read up to the one that is looked for, each once", () => {
  const { set, read } = reading(["a", "b", "c"]);
  expect([set.has("b"), set.has("a"), set.has("b")]).toEqual([true, true, true]);
  expect(read).toEqual(["a", "b"]);
  expect(set.has("d")).toBe(false);
  expect(read).toEqual(["a", "b", "c"]);
  expect(set.has("c")).toBe(true);
});

test("all of them are there, read before or not", () => {
  const { set, read } = reading(["a", "b", "a"]);
  set.has("a");
  expect([...set.all()]).toEqual(["a", "b"]);
  expect([...set.all()]).toEqual(["a", "b"]);
  expect(read).toEqual(["a", "b", "a"]);
});
