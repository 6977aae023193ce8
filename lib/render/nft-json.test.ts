import { expect, test } from "@jest/globals";
import { compileNftables } from "../backends/nftables/index.js";
import { backendInput } from "../pipeline/compile.js";
import { nftLines } from "../rulesets/nftables/print.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { renderNftJson } from "./nft-json.js";

const HEAD = { mode: "nftables", node: "node-1", kubeVersion: "1.36", ipFamily: "ipv4" } as const;

interface Document {
  readonly table: { readonly name: string };
  readonly sets: readonly { readonly name: string; readonly elements: readonly { text: string; service?: string }[] }[];
  readonly rules: readonly { readonly chain: string; readonly text: string; readonly service?: string }[];
}

test("the JSON form holds the same rules and elements as the text, each with its service", () => {
  const recorded = recordedCases().find(({ name }) => name === "loadbalancer-source-ranges")!;
  const cluster = recordedCluster(recorded.name);
  const program = compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", 36)));
  const document = JSON.parse([...renderNftJson(program, HEAD, () => undefined)].join("\n")) as Document;
  const text = [...nftLines(program)];
  expect(document.rules.map(({ chain, text: rule }) => `add rule ip kube-proxy ${chain} ${rule}`)).toEqual(
    text.filter((line) => line.startsWith("add rule")),
  );
  expect(
    document.sets.flatMap(({ name, elements }) =>
      elements.map((element) => `add element ip kube-proxy ${name} { ${element.text} }`),
    ),
  ).toEqual(text.filter((line) => line.startsWith("add element")));
  for (const { chain, service } of document.rules.filter(({ chain: name }) => name.includes("/")))
    expect(chain).toContain(`-${service}/`);
});
