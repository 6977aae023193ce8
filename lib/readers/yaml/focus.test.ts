import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { ENDPOINTS_READ, focusOn, type Focus } from "../focus.js";
import type { RawObject, ReaderSink } from "../sink.js";
import { createSkipSlice } from "./focus.js";
import { parseAnyYAML } from "./parse-any.js";
import { readYAML } from "./read-yaml.js";

const MANY = Buffer.from(
  `addressType: IPv4\napiVersion: discovery.k8s.io/v1\nendpoints:\n${"- addresses:\n  - 10.0.0.1\n".repeat(ENDPOINTS_READ)}`,
);

/** Whether a slice is passed over once enough of others are read. */
function isSkipped(text: string, focus: Focus = focusOn("web")): boolean {
  const skip = createSkipSlice(focus);
  expect(skip(MANY)).toBe(false);
  return skip(Buffer.from(text));
}

function sliceOf(service: string, name = `${service}-x`): string {
  return [
    "addressType: IPv4",
    "apiVersion: discovery.k8s.io/v1",
    "endpoints:",
    "- addresses:",
    "  - 10.0.0.1",
    "  conditions: {}",
    "kind: EndpointSlice",
    "metadata:",
    "  annotations:",
    '    endpoints.kubernetes.io/last-change-trigger-time: "2024-01-01T00:00:00Z"',
    "  labels:",
    "    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io",
    `    kubernetes.io/service-name: ${service}`,
    `  name: ${name}`,
    "  namespace: shop",
    "ports:",
    '- name: ""',
    "  port: 80",
    "",
  ].join("\n");
}

const asItem = (text: string) => text.trimEnd().replace(/^/gm, "  ").replace("  ", "- ") + "\n";

describe("slices in YAML that a question cannot need", () => {
  test("are those of other Services, as items and as documents", () => {
    const focus = focusOn("web");
    expect(isSkipped(sliceOf("api"), focus)).toBe(true);
    expect([...focus.skipped]).toEqual(["IPv4"]);
    expect(isSkipped(asItem(sliceOf("api")))).toBe(true);
    expect(
      isSkipped(
        sliceOf("api")
          .replace(/^addressType.*\n/, "")
          .replace("kind: EndpointSlice\n", "")
          .replace("v1\n", "v1\nkind: EndpointSlice\naddressType: IPv4\n"),
      ),
    ).toBe(true);
    expect(isSkipped(sliceOf("web"))).toBe(false);
    expect(isSkipped(sliceOf("api"), { ...focusOn("web"), namespace: "shop" })).toBe(false);
    expect(isSkipped(sliceOf("api"), { ...focusOn("web"), namespace: "other" })).toBe(true);
  });

  test.each([
    ["an anchor", (text: string) => text.replace("metadata:", "metadata: &m")],
    ["a comment", (text: string) => text.replace("ports:", "# c\nports:")],
    ["a line end of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["an escape", (text: string) => text.replace('name: ""', 'name: "\\u0061"')],
    ["a quoted text over lines", (text: string) => text.replace('"2024', '"\n    a: b\n     2024')],
    ["brackets", (text: string) => text.replace("{}", "{ready: true}")],
    ["a block scalar", (text: string) => text.replace('name: ""', "name: |")],
    ["two names", (text: string) => text.replace("  name: api-x", "    kubernetes.io/service-name: api")],
    ["a name elsewhere", (text: string) => text.replace("  labels:", "  others:")],
    ["a name that is no text", (text: string) => text.replace("service-name: api", "service-name: 12")],
    ["a name deeper", (text: string) => text.replace("    kubernetes.io", "      kubernetes.io")],
    ["another kind of object", (text: string) => text.replace("discovery.k8s.io/v1", "v1")],
  ])("are not those with %s", (_, change) => {
    expect(change(sliceOf("api"))).not.toBe(sliceOf("api"));
    expect(isSkipped(change(sliceOf("api")))).toBe(false);
  });

  test("name another Service in their label, whatever is changed in them", () => {
    const pieces = fc.constantFrom(
      " ",
      "  ",
      "\n",
      ":",
      "- ",
      '"',
      "'",
      "#",
      "web",
      "labels:\n",
      "metadata:\n",
      "{",
      "}",
      "[",
      "&a ",
      "*a",
      "|\n",
      "kubernetes.io/service-name: web\n",
      "    ",
    );
    const edit = fc.tuple(fc.nat(600), fc.nat(12), fc.oneof(fc.constant(""), pieces));
    let skipped = 0;
    fc.assert(
      fc.property(
        fc.constantFrom("api", "web", '"web"', "'web'"),
        fc.array(edit, { maxLength: 3 }),
        (service, edits) => {
          let text = sliceOf(service);
          for (const [at, length, piece] of edits)
            text = text.slice(0, at % text.length) + piece + text.slice((at % text.length) + length);
          if (!isSkipped(text)) return;
          skipped++;
          const parsed = parseAnyYAML(text);
          if ("error" in parsed) return;
          const [{ metadata }] = parsed.values as [{ metadata?: { labels?: Record<string, unknown> } }];
          expect(metadata?.labels?.["kubernetes.io/service-name"]).not.toBe("web");
        },
      ),
      { numRuns: fuzzRuns(5000) },
    );
    expect(skipped).toBeGreaterThan(0);
  });

  test("leave all other objects of a list as they are, with their places", () => {
    const items = Array.from({ length: 6000 }, (_, i) =>
      asItem(sliceOf(i % 1000 === 7 ? "web" : `api-${i}`, `slice-${i}`)),
    );
    const text = `apiVersion: v1\nitems:\n${items.join("")}kind: List\n`;
    const read = (focus?: Focus) => {
      const objects: RawObject[] = [];
      const sink: ReaderSink = {
        object: (object) => void objects.push(object),
        diagnostic: (told) => expect(told).toBeUndefined(),
        ...(focus && { focus }),
      };
      readYAML(sourceFromText("list.yaml", text), sink);
      return objects.map(({ origin: { start, end }, ...value }) => ({ value, start, end }));
    };
    const focused = read(focusOn("web"));
    const isOfWeb = (object: unknown) => JSON.stringify(object).includes('"web"');
    expect(focused.length).toBeLessThan(4100);
    expect(focused.filter(isOfWeb)).toEqual(read().filter(isOfWeb));
  });
});
