import { afterAll, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { MOST_OTHERS } from "../../lib/archives/entries.js";
import { createWrittenInputs } from "../../lib/testing/written-inputs.js";
import { groupCaptures } from "../../lib/node/captures/group-captures.js";
import { openInputs } from "./open-inputs.js";

const { write, remove } = createWrittenInputs();
afterAll(remove);

test("thousands of texts that are nothing but line ends do not hold a reader up", async () => {
  const blank = new TextEncoder().encode("\n".repeat(4096));
  const names = Array.from({ length: 5000 }, (_, i) => `${i}.txt`);
  const files = Object.fromEntries(names.map((name) => [name, blank]));
  const path = write(
    "blank.zip",
    Buffer.from(zipSync({ ...files, "z.txt": new TextEncoder().encode("*nat\nCOMMIT\n") })),
  );
  const { sources, diagnostics } = await openInputs([path], { cwd: "/", stdin: -1 }, { everyFile: true });
  const read = names.slice(0, MOST_OTHERS / blank.length);
  expect(sources.map(({ name }) => name).sort()).toEqual([...read, "z.txt"].map((name) => `${path}/${name}`).sort());
  expect(diagnostics).toMatchObject([{ severity: "error", message: expect.stringContaining("901 more: too much") }]);
  expect(groupCaptures(sources.slice(0, 200), [])).not.toEqual([]);
});
