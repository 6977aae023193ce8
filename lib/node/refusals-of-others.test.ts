import { expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { sourceFromText } from "../source/source.js";
import { capturedNodes } from "../testing/captured-nodes.js";

const nodes = capturedNodes().filter(({ name }) => ["iptables-save", "nft list"].includes(name));

test.each(nodes)("what tools of other modes refuse is a note beside a whole capture: $name", async (node) => {
  const { manifests, options, healthy } = node;
  const codes = async (line: string) => {
    const sources = Object.entries(healthy).map(([file, { text }]) => sourceFromText(file, `${text}${line}\n`));
    const { report, diagnostics } = await diff(manifests, sources, options);
    const refused = diagnostics.filter(({ code }) => code === "capture-refused");
    return [report?.identical, refused.map(({ severity }) => severity)];
  };
  expect(await codes("bash: ipvsadm-save: command not found")).toEqual([true, ["note"]]);
  const own = node.name === "nft list" ? "nft" : "iptables-save";
  expect(await codes(`bash: ${own}: command not found`)).toEqual([true, ["error"]]);
});
