/** Slices skimmed from bytes are the slices JSON.parse gives, targetRef aside; what cannot be skimmed is left to it. */
import { describe, expect, test } from "@jest/globals";
import { createCollector } from "../../../cluster/collect.js";
import { NEWEST_VERSION, featuresOf } from "../../../config/features.js";
import { validateObject } from "../../../cluster/validate/index.js";
import { EndpointTable } from "../../../kube/endpoint-table.js";
import { sourceFromBytes, sourceFromText, type Source } from "../../../source/source.js";
import { fc } from "../../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../../testing/fuzz/runs.js";
import type { RawObject } from "../../sink.js";
import { readJSON } from "../read-json.js";

interface Read {
  /** As text, since undefined fields are no fields; endpoints without targetRef. */
  readonly objects: readonly unknown[];
  readonly diagnostics: readonly string[];
  readonly skimmed: number;
}

function read(source: Source, rulesOnly: boolean): Read {
  const objects: unknown[] = [];
  const diagnostics: string[] = [];
  let skimmed = 0;
  readJSON(source, {
    rulesOnly,
    object({ origin: { start, end }, ...fields }: RawObject) {
      const { endpoints, ...rest } = fields as { endpoints?: unknown };
      if (endpoints instanceof EndpointTable) skimmed++;
      const list: unknown = endpoints instanceof EndpointTable ? endpoints.toArray() : endpoints;
      objects.push({ start, end, ...rest, endpoints: Array.isArray(list) ? list.map(withoutTarget) : list });
    },
    diagnostic: ({ code, message, at }) => diagnostics.push(JSON.stringify([code, message, at && "start" in at && at])),
  });
  return { objects: JSON.parse(JSON.stringify(objects)) as unknown[], diagnostics, skimmed };
}

/** Left out of the comparison where both readers skimmed it. */
function withoutTarget(endpoint: unknown): unknown {
  if (typeof endpoint !== "object" || endpoint === null) return endpoint;
  const { targetRef, ...rest } = endpoint as { targetRef?: unknown };
  const fields = typeof targetRef === "object" && targetRef !== null ? Object.entries(targetRef) : undefined;
  const isSkimmable = fields?.every(([k, v]) => /^(?:kind|name|namespace|uid)$/.test(k) && typeof v === "string");
  return isSkimmable ? rest : endpoint;
}

