/** What diff tells people of drifted nodes, at three widths; the texts are below golden/svcrules/diff. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";

const RECORDED = fileURLToPath(new URL("../../golden/kube-proxy/", import.meta.url));
const GOLDEN = fileURLToPath(new URL("../../golden/svcrules/diff/", import.meta.url));
const WIDTHS = [60, 80, 120] as const;

/** Recorded nodes whose drift is known. */
const SCENES = [
  "two-drifts-1020",
  "no-jump-1016",
  "service-stale-1004",
  "endpoint-stale-1002",
  "affinity-1005",
  "lb-ip-missing-1009",
  "endpoints-gone-2006",
  "leftover-1018",
  "sep-broken-1021",
  "ipvs-weight-zero-3007",
] as const;

interface Truth {
  readonly mode: string;
  readonly node: string;
  readonly kubeVersion: string;
  readonly files?: readonly string[];
}

async function scene(name: string, columns: number): Promise<string> {
  const folder = `nodes/${name}`;
  const truth = JSON.parse(readFileSync(join(RECORDED, folder, "truth.json"), "utf8")) as Truth;
  const files = (truth.files ?? ["node.txt"]).map((file) => `${folder}/${file}`);
  const given = ["--manifests", `${folder}/manifests.yaml`, "--proxy-config", `${folder}/kube-proxy.yaml`];
  const about = ["--node", truth.node, "--kube-version", truth.kubeVersion, "--mode", truth.mode];
  const { code, out } = await runCli(["diff", ...files, ...given, ...about], { cwd: RECORDED, columns });
  expect(code).toBe(1);
  return out;
}

describe.each(SCENES)("%s", (name) => {
  test.each(WIDTHS)("is told at %i columns as it was", async (columns) => {
    const text = await scene(name, columns);
    const file = join(GOLDEN, `${name}.${columns}.txt`);
    if (process.env["UPDATE_GOLDEN"] && !process.env["CI"]) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, text);
    }
    expect(existsSync(file)).toBe(true);
    expect(text).toBe(readFileSync(file, "utf8"));
    expect(text).not.toMatch(/^ *[-+] -/m);
    // Names of files are not broken.
    for (const line of text.split("\n").filter((one) => !one.includes("nodes/")))
      expect(line.length).toBeLessThanOrEqual(columns);
  });
});

test("there is no text without a scene", () => {
  const wanted = SCENES.flatMap((name) => WIDTHS.map((columns) => `${name}.${columns}.txt`));
  expect(readdirSync(GOLDEN).sort()).toEqual(wanted.sort());
});
