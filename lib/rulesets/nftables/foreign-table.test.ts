/** Whether packets are seen to reach the chains of iptables mode that a listing shows in tables of others. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { OpenText } from "./foreign-table.js";
import { ListingReader } from "./listing-reader.js";
import { parseNftList } from "./parse-list.js";

const LISTING = `table ip nat { # handle 1
	chain KUBE-SERVICES { # handle 3
		counter packets 1 bytes 2 jump KUBE-SVC-NPX46M4PTMTKRN6Y # handle 9
	}

	chain PREROUTING { # handle 5
		type nat hook prerouting priority dstnat; policy accept;
		counter packets 1 bytes 2 jump KUBE-SERVICES # handle 8
	}
}
`;

test.each([
  ["with the handles of nft -a", LISTING],
  ["without handles", LISTING.replaceAll(/ # handle \d+/g, "")],
])("a jump into KUBE-SERVICES is seen in a listing %s", (_, text) => {
  const { foreign } = parseNftList(sourceFromText("node.txt", text));
  expect(foreign.map(({ name, entries }) => [name, entries])).toEqual([["nat", ["PREROUTING"]]]);
});

test("output of the other tools beside the listing is passed over, and nothing else", () => {
  const others = [
    "-A -t 10.0.0.1:80 -s rr",
    "-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1",
    "TCP  10.0.0.1:80 rr",
    "  -> 10.1.0.1:80                  Masq    1      0          0",
    "create KUBE-CLUSTER-IP hash:ip,port family inet",
    "add KUBE-CLUSTER-IP 10.0.0.1,tcp:80",
    "10.0.0.1,tcp:80",
    "30080",
    "10.0.0.1",
    "10.0.0.0/8 timeout 0",
    "fd00::1",
  ];
  const table = "table ip nat {\n}\n";
  const codesOf = (text: string) => parseNftList(sourceFromText("node.txt", text)).diagnostics.map(({ code }) => code);
  expect(codesOf(`${others.join("\n")}\n${table}`)).toEqual([]);
  for (const line of ["10.0.0.1 . tcp . 80 : goto x", "10.0.0.1 }", "30080 : goto x", "dead", "10.0.0.1,"])
    expect(codesOf(`${line}\n${table}`)).toEqual(["unreadable-line"]);
});

describe("a comment over several lines, as nft prints one", () => {
  const OWN = "table ip kube-proxy {\n\tchain services {\n\t}\n}\n";
  const listing = (comment: string) =>
    `table inet wall {\n\tchain own {\n\t\ttcp dport 22 accept comment "${comment}" # handle 2\n\t\tip daddr 10.244.0.0/16 drop\n\t}\n}\n${OWN}`;
  const tablesOf = (text: string) => {
    const { tables, foreign, others, diagnostics } = parseNftList(sourceFromText("node.txt", text));
    return {
      tables: tables.map(({ name, chains }) => [name, chains.length]),
      foreign: foreign.map(({ name }) => name),
      others: others?.texts.at(-3),
      codes: diagnostics.map(({ code }) => code),
    };
  };
  const DROP = "\t\tip daddr 10.244.0.0/16 drop";

  test.each([
    ["ends no table", "x\n}\n}\n"],
    ["begins none", "x\n}\n}\ntable ip kube-proxy {\n\tchain services {\n"],
    ["is none of braces", "{\n{\n{"],
  ])("%s", (_, comment) => {
    const found = { tables: [["kube-proxy", 1]], foreign: ["wall"], others: DROP, codes: [] };
    expect(tablesOf(listing(comment))).toEqual(found);
  });

  test("that is not closed is a broken line: the capture is refused, and whoever reads on takes the other lines as they are", () => {
    const broken = listing("x").replace(' accept comment "x" # handle 2', ' accept comment "x');
    expect(tablesOf(broken)).toMatchObject({ tables: [], codes: ["capture-wrapped"] });
    const open = new OpenText();
    expect([open.add('\t\taccept comment "x', 4), open.add("y".repeat(100), 5)]).toEqual(["open", "open"]);
    expect(open.add("z".repeat(100), 6)).toBe("given up");
    const diagnostics: Diagnostic[] = [];
    const reader = new ListingReader("node.txt", diagnostics);
    reader.addText(broken.replace("\t}\n}\n", `\t\t${"tcp dport 22 accept ".repeat(9)}\n\t}\n}\n`));
    const { tables, foreign, others } = reader.finish();
    expect([tables.map(({ name }) => name), foreign.map(({ name }) => name)]).toEqual([["kube-proxy"], ["wall"]]);
    expect(others!.unclosedAt).toBe(3);
  });
});
