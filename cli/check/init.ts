/** `svcrules check --init`: looks for manifests and writes a configuration for them. */
import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import {
  describeContents,
  parseKubeVersion,
  readObjects,
  resolvePlace,
  startingConfig,
  UsageError,
  type Cluster,
  type Diagnostic,
  type FoundInputs,
} from "../../lib/index.js";
import { fileSource } from "../io/file-source.js";
import { walkDirectory, type FoundFile } from "../io/walk-directory.js";
import { writing } from "../io/writing.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { CONFIG_FILE } from "./config-file.js";

const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Files that are looked into. */
const MOST_FILES = 20_000;

export function writeStartingFile(
  { file, config }: { readonly file?: string; readonly config?: string },
  terminal: Terminal,
): ExitCode {
  const name = file ?? config ?? CONFIG_FILE;
  const found = findInputs(terminal.cwd);
  if (found.inputs.length === 0)
    throw new UsageError(
      "no Kubernetes objects found below the current directory",
      found.leftOut.length > 0
        ? `${found.leftOut[0]!.name}: ${found.leftOut[0]!.reason}`
        : "run it where your manifests are: directories are searched for .yaml, .yml and .json files",
    );
  const path = resolve(terminal.cwd, name);
  if (writing(name, () => lstatSync(path, { throwIfNoEntry: false })))
    throw new UsageError(`${name} exists already`, "--init never overwrites a file");
  saveChunks(terminal, name, [startingConfig(found)]);
  terminal.write(`wrote ${name} for ${found.contents}\n`);
  terminal.write(`next: ${terminal.programName} check ${name === CONFIG_FILE ? "" : `${name} `}--update\n`);
  return 0;
}

/** What one entry of the directory holds. */
interface Entry {
  readonly clusters: Cluster[];
  trouble: string | undefined;
}

function findInputs(cwd: string): FoundInputs {
  const entries = new Map<string, Entry>();
  for (const file of walkDirectory(".", cwd, { wanted: (path) => MANIFEST.test(path) }).files.slice(0, MOST_FILES)) {
    const path = file.name.replace(/^\.\//, "");
    const top = path.split("/")[0]!;
    if (top === "golden" || /^svcrules\.(?:ya?ml|json)$/.test(path)) continue;
    const entry = entries.get(top) ?? { clusters: [], trouble: undefined };
    entries.set(top, entry);
    readInto(entry, { ...file, name: path });
  }
  const holding = [...entries].filter(([, { clusters }]) => clusters.length > 0);
  const good = holding.filter(([, { trouble }]) => trouble === undefined);
  const clusters = good.flatMap(([, entry]) => entry.clusters);
  const nodes = clusters.flatMap((cluster) => cluster.nodes);
  const configured = clusters.flatMap((cluster) => cluster.proxyConfigurations)[0]?.["mode"];
  const versions = nodes.map((node) =>
    parseKubeVersion(node.status?.nodeInfo?.kubeProxyVersion || node.status?.nodeInfo?.kubeletVersion || ""),
  );
  const version = versions.find((found) => found !== undefined);
  return {
    inputs: good.map(([name]) => name),
    contents: describeContents(clusters, "a KubeProxyConfiguration"),
    leftOut: holding.flatMap(([name, { trouble }]) => (trouble === undefined ? [] : [{ name, reason: trouble }])),
    nodes: [...new Set(nodes.map((node) => node.metadata.name))].sort(),
    mode: typeof configured === "string" && configured !== "" ? configured : undefined,
    kubeVersion: version && `1.${version.minor}`,
  };
}

function readInto(entry: Entry, { name, path, size }: FoundFile): void {
  const { cluster, diagnostics } = readObjects([fileSource(name, path, size)]);
  // What has to be rendered first is no input of a check.
  const error = diagnostics.find(({ severity, code }) => severity === "error" || code === "unrendered-source");
  if (error) entry.trouble ??= troubleOf(error);
  if (isWorthReading(cluster) || (error && entry.clusters.length === 0)) entry.clusters.push(cluster);
}

function troubleOf(diagnostic: Diagnostic): string {
  const place = resolvePlace(diagnostic);
  return `${place ? `${[place.file, place.line].filter((part) => part !== undefined).join(":")}: ` : ""}${diagnostic.message}`;
}

function isWorthReading({ services, workloads, pods, nodes, endpointSlices, proxyConfigurations }: Cluster): boolean {
  return [services, workloads, pods, nodes, endpointSlices, proxyConfigurations].some((list) => list.length > 0);
}
