import { expect, test } from "@jest/globals";
import { NumberRoom } from "./number-room.js";

test("tables are apart and begin with zeros, also where the room is used up", () => {
  const room = new NumberRoom(10);
  const tables = [1000, 5_000_000, 3_000_000, 4_000_000, 1].map((length, i) => {
    const table = room.take(length);
    expect(table).toHaveLength(length);
    expect(table[0]).toBe(0);
    expect(table.at(-1)).toBe(0);
    return table.fill(i + 1);
  });
  for (const [i, table] of tables.entries()) expect([table[0], table.at(-1)]).toEqual([i + 1, i + 1]);
  expect(tables[3]!.buffer).not.toBe(tables[0]!.buffer);
  expect(tables[4]!.buffer).toBe(tables[0]!.buffer);
});
