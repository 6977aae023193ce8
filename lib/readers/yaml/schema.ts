/** YAML as kubectl reads it: go-yaml v2's resolution of plain scalars, then what its JSON form keeps of it. */
import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  FAILSAFE_SCHEMA,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
} from "js-yaml";
import { resolvePlainScalar } from "./plain-scalar.js";

const never = () => false;

/** Every plain scalar that is not a string: null, booleans, integers, floats. */
const plainTag = defineScalarTag("tag:svcrules,2026:plain", {
  implicit: true,
  resolve: (source) => {
    const value = resolvePlainScalar(source);
    return value === source ? NOT_RESOLVED : value;
  },
  identify: never,
});

/** An explicit `!!int` and its like: the value when the text is of that type. */
function explicitTag(name: string, accepts: (value: unknown) => boolean) {
  return defineScalarTag(`tag:yaml.org,2002:${name}`, {
    resolve: (source) => {
      const value = resolvePlainScalar(source);
      return accepts(value) ? value : NOT_RESOLVED;
    },
    identify: never,
  });
}

const binaryTag = defineScalarTag("tag:yaml.org,2002:binary", {
  resolve: (source) => {
    try {
      return new TextDecoder().decode(Uint8Array.from(atob(source), (c) => c.charCodeAt(0)));
    } catch {
      return NOT_RESOLVED;
    }
  },
  identify: never,
});

const timestampTag = defineScalarTag("tag:yaml.org,2002:timestamp", { resolve: (source) => source, identify: never });

/** Tags of other programs (`!Ref`, `!vault`) are passed over; a scalar that has one is a string, as in go-yaml. */
const foreignTags = [
  defineScalarTag("", {
    matchByTagPrefix: true,
    resolve: (source) => source,
    identify: never,
  }),
  defineSequenceTag("", {
    matchByTagPrefix: true,
    create: (): unknown[] => [],
    addItem: (list, item) => void list.push(item),
    identify: never,
  }),
  defineMappingTag("", {
    matchByTagPrefix: true,
    create: mapTag.create,
    addPair: mapTag.addPair,
    has: mapTag.has,
    keys: mapTag.keys,
    get: mapTag.get,
    identify: never,
  }),
];

/** js-yaml's schema for manifests. */
export const KUBECTL_SCHEMA = FAILSAFE_SCHEMA.withTags(
  mergeTag,
  plainTag,
  explicitTag("null", (v) => v === null),
  explicitTag("bool", (v) => typeof v === "boolean"),
  explicitTag("int", (v) => typeof v === "number" && Number.isInteger(v)),
  explicitTag("float", (v) => typeof v === "number"),
  binaryTag,
  timestampTag,
  foreignTags,
);
