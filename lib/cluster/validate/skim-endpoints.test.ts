/** The quick yes is never a yes where the check of every field finds something. */
import { expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../../config/features.js";
import { MOST_ENDPOINTS } from "../../kube/endpoint-table.js";
import type { Findings } from "./findings.js";
import type { RawRecord } from "./raw-values.js";
import { checkFields } from "./schema/check-fields.js";
import { canSkimEndpoints } from "./skim-endpoints.js";

const ENDPOINT = {
  addresses: ["10.0.0.1"],
  conditions: { ready: true, serving: true, terminating: false },
  nodeName: "worker-1",
  zone: "a",
  targetRef: { kind: "Pod", namespace: "shop", name: "web-0", uid: "4" },
};

const SLICE: RawRecord = {
  addressType: "IPv4",
  metadata: { name: "web-1", namespace: "shop", uid: "1", resourceVersion: "2" },
  endpoints: [ENDPOINT],
  ports: [{ name: "http", protocol: "TCP", port: 8080, appProtocol: "http" }],
};

const VALUES: readonly unknown[] = [
  null,
  1,
  1.5,
  3e9,
  "x",
  true,
  {},
  [],
  { a: 1 },
  [1],
  ["x"],
  [null],
  [{}],
  [{ ip: 1 }],
];

type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path = []): Iterable<Path> {
  if (path.length > 0) yield path;
  if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value))
      yield* pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

function withValue(object: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const copy = Array.isArray(object) ? [...(object as unknown[])] : { ...(object as object) };
  (copy as Record<string, unknown>)[step] = withValue((object as Record<string, unknown>)[step], rest, value);
  return copy;
}

function findingsIn(table: string, object: RawRecord): string[] {
  const found: string[] = [];
  const findings: Findings = {
    kind: table,
    origin: undefined,
    features: featuresOf(NEWEST_VERSION),
    fromCluster: true,
    report: ({ message }) => found.push(message),
    object: {},
    refused: false,
    count: 0,
  };
  checkFields(findings, table, object, false);
  return found;
}

test("a slice with usual endpoints has no field of another type in them", () => {
  expect(canSkimEndpoints(SLICE)).toBe(true);
  let refused = 0;
  for (const path of pathsOf([ENDPOINT]))
    for (const value of VALUES) {
      const changed = { ...SLICE, endpoints: withValue([ENDPOINT], path, value) };
      const findings = findingsIn("EndpointSlice", changed);
      refused += findings.length;
      if (findings.length > 0) expect([path, value, canSkimEndpoints(changed)]).toEqual([path, value, false]);
    }
  expect(refused).toBeGreaterThan(50);
});

test("a slice of more endpoints than one may have is looked at", () => {
  const endpoints = Array.from({ length: MOST_ENDPOINTS + 1 }, () => ENDPOINT);
  expect(canSkimEndpoints({ ...SLICE, endpoints })).toBe(false);
  expect(canSkimEndpoints({ ...SLICE, endpoints: endpoints.slice(1) })).toBe(true);
});
