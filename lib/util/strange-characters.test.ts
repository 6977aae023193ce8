import { expect, test } from "@jest/globals";
import { strangeCharacterNote } from "./strange-characters.js";

test("what looks like a space, a dash or nothing is named with its number", () => {
  expect(strangeCharacterNote("\u00a0 name")).toBe(
    "a no-break space (U+00A0) stands there, as in text copied from a page: type it anew",
  );
  expect(strangeCharacterNote("\u200bapiVersion")).toMatch(/^a space without width \(U\+200B\)/);
  expect(strangeCharacterNote("\u2013 port")).toMatch(/^a long dash \(U\+2013\)/);
});

test.each(["", "name", "é", "名前", "😀"])("%j is as it looks", (text) => {
  expect(strangeCharacterNote(text)).toBeUndefined();
});
