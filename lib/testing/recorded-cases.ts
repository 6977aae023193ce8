/** The recorded texts of kube-proxy, for tests. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { IPFamily } from "../net/ip.js";

/** Folder of the project's own recorded texts. */
export const ROOT = fileURLToPath(new URL("../../golden/kube-proxy/", import.meta.url));

export interface RecordedCase {
  readonly name: string;
  readonly family: IPFamily;
  /** Of the node whose rules are recorded. */
  readonly node: string;
  readonly nodeFeatures: Readonly<Record<string, boolean>>;
}

/** Every recorded case, by name. */
export function recordedCases(root = ROOT): RecordedCase[] {
  return readdirSync(join(root, "cases"))
    .sort()
    .map((name) => {
      const facts = JSON.parse(readFileSync(join(root, "cases", name, "case.json"), "utf8")) as Partial<RecordedCase>;
      return {
        name,
        family: facts.family ?? "IPv4",
        node: facts.node ?? "",
        nodeFeatures: facts.nodeFeatures ?? {},
      };
    });
}

/** Manifests or kube-proxy configuration of a case. */
export function readCaseInput(name: string, file: "manifests.yaml" | "kube-proxy.yaml", root = ROOT): string {
  return readFileSync(join(root, "cases", name, file), "utf8");
}

/** The text recorded for a minor, e.g. ("loadbalancer", "iptables", "iptables-save", 36); undefined when there is none. */
export function readRecordedText(
  name: string,
  mode: string,
  artifact: string,
  minor: number,
  root = ROOT,
): string | undefined {
  const directory = join(root, "expected", name, mode);
  if (!existsSync(directory)) return undefined;
  const best = readdirSync(directory)
    .map((file) => {
      const [, of, since] = /^(.+)\.since-1\.(\d+)\.txt$/.exec(file) ?? [];
      return { file, of, since: Number(since) };
    })
    .filter((entry) => entry.of === artifact && entry.since <= minor)
    .sort((a, b) => a.since - b.since)
    .at(-1);
  return best && readFileSync(join(directory, best.file), "utf8");
}
