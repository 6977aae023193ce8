import { expect, test } from "@jest/globals";
import { sortFiles } from "./sort-files.js";

const save = "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n";

test("of a dump, reports and logs are neither objects nor captures", () => {
  const { objects, captures } = sortFiles([
    { name: "b/cluster-resources/nodes.json", text: '{"kind":"NodeList","apiVersion":"v1","items":[]}' },
    { name: "b/cluster-resources/groups.json", text: '[{"name":"apps"}]' },
    { name: "b/analysis.json", text: "[]" },
    { name: "b/cluster-resources/pods/logs/a/b/c.log", text: '{"kind":"Service"}' },
    { name: "b/host-collectors/run-host/iptables-save.txt", text: save },
    { name: "node-1.txt", text: save },
  ]);
  expect(objects.map(({ name }) => name)).toEqual(["b/cluster-resources/nodes.json"]);
  expect(captures.map(({ name }) => name)).toEqual(["b/host-collectors/run-host/iptables-save.txt", "node-1.txt"]);
});
