import { expect, jest, test } from "@jest/globals";
import { sourceFromText } from "../../lib/source/source.js";
import { createProgress } from "./progress.js";
import { watchSources } from "./watched-source.js";

test("progress shows after a second, at most ten times a second, and goes away with the last byte", () => {
  const clock = jest.spyOn(performance, "now");
  const written: string[] = [];
  clock.mockReturnValue(0);
  const progress = createProgress((text) => written.push(text), 60);
  const sources = watchSources([sourceFromText("a", "x".repeat(100)), sourceFromText("b", "y".repeat(300))], progress);
  sources[0]!.read(0, 100);
  expect(written).toEqual([]);
  clock.mockReturnValue(1500);
  sources[1]!.read(0, 100);
  clock.mockReturnValue(1510);
  sources[1]!.read(100, 200);
  expect(written).toEqual(["\r\u001b[Kreading [============            ] 50% of 0 MB"]);
  sources[1]!.read(200, 300);
  expect(written.at(-1)).toBe("\r\u001b[K");
  clock.mockReturnValue(9000);
  sources[0]!.read(0, 100);
  expect(written).toHaveLength(2);
  clock.mockRestore();
});

test("a quick run shows nothing", () => {
  const written: string[] = [];
  const progress = createProgress((text) => written.push(text), 60);
  for (const source of watchSources([sourceFromText("a", "x")], progress)) source.read(0, 1);
  expect(written).toEqual([]);
});
