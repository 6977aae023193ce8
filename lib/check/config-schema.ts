/** The JSON Schema of svcrules.yaml, made of the table of fields; schemas/svcrules.schema.json holds it. */
import { CONFIG_FIELDS, DOCTOR_FIELDS, IGNORE_FIELDS, NAME_PATTERN, type ConfigField } from "./config-fields.js";

/** The schema as a value, draft 2020-12. */
export function configSchema(): object {
  const fields = fieldsOf(CONFIG_FIELDS);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://svcrules.dev/schemas/svcrules.schema.json",
    title: "svcrules.yaml",
    description:
      "What `svcrules check` compiles and compares with golden files, and what `svcrules doctor` leaves out.",
    type: "object",
    anyOf: [{ required: ["cases"] }, { required: ["doctor"] }],
    additionalProperties: false,
    properties: {
      $schema: { type: "string", description: "Where an editor finds this schema; not read." },
      defaults: {
        type: "object",
        description: "Fields for every case that does not have them itself.",
        additionalProperties: false,
        properties: fields,
      },
      cases: {
        type: "array",
        minItems: 1,
        description: "What is compiled: each case for all its nodes, modes, releases and IP families.",
        items: {
          type: "object",
          required: ["name"],
          additionalProperties: false,
          properties: {
            name: {
              type: "string",
              pattern: `^(${NAME_PATTERN})$`,
              description: "Unique; the golden files are in golden/NAME unless `golden` says otherwise.",
            },
            ...fields,
          },
        },
      },
      doctor: doctorSection(),
    },
  };
}

function doctorSection(): object {
  return {
    type: "object",
    description: "What `svcrules doctor` leaves out.",
    additionalProperties: false,
    properties: {
      ignore: {
        type: "array",
        description: "Checks, or checks of one object, that are not reported.",
        items: {
          anyOf: [
            fieldOf(IGNORE_FIELDS.check),
            {
              type: "object",
              required: ["check"],
              additionalProperties: false,
              properties: fieldsOf(IGNORE_FIELDS),
            },
          ],
        },
      },
      ...fieldsOf(DOCTOR_FIELDS),
    },
  };
}

function fieldsOf(fields: Readonly<Record<string, ConfigField>>): Record<string, object> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldOf(field)]));
}

function fieldOf({ type, describe, allowed, pattern }: ConfigField): object {
  const text = {
    type: "string",
    minLength: 1,
    ...(allowed && { enum: allowed }),
    ...(pattern !== undefined && { pattern: `^(${pattern})$` }),
  };
  switch (type) {
    case "flag":
      return { type: "boolean", description: describe };
    case "text":
      return { ...text, description: describe };
    case "list":
      return { description: describe, anyOf: [text, { type: "array", minItems: 1, uniqueItems: true, items: text }] };
  }
}
