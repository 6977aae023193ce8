import { expect, test } from "@jest/globals";
import { splitBundles } from "../../bundle/split-bundles.js";
import { sourceFromText } from "../../source/source.js";
import { nameCaptures } from "./capture-files.js";

const filesOf = (files: Readonly<Record<string, string>>) => {
  const sources = Object.entries(files).map(([name, text]) => sourceFromText(name, text));
  const groups = [{ node: "node-1", sources }];
  return nameCaptures(splitBundles([]), groups, (name) => name).map(({ file }) => file);
};

test("captures keep a name that says what they hold; others are numbered", () => {
  expect(
    filesOf({
      "a/iptables-save.txt": "*nat\nCOMMIT\n",
      "b/iptables-save.txt": "*nat\nCOMMIT\n",
      "a/acme-ipvsadm.txt": "-A -t 10.0.0.1:80 -s rr\n",
    }),
  ).toEqual(["node-1/iptables-save.txt", "node-1/capture-2.txt", "node-1/capture-3.txt"]);
});

test("an empty listing of ipvsadm keeps the name that tells it", () => {
  expect(filesOf({ "a/acme-ipvsadm.txt": "\n", "a/acme-ipset.txt": "" })).toEqual([
    "node-1/ipvsadm-save.txt",
    "node-1/capture-2.txt",
  ]);
});