const endpoint = (address: string, more: object = {}) => ({
  addresses: [address],
  conditions: { ready: true, serving: true, terminating: false },
  nodeName: "worker-1",
  targetRef: { kind: "Pod", name: "web-1", namespace: "shop", uid: "1" },
  zone: "a",
  ...more,
});
const slice = (name: string, endpoints: unknown, more: object = {}) => ({
  addressType: "IPv4",
  apiVersion: "discovery.k8s.io/v1",
  endpoints,
  kind: "EndpointSlice",
  metadata: { name, namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
  ports: [{ name: "http", port: 80, protocol: "TCP" }],
  ...more,
});
const list = (items: readonly unknown[], indent = 0) =>
  JSON.stringify({ apiVersion: "v1", items, kind: "List" }, undefined, indent);
/** A list between two slices that can be skimmed, since the first item of a list is what tells how the others are written. */
const between = (item: string) =>
  list([slice("a", [endpoint("10.0.0.1")]), 1, slice("z", [endpoint("10.0.0.9")])]).replace(",1,", `,${item},`);

describe("slices of a list", () => {
  for (const indent of [0, 1, 4])
    test(`are skimmed, all but the first and the last, indented by ${indent}`, () => {
      const endpoints = [endpoint("10.0.0.1"), endpoint("10.0.0.2", { nodeName: "worker-2", zone: "b" })];
      const items = ["a", "b", "c", "d"].map((name) => slice(name, endpoints));
      const text = sourceFromText("list.json", list(items, indent));
      const found = read(text, true);
      expect(found.skimmed).toBe(2);
      expect({ ...found, skimmed: 0 }).toEqual(read(text, false));
    });

  test("are skimmed whatever the order of their fields, and in typed lists", () => {
    const items = ["a", "b", "c"].map((name) => {
      const {
        kind: _kind,
        apiVersion: _version,
        metadata,
        ...rest
      } = slice(name, [endpoint("10.0.0.1"), endpoint("::1")]);
      return { metadata, ...rest };
    });
    const text = sourceFromText(
      "list.json",
      JSON.stringify({ kind: "EndpointSliceList", apiVersion: "discovery.k8s.io/v1", items }),
    );
    const found = read(text, true);
    expect(found.skimmed).toBe(1);
    expect({ ...found, skimmed: 0 }).toEqual(read(text, false));
  });

  test("keep every state of an endpoint apart", () => {
    const states = [
      endpoint("10.0.0.1"),
      endpoint("10.0.0.2", { conditions: { ready: false } }),
      endpoint("10.0.0.3", { conditions: { ready: false, serving: true, terminating: true } }),
      endpoint("10.0.0.4", { zone: undefined }),
      endpoint("10.0.0.5", { nodeName: undefined, targetRef: undefined }),
      endpoint("10.0.0.6", { conditions: undefined }),
      { addresses: ["10.0.0.7"] },
    ];
    const items = ["a", "b", "c"].map((name, i) => slice(name, [...states.slice(i), ...states.slice(0, i), ...states]));
    const text = sourceFromText("list.json", list(items));
    const found = read(text, true);
    expect(found.skimmed).toBe(1);
    expect({ ...found, skimmed: 0 }).toEqual(read(text, false));
  });

  const others: readonly [string, string][] = [
    ["two addresses", JSON.stringify(slice("b", [endpoint("10.0.0.1", { addresses: ["10.0.0.1", "10.0.0.2"] })]))],
    ["no address", JSON.stringify(slice("b", [endpoint("10.0.0.1", { addresses: [] })]))],
    ["hints", JSON.stringify(slice("b", [endpoint("10.0.0.1", { hints: { forZones: [{ name: "a" }] } })]))],
    ["a condition that is null", JSON.stringify(slice("b", [endpoint("10.0.0.1", { conditions: { ready: null } })]))],
    ["an unknown condition", JSON.stringify(slice("b", [endpoint("10.0.0.1", { conditions: { odd: true } })]))],
    [
      "a target with another field",
      JSON.stringify(slice("b", [endpoint("10.0.0.1", { targetRef: { fieldPath: "x" } })])),
    ],
    [
      "a node name with an escape",
      JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace("worker-1", "worker\\u002d1"),
    ],
    ["a node name beyond ASCII", JSON.stringify(slice("b", [endpoint("10.0.0.1", { nodeName: "wörker" })]))],
    [
      "a field written twice",
      JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace('"zone":"a"', '"zone":"b","zone":"a"'),
    ],
    [
      "a text inside a field written twice",
      JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace('"zone":"a"', '"zone":{"zone":"b"},"zone":"a"'),
    ],
    [
      "endpoints twice",
      JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace('"kind":', '"endpoints":[],"kind":'),
    ],
    [
      "endpoints twice, once in disguise",
      JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace('"kind":', '"\\u0065ndpoints":null,"kind":'),
    ],
    ["endpoints that are null", JSON.stringify(slice("b", null))],
    [
      "endpoints of something inside it",
      JSON.stringify({ a: { endpoints: [endpoint("10.0.0.1")] }, ...slice("b", null) }),
    ],
    ["endpoints of another kind", JSON.stringify(slice("b", [endpoint("10.0.0.1")], { kind: "Other" }))],
    ["text cut off", JSON.stringify(slice("b", [endpoint("10.0.0.1")])).slice(0, -30)],
    ["a control character", JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace("worker-1", "worker\u0001")],
    ["a comma too many", JSON.stringify(slice("b", [endpoint("10.0.0.1")])).replace("}],", "},],")],
  ];
  for (const [what, item] of others)
    test(`are read whole with ${what}`, () => {
      const text = sourceFromText("list.json", between(item));
      const found = read(text, true);
      expect(found.skimmed).toBe(0);
      expect(found).toEqual(read(text, false));
    });

  test("are read the same from any bytes", () => {
    const names = fc.constantFrom("worker-1", "w", "a.b", "");
    const endpoints = fc.record(
      {
        addresses: fc.constantFrom(["10.0.0.1"], ["10.255.255.254"], ["fd00::1"], ["x"], ["10.0.0.1", "10.0.0.2"]),
        conditions: fc.record({ ready: fc.boolean(), serving: fc.boolean() }, { requiredKeys: [] }),
        nodeName: names,
        zone: names,
        targetRef: fc.record({ kind: names, name: names, uid: names }, { requiredKeys: [] }),
      },
      { requiredKeys: ["addresses"] },
    );
    const lists = fc.array(fc.array(endpoints, { maxLength: 4 }), { minLength: 2, maxLength: 5 });
    const change = fc.record({ at: fc.nat(), byte: fc.constantFrom(...Buffer.from('"\\{}[]:, a0\u00ff\u0001')) });
    let skimmed = 0;
    fc.assert(
      fc.property(lists, fc.constantFrom(0, 2), fc.array(change, { maxLength: 2 }), (found, indent, changes) => {
        const items = found.map((own, i) => slice(`s${i}`, own));
        const bytes = Buffer.from(list(items, indent));
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        const fast = read(sourceFromBytes("list.json", bytes), true);
        skimmed += fast.skimmed;
        expect({ ...fast, skimmed: 0 }).toEqual(read(sourceFromBytes("list.json", bytes), false));
      }),
      { numRuns: fuzzRuns(600) },
    );
    expect(skimmed).toBeGreaterThan(fuzzRuns(600) / 6);
  });

  test("of wrong values are refused in the same words", () => {
    const wrong = [
      endpoint("10.0.0.1", { nodeName: "Not A Name" }),
      endpoint("127.0.0.1"),
      endpoint("10.0.0.01"),
      endpoint("fd00::1"),
      endpoint("no address"),
    ];
    const text = list(wrong.map((one, i) => slice(`s${i}`, [endpoint("10.0.0.1"), one])).concat(slice("t", [])));
    const said = (rulesOnly: boolean) => {
      const collector = createCollector({
        rulesOnly,
        validate: (object, report) => validateObject(object, report, featuresOf(NEWEST_VERSION)),
      });
      readJSON(sourceFromText("list.json", text), collector);
      return collector.finish().diagnostics.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(said(true)).toEqual(said(false));
    expect(said(true)).toHaveLength(wrong.length);
  });

  test("defined twice are the same whichever way they were read", () => {
    const twice = [1, 2].flatMap(() => ["a", "b", "c"].map((name) => slice(name, [endpoint("10.0.0.1")])));
    const collector = createCollector({ rulesOnly: true });
    readJSON(sourceFromText("list.json", list(twice)), { ...collector, template: undefined });
    const { cluster, diagnostics } = collector.finish();
    expect(cluster.endpointSlices.map(({ endpoints }) => endpoints instanceof EndpointTable)).toEqual([
      true,
      true,
      false,
    ]);
    expect(diagnostics).toEqual([]);
  });
});

describe("text read into one piece of memory", () => {
  const items = Array.from({ length: 6000 }, (_, i) => slice(`s${i}`, [endpoint("10.0.0.1"), endpoint("10.0.0.2")]));
  const long = { ...slice("long", []), metadata: { name: "long", annotations: { a: "x".repeat(3 << 20) } } };
  const bytes = Buffer.from(list([...items.slice(0, 3000), long, ...items.slice(3000)]));
  const file = (size: number): Source => ({
    ...sourceFromBytes("list.json", bytes),
    readInto: (target, start) => bytes.copy(target, 0, start, Math.min(start + target.length, Math.max(start, size))),
  });

  test("gives the objects of the same text in memory", () => {
    expect(bytes.length).toBeGreaterThan(5 << 20);
    const found = read(file(bytes.length), false);
    expect(found).toEqual(read(sourceFromBytes("list.json", bytes), false));
    expect(found.objects).toHaveLength(items.length + 1);
  });

  test("ends with a diagnostic when the file shrinks under it", () => {
    const { objects, diagnostics } = read(file(2 << 20), false);
    expect(objects.length).toBeGreaterThan(1000);
    expect(diagnostics.join()).toContain("cannot be read any further");
  });
});
