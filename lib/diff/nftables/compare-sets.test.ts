/** A set's declaration counts where it changes what the set can hold or match. */
import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromText } from "../../source/source.js";
import { recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { diffNftables } from "./index.js";

const recorded = recordedCases().find(({ name }) => name === "session-affinity")!;
const cluster = recordedCluster(recorded.name);
const expected = compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", 36)));
const listing = [...nftListing(expected)].join("\n");

function changesWith(from: RegExp, to: string) {
  const text = listing.replace(from, to);
  expect(text).not.toBe(listing);
  return diffNftables(expected, [parseNftList(sourceFromText("node.txt", text))]).changes;
}

describe("a set or map of kube-proxy's table", () => {
  test.each([
    ["another affinity timeout", /timeout 3h/, "timeout 1h", "affinity-changed", /./],
    ["room for five clients", /size 65535/, "size 5", "affinity-changed", /./],
    [
      "less room than its elements",
      /(map service-ips \{)/,
      "$1\n\t\tsize 1",
      "base-chain-changed",
      /size 1, .* too small/,
    ],
    ["another type", /(set cluster-ips \{\n\t\ttype) ipv4_addr/, "$1 ipv6_addr", "base-chain-changed", /otherwise/],
  ])("with %s is a difference", (_name, from, to, kind, words) => {
    expect(changesWith(from, to)).toContainEqual(
      expect.objectContaining({ kind, severity: "error", message: expect.stringMatching(words) }),
    );
  });

  test("with room enough, a policy and a gc-interval is none", () => {
    expect(changesWith(/(map service-ips \{)/, "$1\n\t\tsize 1000\n\t\tpolicy memory\n\t\tgc-interval 10s")).toEqual(
      [],
    );
  });
});
