/** The text of a svcrules.yaml to start from. */
import { EXAMPLE_RELEASE } from "../config/feature-rows.js";
import { printable } from "../util/printable.js";
import { CONFIG_FIELDS, type ConfigFieldName } from "./config-fields.js";

export interface FoundInputs {
  /** Files and directories to read. */
  readonly inputs: readonly string[];
  /** What is there, e.g. "3 Services, 2 Nodes". */
  readonly contents: string;
  /** Inputs that cannot be read, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Names of the Nodes. */
  readonly nodes: readonly string[];
  /** Of the KubeProxyConfiguration found, if any. */
  readonly mode: string | undefined;
  /** Of the Nodes, e.g. "1.34". */
  readonly kubeVersion: string | undefined;
}

/** Nodes named in the file; more make more golden files than somebody starts with. */
const MOST_NODES = 2;

const COMMENTED: readonly (readonly [ConfigFieldName, string])[] = [
  ["ipFamilies", "[ipv4, ipv6]"],
  ["proxyConfig", "kube-proxy.yaml"],
  ["set", "[iptables.masqueradeAll=true]"],
  ["artifacts", "[iptables]"],
  ["format", "save"],
  ["golden", "golden/cluster"],
  ["namespace", "default"],
  ["simulate", "false"],
  ["serviceCIDRs", "[10.96.0.0/12]"],
];

/** YAML with a comment for everything that can be set. */
export function startingConfig(found: FoundInputs): string {
  const { inputs, contents, leftOut, nodes, mode, kubeVersion } = found;
  return [
    "# yaml-language-server: $schema=https://unpkg.com/svcrules/schemas/svcrules.schema.json",
    "#",
    "# What `svcrules check` compiles and compares with golden files.",
    "#   svcrules check --update   writes the golden files; read the difference, then commit them",
    "#   svcrules check            fails when the rules are not those of the golden files any more",
    "",
    "# Fields for every case that does not have them itself.",
    "defaults:",
    `  # Found here: ${comment(contents)}.`,
    ...leftOut.map(({ name, reason }) => `  # Left out: ${comment(name)}: ${comment(reason)}`),
    `  # ${CONFIG_FIELDS.inputs.describe}`,
    "  inputs:",
    ...inputs.map((input) => `    - ${scalar(input)}`),
    "",
    "cases:",
    "  - name: cluster",
    "",
    ...field("nodes", nodes.length === 0 ? "[node-1]" : list(nodes.slice(0, MOST_NODES)), nodes.length > 0),
    ...field("modes", list([mode ?? "iptables"]), true),
    ...field("kubeVersions", list([kubeVersion ?? EXAMPLE_RELEASE]), true),
    ...COMMENTED.flatMap(([name, example]) => field(name, example, false)),
  ].join("\n");
}

function field(name: ConfigFieldName, value: string, isSet: boolean): string[] {
  return [`    # ${CONFIG_FIELDS[name].describe}`, `    ${isSet ? "" : "# "}${name}: ${value}`, ""];
}

function list(values: readonly string[]): string {
  return `[${values.map(scalar).join(", ")}]`;
}

/** Plain when YAML takes it for that text, else in double quotes. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text).replace(/[\u007f-\u{10ffff}]/gu, escaped);
}

/** As JSON and YAML both read it. */
function escaped(character: string): string {
  if (/[\p{L}\p{N}]/u.test(character)) return character;
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
    .join("");
}

function comment(text: string): string {
  return printable(text);
}
