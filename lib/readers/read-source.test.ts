import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { readText } from "../testing/read-text.js";

const service = (name: string) => ({ apiVersion: "v1", kind: "Service", metadata: { name } });
const names = (text: string, name?: string) =>
  readText(text, name).objects.map((o) => (o["metadata"] as { name: string }).name);
const codes = (text: string | Uint8Array) =>
  readText(text).diagnostics.map(({ severity, code }) => `${severity} ${code}`);

describe("lists", () => {
  test("of one type give their items kind and apiVersion, wherever the list names its own", () => {
    const items = [{ metadata: { name: "a" } }, { metadata: { name: "b" } }];
    const fields = { apiVersion: "discovery.k8s.io/v1", items, kind: "EndpointSliceList" };
    for (const text of [
      JSON.stringify(fields),
      JSON.stringify({ kind: fields.kind, apiVersion: fields.apiVersion, items }, undefined, 4),
      JSON.stringify({ items, kind: fields.kind, apiVersion: fields.apiVersion }),
      "apiVersion: discovery.k8s.io/v1\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\nkind: EndpointSliceList\n",
    ])
      expect(readText(text).objects).toEqual(
        items.map((item) => ({ ...item, apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" })),
      );
  });

  test("hold no objects without kind", () => {
    expect(codes('{"kind":"List","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}')).toEqual([
      "error object-without-kind",
    ]);
    expect(codes('[{"name":"a"}]')).toEqual(["warning not-an-object"]);
  });

  test("may be empty in every way there is", () => {
    for (const items of ["null", "[]"])
      expect(codes(`{"kind":"PodList","apiVersion":"v1","items":${items}}`)).toEqual([]);
    expect(readText('{"kind":"PodList","apiVersion":"v1"}')).toMatchObject({ objects: [], diagnostics: [] });
    expect(readText("kind: List\napiVersion: v1\nitems:\n")).toMatchObject({ objects: [], diagnostics: [] });
  });

  test("are taken apart at any depth, in JSON and YAML", () => {
    const nested = {
      kind: "List",
      apiVersion: "v1",
      items: [{ kind: "ServiceList", apiVersion: "v1", items: [service("a")] }, service("b")],
    };
    expect(names(JSON.stringify(nested))).toEqual(["a", "b"]);
    expect(names(JSON.stringify([nested, [service("c")]]))).toEqual(["a", "b", "c"]);
    let deep: unknown = service("x");
    for (let i = 0; i < 40; i++) deep = { kind: "List", apiVersion: "v1", items: [deep] };
    expect(codes(JSON.stringify(deep))).toEqual(["error nesting-too-deep"]);
  });

  test("as bare arrays tell kinds by file name, then by shape", () => {
    const bare = '[{"metadata":{"name":"a"},"spec":{"clusterIP":"10.0.0.1"}}]';
    expect(readText(bare, "x.json").objects[0]).toMatchObject({ kind: "Service", apiVersion: "v1" });
    expect(readText(bare, "cluster-resources/deployments/default.json").objects[0]).toMatchObject({
      kind: "Deployment",
      apiVersion: "apps/v1",
    });
    const shapes: Record<string, object> = {
      Pod: { spec: { containers: [] } },
      Endpoints: { subsets: [] },
      EndpointSlice: { addressType: "IPv4" },
      Node: { status: { nodeInfo: {} } },
      NetworkPolicy: { spec: { podSelector: {} } },
      Namespace: { spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } },
    };
    for (const [kind, shape] of Object.entries(shapes))
      expect(readText(JSON.stringify([{ metadata: { name: "a" }, ...shape }])).objects[0]).toMatchObject({ kind });
  });

  test("of watch events give their objects, and say which are gone", () => {
    const { objects, deleted, diagnostics } = readText(
      [
        { type: "ADDED", object: service("a") },
        { type: "BOOKMARK", object: { kind: "Service", apiVersion: "v1", metadata: {} } },
        { type: "DELETED", object: service("a") },
      ]
        .map((event) => JSON.stringify(event))
        .join("\n"),
    );
    expect([objects.length, deleted.length, diagnostics.length]).toEqual([1, 1, 0]);
  });
});

describe("streams", () => {
  test("of JSON objects need nothing between them", () => {
    expect(
      names(
        `${JSON.stringify(service("a"))}${JSON.stringify(service("b"), undefined, 4)}\n---\n${JSON.stringify(service("c"))}`,
      ),
    ).toEqual(["a", "b", "c"]);
  });

  test("of YAML documents split at ---, skip blank ones, tolerate comments and text on the line, and hold JSON", () => {
    const text = [
      "%YAML 1.1",
      "# only a comment",
      "--- # first",
      "{apiVersion: v1, kind: Service, metadata: {name: a}}",
      "---",
      "",
      "# nothing",
      "--- text",
      JSON.stringify(service("b")),
      "...",
      "---",
      "apiVersion: v1",
      "kind: Service",
      "metadata:",
      "  name: c",
      "",
    ].join("\n");
    for (const form of [text, text.replaceAll("\n", "\r\n"), `\ufeff${text}`]) {
      expect(names(form)).toEqual(["a", "b", "c"]);
      expect(codes(form)).toEqual([]);
    }
  });

  test("with a byte order mark or in UTF-16, as PowerShell writes them, are read", () => {
    const text = JSON.stringify(service("é"));
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    expect(names(`\ufeff${text}`)).toEqual(["é"]);
    expect(readText(utf16).objects).toEqual([service("é")]);
  });

  test("of cluster-info dump leave logs out, whatever they hold", () => {
    const text = [
      "{",
      '    "kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []',
      "}",
      "==== START logs for container c of pod default/p ====",
      "{",
      '"kind":"Service","apiVersion":"v1","metadata":{"name":"fake"}}==== END logs for container c of pod default/p ====',
      "{",
      '    "kind": "ServiceList", "apiVersion": "v1", "items": [{"metadata": {"name": "real"}}]',
      "}",
      "==== START logs for container kube-proxy of pod kube-system/kube-proxy-x ====",
      "Using nftables Proxier",
      "==== END logs for container other of pod kube-system/kube-proxy-x ====",
      "---",
      "==== END logs for container kube-proxy of pod kube-system/kube-proxy-x ====",
      "==== START logs for container d of pod default/p ====",
      "no end",
      JSON.stringify(service("after")),
    ].join("\n");
    const { objects, facts, diagnostics } = readText(text);
    expect(objects.map((o) => (o["metadata"] as { name: string }).name)).toEqual(["real"]);
    expect(facts.filter((f) => f.kind === "kube-proxy-log-mode")).toMatchObject([
      { mode: "nftables", pod: "kube-system/kube-proxy-x" },
    ]);
    expect(diagnostics).toEqual([]);
    const yaml =
      "apiVersion: v1\nitems: []\nkind: PodList\n==== START logs for container c of pod default/p ====\n---\nkind: Service\n==== END logs for container c of pod default/p ====\n---\napiVersion: v1\nkind: Service\nmetadata: {name: real}\n";
    expect(names(yaml)).toEqual(["real"]);
  });

  test("with what kubectl says on stderr in front of them are read from the first object on", () => {
    const warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n";
    for (const object of [JSON.stringify(service("a")), "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"]) {
      expect(names(warning + warning + object)).toEqual(["a"]);
      expect(codes(warning + object)).toEqual(["note text-skipped"]);
    }
  });
});

describe("what is no object", () => {
  test.each([
    ["NAMESPACE   NAME   TYPE        CLUSTER-IP\ndefault     web    ClusterIP   10.0.0.1\n", "error kubectl-table"],
    ["NAME   TYPE        CLUSTER-IP\nweb    ClusterIP   10.0.0.1\n", "error kubectl-table"],
    ["# Generated by iptables-save\n*nat\n-A KUBE-SERVICES\n", "warning node-capture"],
    ["table ip kube-proxy {\n}\n", "warning node-capture"],
    ["IP Virtual Server version 1.2.1 (size=4096)\n", "warning node-capture"],
    ["\u007fELF\u0000\u0000", "error binary-file"],
    ["just text", "warning not-an-object"],
    ["- a\n- b\n", "warning not-an-object"],
    ["image: nginx\nreplicas: 3\n", "warning not-an-object"],
    ["apiVersion: v1\nmetadata: {name: a}\n", "error object-without-kind"],
    ['{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[{"cells":["a"]}]}', "error kubectl-table"],
    ["kind: Service\nmetadata: {name: a}\n", "error object-without-kind"],
    ["apiVersion: v1\nkind: 7\n", "error object-without-kind"],
    ["kind: List\napiVersion: v1\nitems: {}\n", "error not-an-object"],
    ["", undefined],
    [" \n\t\n", undefined],
    ["# a comment\n", undefined],
    ["No resources found in default namespace.\n", undefined],
    ["{}", undefined],
  ])("%j", (text, code) => {
    const found = codes(text);
    expect(found[0]).toBe(code);
  });
});

describe("broken text", () => {
  const place = (text: string | Uint8Array) => {
    const [diagnostic] = readText(text).diagnostics;
    const at = diagnostic?.at as { start: number };
    return { code: diagnostic?.code, start: at?.start, message: diagnostic?.message };
  };

  test.each([
    ['{"a": 1,}', 8, "expected a field name in double quotes"],
    ['{"a" 1}', 5, 'expected ":" after a field name'],
    ['{"kind":"List","items":[{"a":01}]}', 29, '"01" is no JSON value'],
    ['{"kind":"List","items":[{"a":"\\x"}]}', 30, "unknown escape in a string"],
    ['{"kind":"List","items":[{"kind":"A","apiVersion":"v1"} {"b":2}]}', 55, 'expected "," or "]" after a list item'],
    ['{"kind":"List","items":[{"kind":"A","apiVersion":"v1"}', 23, "this JSON value has no end: the text is cut off"],
    ['{"a": "b', 6, "this JSON value has no end: the text is cut off"],
    ['{"a": tru}', 6, '"tru" is no JSON value'],
    ["{} x", 3, 'expected a JSON object, found "x"'],
  ])("%s", (text, start, message) => {
    expect(place(text)).toEqual({ code: "invalid-json", start, message });
  });

  test("in one item or document does not hide the others", () => {
    const json = `{"kind":"List","apiVersion":"v1","items":[${JSON.stringify(service("a"))},{"kind" 1},${JSON.stringify(service("c"))}]}`;
    expect(names(json)).toEqual(["a", "c"]);
    expect(codes(json)).toEqual(["error invalid-json"]);
    const yaml =
      "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\na: [\n---\napiVersion: v1\nkind: A\nmetadata: {name: c}\n";
    expect(names(yaml)).toEqual(["a", "c"]);
    expect(codes(yaml)).toEqual(["error invalid-yaml"]);
  });

  test("that is not UTF-8 is reported with the byte's offset", () => {
    const bytes = Buffer.concat([Buffer.from('{"kind":"Lé'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(place(bytes)).toMatchObject({ code: "invalid-utf8", start: 12 });
    const yaml = Buffer.concat([Buffer.from("a: 1\nb: é\nc: "), Buffer.from([0xc3, 0x28]), Buffer.from("\n")]);
    expect(place(yaml)).toMatchObject({ code: "invalid-utf8", start: 14 });
  });

  test("names duplicate keys, of which the last wins", () => {
    const { objects, diagnostics } = readText("apiVersion: v1\nkind: A\nx: 1\nw: {z: 1, z: 2}\nx: 3\n");
    expect(objects).toEqual([{ apiVersion: "v1", kind: "A", x: 3, w: { z: 2 } }]);
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning duplicate-key",
      "warning duplicate-key",
    ]);
    expect(diagnostics.map(({ at }) => (at as { start: number }).start)).toEqual([38, 44]);
  });
});

describe("hostile text", () => {
  test("with __proto__ and constructor keys changes nothing but its own object", () => {
    for (const text of [
      '{"apiVersion":"v1","kind":"A","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      "apiVersion: v1\nkind: A\n__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n",
      "---\n{apiVersion: v1, kind: A, __proto__: {polluted: 1}, <<: {constructor: 1}}\n",
    ]) {
      const { objects } = readText(text);
      expect(objects).toHaveLength(1);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    }
  });

  test("with alias bombs or cycles is refused quickly", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    expect(codes(`apiVersion: v1\nkind: A\n${lines.join("\n")}\n`)).toEqual(["error alias-bomb"]);
    expect(codes("apiVersion: v1\nkind: A\na: &a [*a]\n")).toEqual(["error alias-bomb"]);
  });

  test("that nests without end is refused", () => {
    expect(codes(`{"a":${"[".repeat(100_000)}`)).toEqual(["error nesting-too-deep"]);
    expect(codes(`a: ${"[".repeat(100_000)}`)).toEqual(["error nesting-too-deep"]);
    expect(codes(`${"- ".repeat(50_000)}x\n`)).toEqual(["error nesting-too-deep"]);
    expect(codes("[".repeat(100_000))).toEqual(["error nesting-too-deep"]);
  });
});

describe("where objects stand", () => {
  test("is kept as bytes of the item, document or object", () => {
    const text = `{"kind":"List","items":[ ${JSON.stringify(service("é"))} , ${JSON.stringify(service("b"))}]}`;
    const { raw } = readText(text);
    for (const { origin } of raw) {
      const slice = Buffer.from(origin.source.read(origin.start, origin.end)).toString();
      expect(JSON.parse(slice)).toMatchObject({ kind: "Service" });
      expect(origin.path).toEqual([]);
    }
  });

  test("is found again in long lists cut at their items", () => {
    const item = (i: number) =>
      `- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c${i}\n  data:\n    a: "${"x".repeat(200)}"\n`;
    const items = Array.from({ length: 500 }, (_, i) => item(i)).join("");
    const { raw, diagnostics } = readText(
      sourceFromText("long.yaml", `apiVersion: v1\nitems:\n${items}kind: List\nmetadata: {}\n`),
    );
    expect(diagnostics).toEqual([]);
    expect(raw).toHaveLength(500);
    const { origin } = raw[321]!;
    expect(Buffer.from(origin.source.read(origin.start, origin.end)).toString()).toBe(item(321));
  });

  test("long lists whose items share an anchor are read as a whole", () => {
    const item = (i: number, labels: string) =>
      `- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c${i}\n    labels: ${labels}\n  data:\n    a: "${"x".repeat(200)}"\n`;
    const items = Array.from({ length: 500 }, (_, i) => item(i, i === 0 ? "&l {a: b}" : i > 300 ? "*l" : "{}")).join(
      "",
    );
    const { objects, diagnostics } = readText(`kind: List\napiVersion: v1\nitems:\n${items}`);
    expect(diagnostics).toEqual([]);
    expect(objects).toHaveLength(500);
    expect(new Set(objects.map((o) => (o["metadata"] as { name: string }).name)).size).toBe(500);
    expect(objects[499]).toMatchObject({ metadata: { labels: { a: "b" } } });
  });
});

describe("the line that begins a document", () => {
  const written = (name: string) => `{apiVersion: v1, kind: Service, metadata: {name: ${name}}}`;

  test("may hold its first words", () => {
    expect(
      names(`--- ${written("a")}\n--- # c\n${written("b")}\n---\t${written("c")}\n---#d\n${written("d")}\n`),
    ).toEqual(["a", "b", "c", "d"]);
  });

  test("is one only when a blank follows the dashes", () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {cert: "-----BEGIN\n-----END"}\n`;
    const { objects, diagnostics } = readText(`${text}---\n${written("b")}\n`);
    expect(diagnostics).toEqual([]);
    expect(objects.map((o) => o["metadata"])).toEqual([
      { name: "a", annotations: { cert: "-----BEGIN -----END" } },
      { name: "b" },
    ]);
  });
});

describe("a report of helm", () => {
  const object = (name: string) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;
  const head = "NAME: shop\nLAST DEPLOYED: Mon Jan  5 10:00:00 2026\nNAMESPACE: default\nSTATUS: deployed\n";
  const values = "USER-SUPPLIED VALUES:\nmetadata: {name: no}\nkind: Service\nkind: Pod\n\n";
  const notes = `\nNOTES:\n1. Run: {{ this\n---\n${object("no")}`;

  test.each([
    ["get all", `${head}${values}HOOKS:\n---\n${object("a")}MANIFEST:\n---\n${object("b")}${notes}`, ["a", "b"]],
    ["install --dry-run", `${head}HOOKS:\nMANIFEST:\n---\n${object("b")}---\n${object("c")}`, ["b", "c"]],
    ["with Windows line ends", `${head}MANIFEST:\n---\n${object("b")}${notes}`.replaceAll("\n", "\r\n"), ["b"]],
  ])("is read for its hooks and its manifest: %s", (_, text, expected) => {
    expect(names(text)).toEqual(expected);
    expect(codes(text)).toEqual(["note text-skipped"]);
  });

  test("is nothing that begins otherwise", () => {
    expect(names(`${object("a")}NOTES:\n- x\n---\n${object("b")}`)).toEqual(["a", "b"]);
  });
});

describe("a list of other things", () => {
  const told = (text: string) => readText(text).diagnostics.map(({ code, message }) => `${code} ${message}`);

  test("is told at once, such as the tasks of a playbook", () => {
    expect(told("- name: a\n  shell: x\n- name: b\n  k8s: {definition: {kind: Service}}\n")).toEqual([
      "not-an-object expected Kubernetes objects, found a list of 2 values that name neither apiVersion nor kind; passed over",
    ]);
  });

  test.each(['[1, {"a": 1}, [2]]', "- 1\n- a: 1\n- [2]\n", '[{"a": 1}, {"a": 2}, {"a": 3}]'])(
    "is told once and counted: %j",
    (text) => {
      expect(told(text)).toEqual([
        "not-an-object expected Kubernetes objects, found a list of 3 values that name neither apiVersion nor kind; passed over",
      ]);
    },
  );

  test("is told item by item in JSON, too, where an object is among them", () => {
    const text = '[1, {"a": 1}, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}}, 2]';
    expect(told(text)).toHaveLength(3);
    expect(readText(text).objects).toHaveLength(1);
  });

  test("is read where an object is among them", () => {
    const text = "- {name: a}\n- {apiVersion: v1, kind: Service, metadata: {name: b}}\n";
    expect(told(text)).toEqual([
      "not-an-object expected a Kubernetes object, found neither apiVersion nor kind; passed over",
    ]);
  });
});

describe("mistakes that people make", () => {
  const told = (text: string) => {
    const { diagnostics } = readText(text);
    return diagnostics.map(({ message, notes }) => [message, ...(notes ?? [])].join("; "));
  };

  test.each([
    [
      "apiVersion: v1\nKind: Service\n",
      "kind must be a string that is not empty; it is missing; write kind, not Kind: fields have their case",
    ],
    [
      "apiversion: v1\nkind: Service\n",
      "apiVersion must be a string that is not empty; it is missing; write apiVersion, not apiversion: fields have their case",
    ],
    [
      "<<<<<<< HEAD\napiVersion: v1\n=======\napiVersion: v2\n>>>>>>> branch\nkind: Service\n",
      "a merge conflict of git stands here unresolved",
    ],
    ["kind: Service\n=======\napiVersion: v2\n>>>>>>> branch\n", "a merge conflict of git stands here unresolved"],
    ["a:\n  - b: 1\n   c: 2\n", 'expected "-" in this column, found a mapping'],
    [
      "\u200bapiVersion: v1\nkind: Service\n",
      "apiVersion must be a string that is not empty; it is missing; a space without width (U+200B) stands there",
    ],
    [
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n",
      'key "apiVersion" occurs twice in one mapping; the last one wins; if another object begins here, a line --- belongs in front',
    ],
  ])("are told in their words: %j", (text, message) => {
    expect(told(text).some((line) => line.startsWith(message))).toBe(true);
  });

  test("a key in a column where none may begin is marked itself, not its colon", () => {
    const { diagnostics } = readText("a:\n  - b: 1\n   cd: 2\n");
    expect(diagnostics[0]!.at).toMatchObject({ start: "a:\n  - b: 1\n   ".length });
  });
});

describe("a tool's refusal in the place of objects", () => {
  test.each([
    "Permission denied",
    "bash: kubectl: command not found\n",
    "Error from server (Forbidden): services is forbidden\n",
    "Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout\n",
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
    "error: You must be logged in to the server (Unauthorized)\nError from server (Forbidden): x\n",
  ])("is an error, in a dump a warning: %s", (text) => {
    expect(codes(text)).toEqual(["error objects-refused"]);
    const found = readText({ ...sourceFromText("cluster-resources/a.json", text), dump: "troubleshoot" }).diagnostics;
    expect(found.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  test.each([
    "No resources found in default namespace.\n",
    'error: the server doesn\'t have a resource type "adminnetworkpolicies"\n',
    'Error from server (NotFound): services "a" not found\n',
    "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
  ])("is none where there is nothing to get, or objects: %s", (text) => {
    expect(codes(text)).toEqual([]);
  });
});

describe("a byte-order mark", () => {
  test.each(["\n", "", "\n---\n"])("in front of a later value of JSON is none of it, behind %j", (between) => {
    const [a, b] = ["a", "b"].map((name) => JSON.stringify(service(name)));
    const text = `\ufeff${a}${between}\ufeff${b}\n\ufeff\n`;
    expect([names(text), codes(text)]).toEqual([["a", "b"], []]);
  });

  const [a, b] = ["a", "b"].map((name) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`);

  test.each([
    ["in front of the file", `\ufeff${a}---\n${b}`],
    ["in front of a later document", `${a}---\n\ufeff${b}`],
    ["in front of each", `\ufeff${a}---\n\ufeff# next\n${b}`],
    ["in front of the line that begins a document, behind another such line", `${a}---\n\ufeff---\n${b}`],
    ["alone in its document", `${a}---\n\ufeff\n---\n${b}`],
  ])("%s is no part of it", (_, text) => {
    expect(codes(text)).toEqual([]);
    expect(names(text)).toEqual(["a", "b"]);
  });

  test.each([`${a}\ufeff${b}`, `${a}\ufeff---\n${b}`])(
    "within a document is one error, and both are read: %j",
    (text) => {
      const { diagnostics } = readText(text);
      expect(diagnostics.map(({ message }) => message)).toEqual([
        "a byte-order mark begins this line: files were put together without a line --- between them",
      ]);
      expect(names(text)).toEqual(["a", "b"]);
    },
  );
});

test.each(["~: web", "null: web", "{NULL: web}", "? \n  : web"])(
  "a key that is null is an error, as for kubectl: %s",
  (text) => {
    const { diagnostics } = readText(`apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ${text}\n`);
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["invalid-yaml", "a key is null, which no object has"],
    ]);
  },
);
