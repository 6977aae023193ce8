/** What may follow on a command line that is being typed. */
import { NEWEST_MINOR, OLDEST_MINOR } from "../../lib/config/kube-version.js";
import { readObjects } from "../../lib/pipeline/load.js";
import type { Cluster } from "../../lib/cluster/types.js";
import { COMMANDS } from "../commands/index.js";
import type { Command } from "../commands/command.js";
import { openInputs } from "../io/open-inputs.js";
import { optionTable, type OptionEntry } from "../option-table.js";
import type { Terminal } from "../terminal.js";

const MODES = ["iptables", "ipvs", "nftables"];
const RELEASES = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => `1.${NEWEST_MINOR - i}`);

/** Values of options that take one of a few words; by command where commands differ. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  mode: MODES,
  "from-mode": MODES,
  "to-mode": MODES,
  "kube-version": RELEASES,
  "from-version": RELEASES,
  "to-version": RELEASES,
  "controller-version": RELEASES,
  "ip-family": ["ipv4", "ipv6"],
  artifact: ["iptables", "ipvsadm", "ipset", "addresses", "nft"],
  format: ["restore", "save", "json", "mermaid", "dot", "html"],
  color: ["auto", "always", "never"],
  diagnostics: ["text", "json"],
  report: ["junit", "sarif", "github", "markdown", "json"],
  "diff output": ["text", "unified", "json", "jsonl", "patch", "html"],
  "endpoints output": ["text", "json"],
  "doctor output": ["text", "json"],
  "dns output": ["text", "json"],
  "explain output": ["text", "json"],
  "trace output": ["text", "json", "mermaid"],
  "migrate output": ["text", "json"],
};

/** Options whose values are names of the input. */
const NAMES: Readonly<Record<string, (cluster: Cluster) => readonly string[]>> = {
  service: ({ services }) => services.map(({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}`),
  namespace: ({ services }) => services.map(({ metadata }) => metadata.namespace ?? "default"),
  node: ({ nodes }) => nodes.map(({ metadata }) => metadata.name),
};

/**
 * The words that may stand for the last of `words` (after the program's name), sorted; none where a file is meant.
 * Names of services, namespaces and nodes come from the inputs already typed, else from ./manifests.
 */
export async function complete(words: readonly string[], terminal: Terminal): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const command = COMMANDS.find(({ name }) => name === words[0]);
  const startingWith = (candidates: readonly string[]) =>
    [...new Set(candidates)].filter((candidate) => candidate.startsWith(current)).sort();
  if (words.length <= 1) return startingWith([...COMMANDS.map(({ name }) => name), "--help", "--version"]);
  if (!command) return [];
  const options = optionTable(command);
  const before = findOption(options, words.at(-2)!);
  if (before?.takesValue) return startingWith(await valuesOf(command, before.name, words, options, terminal));
  if (current.startsWith("-")) return startingWith(options.map(({ name }) => `--${name}`).concat("--help"));
  return [];
}

function findOption(options: readonly OptionEntry[], word: string): OptionEntry | undefined {
  return options.find(({ name, short }) => word === `--${name}` || short.some((letter) => word === `-${letter}`));
}

async function valuesOf(
  { name }: Command,
  option: string,
  words: readonly string[],
  options: readonly OptionEntry[],
  terminal: Terminal,
): Promise<readonly string[]> {
  const known = VALUES[`${name} ${option}`] ?? VALUES[option];
  if (known) return known;
  const namesIn = NAMES[option];
  if (!namesIn) return [];
  const { sources } = await openInputs(inputsAmong(words.slice(1, -1), options), terminal);
  return namesIn(readObjects(sources).cluster);
}

/** The words that are neither options nor their values, and those after --manifests; ./manifests when there are none. */
function inputsAmong(words: readonly string[], options: readonly OptionEntry[]): string[] {
  const inputs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const option = findOption(options, words[i]!);
    if (!option) {
      if (!words[i]!.startsWith("-")) inputs.push(words[i]!);
    } else if (option.takesValue) {
      i++;
      if (option.name === "manifests" && words[i] !== undefined) inputs.push(words[i]!);
    }
  }
  return inputs.length > 0 ? inputs : ["manifests"];
}
