import { expect, test } from "@jest/globals";
import { fieldTable, type FieldType } from "./field-tables.js";
import { KUBE_TYPES } from "./kube-types.js";
import { OTHER_TYPES } from "./other-types.js";

const linesOf = (text: string) => text.trim().split("\n");

function typesNamed(type: FieldType): string[] {
  if (type.kind === "object") return [type.name];
  return type.kind === "list" || type.kind === "map" ? typesNamed(type.item) : [];
}

test("every type has one line, and the fields that the line says", () => {
  const lines = [...linesOf(KUBE_TYPES), ...linesOf(OTHER_TYPES)];
  const names = lines.map((line) => line.split(" ", 1)[0]!);
  expect(new Set(names).size).toBe(names.length);
  for (const [i, name] of names.entries()) {
    const fields = lines[i]!.split(" ").slice(1);
    expect([name, [...fieldTable(name).keys()]]).toEqual([name, fields.map((field) => field.split(":")[0])]);
    for (const type of fieldTable(name).values()) for (const inner of typesNamed(type)) expect(names).toContain(inner);
  }
});
