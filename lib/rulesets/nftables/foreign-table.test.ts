/** Whether packets are seen to reach the chains of iptables mode that a listing shows in tables of others. */
import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
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
