import { afterAll, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { createWrittenInputs } from "../../lib/testing/written-inputs.js";
import { openInputs } from "./open-inputs.js";

const { write, remove } = createWrittenInputs();
afterAll(remove);

test("thousands of texts that are nothing but line ends do not hold a reader up", async () => {
  const blank = new TextEncoder().encode("\n".repeat(4096));
  const files = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}.txt`, blank]));
  const path = write(
    "blank.zip",
    Buffer.from(zipSync({ ...files, "z.txt": new TextEncoder().encode("*nat\nCOMMIT\n") })),
  );
  const { sources } = await openInputs([path], { cwd: "/", stdin: -1 }, { everyFile: true });
  expect(sources.map(({ name }) => name)).toEqual([`${path}/z.txt`]);
});
