/** The engine as it is built for browsers gives the bytes it gives on Node: a sample; Chromium has every case. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build, type Plugin } from "esbuild";
import { ANSWERS, type Answers } from "./engine/answers.js";
import type { InputFile, Setup } from "./engine/protocol.js";

const CASES = new URL("../golden/kube-proxy/cases/", import.meta.url);
const SAMPLE = ["guestbook", "dual-stack-v6", "loadbalancer-source-ranges", "random-003", "session-affinity-local"];
const ARTIFACTS = [
  ["iptables", "iptables"],
  ["ipvs", "ipvsadm"],
  ["ipvs", "ipset"],
  ["nftables", "nft"],
] as const;

let directory: string;
let inBrowser: Answers;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-engine-"));
  const platform = new URL("../scripts/web-platform.mjs", import.meta.url).href;
  const { webPlatform } = (await import(platform)) as { readonly webPlatform: Plugin };
  const outfile = join(directory, "answers.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("engine/answers.ts", import.meta.url))],
    bundle: true,
    platform: "browser",
    format: "esm",
    outfile,
    plugins: [webPlatform],
    logLevel: "silent",
  });
  ({ ANSWERS: inBrowser } = (await import(pathToFileURL(outfile).href)) as { readonly ANSWERS: Answers });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function setupOf(name: string, mode: Setup["mode"]): Setup {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, CASES), "utf8");
  const names = readdirSync(new URL(`${name}/`, CASES)).filter((file) => file.endsWith(".yaml"));
  const files = names.map((file): InputFile => ({ name: file, text: read(file) }));
  const { node = "", family } = JSON.parse(read("case.json")) as { readonly node?: string; readonly family?: string };
  return { files, node, mode, kubeVersion: "1.36", ipFamily: family === "IPv6" ? "ipv6" : "ipv4" };
}

test.each(SAMPLE.flatMap((name) => ARTIFACTS.map(([mode, artifact]) => [name, mode, artifact] as const)))(
  "%s in mode %s has the same %s, line by line of the same services",
  async (name, mode, artifact) => {
    const setup = setupOf(name, mode);
    const question = { ...setup, artifact, format: "restore" as const };
    const { answer } = await ANSWERS.rules(question);
    expect(answer?.text).toMatch(/\S/);
    expect((await inBrowser.rules(question)).answer).toEqual(answer);
    const lines = { ...setup, artifact, text: answer!.text };
    expect(await inBrowser.linesOfRules(lines)).toEqual(await ANSWERS.linesOfRules(lines));
  },
);

test("paths and what a node holds are told alike", async () => {
  const setup = setupOf("guestbook", "iptables");
  const traced = { ...setup, from: "outside", to: (await ANSWERS.check(setup)).inventory.servicePorts[0]! };
  expect(JSON.parse(JSON.stringify(await inBrowser.trace(traced)))).toEqual(
    JSON.parse(JSON.stringify(await ANSWERS.trace(traced))),
  );
  const { answer } = await ANSWERS.rules({ ...setup, artifact: "", format: "save" });
  const text = answer!.text.replace(/^.*10\.244\.1\.30.*\n/gm, "");
  expect(text).not.toBe(answer!.text);
  const compared = { ...setup, captures: [{ name: "node.txt", text }] };
  expect((await inBrowser.diff(compared)).answer?.report).toEqual((await ANSWERS.diff(compared)).answer?.report);
});
