import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { KNOWN_RELEASES } from "../../config/features.js";
import { ROOT } from "../recorded-cases.js";
import { explainRelease, tableBefore } from "./explain-release.js";
import { lineMaker } from "./line-maker.js";
import { recordedArtifacts } from "./recorded-texts.js";
import { releaseReport } from "./report.js";

function explain(minor: number, names: readonly string[]) {
  return explainRelease(recordedArtifacts(ROOT, minor, names), minor, tableBefore(KNOWN_RELEASES, minor));
}

describe("a release whose row was taken away is explained from its recorded texts", () => {
  test("1.37", () => {
    const names = ["clusterip-one-endpoint", "node-features", "gate-on-all-IPv4", "gate-off-localhost-IPv4"];
    const explanation = explain(37, [...names, "gate-on-localhost-IPv4"]);
    expect(explanation.unexplained).toEqual([]);
    const { changes } = explanation;
    expect(changes).toEqual(
      expect.arrayContaining([
        { kind: "feature", name: "nftSingleEndpointDNAT", value: true },
        { kind: "feature", name: "alwaysRandomFully", value: true },
        { kind: "feature", name: "nftNodePortAddressKeywords", value: true },
        { kind: "gate", name: "nftLocalhostNodePorts", value: false },
      ]),
    );
    expect(changes).toHaveLength(4);
    const report = releaseReport(37, explanation, 1, () => ["lib/backends/x.ts"]).join("\n");
    expect(report).toContain("{ minor: 37, changes: {");
    expect(report).toContain("{ since: 37, on: false }");
  });

  test("1.36", () => {
    const { changes, unexplained } = explain(36, ["clusterip-one-endpoint", "headless-and-externalname", "guestbook"]);
    expect(unexplained).toEqual([]);
    expect(changes).toEqual([{ kind: "feature", name: "nftHairpinSet", value: true }]);
  });
});

test("a text that no feature makes is told, with the file that makes its lines", () => {
  const [text] = recordedArtifacts(ROOT, 37, ["clusterip-one-endpoint"]).filter(({ mode }) => mode === "nftables");
  const changed = { ...text!, wanted: [...text!.wanted, "add rule ip kube-proxy service-A-ns/web/tcp/ new words"] };
  const explanation = explainRelease([changed], 37, tableBefore(KNOWN_RELEASES, 37));
  const report = releaseReport(37, explanation, 1, () => []).join("\n");
  expect(report).toContain(
    "unexplained: clusterip-one-endpoint nftables nft, made in lib/backends/nftables/service-chains.ts",
  );
  expect(report).toContain("recorded add rule ip kube-proxy service-A-ns/web/tcp/ new words");
  expect(report).not.toContain("RELEASE_ROWS");
});

test("every recorded line is made in a file that is there", () => {
  const files = new Set(
    recordedArtifacts(ROOT, 37).flatMap(({ mode, wanted }) => wanted.map((line) => lineMaker(mode, line))),
  );
  expect(files.size).toBeGreaterThan(15);
  for (const file of files)
    expect([file, existsSync(new URL(`../../../${file}`, import.meta.url))]).toEqual([file, true]);
});
