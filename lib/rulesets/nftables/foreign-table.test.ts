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
