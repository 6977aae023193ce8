import { expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { readObjects } from "./load.js";
import { settleSituation } from "./situation.js";

const node = (name: string, ...addresses: readonly string[]) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: addresses.map((address, i) => ({ type: i === 0 ? "InternalIP" : "Hostname", address })) },
});
const items = [
  node("ip-10-0-1-2.ec2.internal", "10.0.1.2", "custom-a", "shared"),
  node("ip-10-0-1-3.ec2.internal", "10.0.1.3", "custom-b", "shared"),
];

function notesFor(asked: string): readonly string[] {
  const { cluster } = readObjects([sourceFromText("nodes.json", JSON.stringify({ kind: "List", items }))], {});
  const { diagnostics } = settleSituation(cluster!, { node: asked });
  return diagnostics.find(({ code }) => code === "unknown-node")?.notes ?? [];
}

test.each([
  ["custom-b", "did you mean ip-10-0-1-3.ec2.internal? it has that address"],
  ["10.0.1.2", "did you mean ip-10-0-1-2.ec2.internal? it has that address"],
  ["shared", "Nodes: ip-10-0-1-2.ec2.internal, ip-10-0-1-3.ec2.internal"],
  ["ip-10-0-1-2.ec2.interna", "did you mean ip-10-0-1-2.ec2.internal?"],
])("a node that is called %s is not known, and the one that is meant is named", (asked, note) => {
  expect(notesFor(asked)).toEqual([note]);
});

test("one that is known is taken", () => {
  expect(notesFor("ip-10-0-1-2.ec2.internal")).toEqual([]);
});
