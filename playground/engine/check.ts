import { compileChunks } from "../../lib/index.js";
import { inventory } from "./inventory.js";
import { marksOf } from "./marks.js";
import type { Inventory, Mark, Setup } from "./protocol.js";
import { asked } from "./asked.js";

export interface Checked {
  readonly marks: readonly Mark[];
  readonly inventory: Inventory;
}

/** What is wrong with the input, and what there is to choose from in it. */
export async function check(setup: Setup): Promise<Checked> {
  const { sources, options } = asked(setup);
  const { diagnostics } = await compileChunks(sources, { ...options, rulesOnly: false });
  return { marks: marksOf(diagnostics), inventory: inventory(setup) };
}
