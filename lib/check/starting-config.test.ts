import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { readConfig } from "./read-config.js";
import { startingConfig, type FoundInputs } from "./starting-config.js";

const FOUND: FoundInputs = {
  inputs: ["apps", "no", "a b", "1.yaml", 'q"uote', "ü", "\u202ex"],
  contents: "3 Services",
  leftOut: [{ name: "charts", reason: "charts/a.yaml:3: \u001b[31m" }],
  nodes: ["n-1", "n-2", "n-3"],
  mode: "nftables",
  kubeVersion: "1.30",
};

const configOf = (text: string) => readConfig(sourceFromText("svcrules.yaml", text)).config;

describe("startingConfig", () => {
  test("is a configuration for what was found, whatever the names", () => {
    expect(configOf(startingConfig(FOUND))!.cases).toMatchObject([
      { inputs: FOUND.inputs, nodes: ["n-1", "n-2"], modes: ["nftables"], kubeVersions: ["1.30"] },
    ]);
  });

  test("shows nothing raw that a terminal acts on", () => {
    expect(startingConfig(FOUND)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test("has an example in every comment that can be taken as it is", () => {
    const text = startingConfig({ ...FOUND, nodes: [] }).replace(/^ {4}# (\w+: [^A-Z\n]*|set: .*)$/gm, "    $1");
    expect(configOf(text)!.cases).toMatchObject([
      { nodes: ["node-1"], ipFamilies: ["ipv4", "ipv6"], format: "save", golden: "golden/cluster", simulate: false },
    ]);
  });
});
