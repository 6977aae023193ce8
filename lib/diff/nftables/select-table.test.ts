/** Which of several listings of kube-proxy's table is compared. */
import { expect, test } from "@jest/globals";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";
import { selectTable } from "./select-table.js";

const listing = (verdict: string, element = "10.0.0.9") =>
  `table ip kube-proxy {
	set affinity-x { type ipv4_addr
		flags dynamic,timeout
		timeout 3h
		elements = { ${element} expires 1h }
	}
	chain services { ip daddr 10.0.0.1 ${verdict}
	}
}
`;
const list = (text: string, i = 0) => parseNftList(sourceFromText(`${i}.txt`, text));
const selected = (...texts: readonly string[]) => selectTable(texts.map(list), "ip").diagnostics;

test("two listings of the table that differ are an error, captures-disagree", () => {
  expect(selected(listing("accept"), listing("drop"))).toMatchObject([
    { code: "captures-disagree", severity: "error", at: { file: "1.txt", line: 1 } },
  ]);
});

test("two listings that differ in what rules learnt of clients are one", () => {
  expect(selected(listing("accept"), listing("accept", "10.0.0.8"))).toEqual([]);
});

test("a listing and its JSON are one", () => {
  const json = JSON.stringify({
    nftables: [
      { table: { family: "ip", name: "kube-proxy", handle: 1 } },
      { chain: { family: "ip", table: "kube-proxy", name: "services", handle: 1 } },
      { set: { family: "ip", table: "kube-proxy", name: "cluster-ips", type: "ipv4_addr", elem: ["10.0.0.1"] } },
      {
        rule: {
          family: "ip",
          table: "kube-proxy",
          chain: "services",
          handle: 2,
          expr: [
            { match: { op: "==", left: { payload: { protocol: "ip", field: "daddr" } }, right: "10.0.0.1" } },
            { accept: null },
          ],
        },
      },
    ],
  });
  const text =
    "table ip kube-proxy {\n\tset cluster-ips {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1 }\n\t}\n\tchain services {\n\t\tip daddr 10.0.0.1 accept\n\t}\n}\n";
  expect(selectTable([list(text), parseNftJSON(sourceFromText("b.json", json))], "ip").diagnostics).toEqual([]);
});
