/** What shapes the collecting script, each value held to a grammar: all of it ends up in a shell script. */

export const VIAS = ["debug", "ssh", "exec", "local"] as const;
export type Via = (typeof VIAS)[number];

export interface CollectOptions {
  /** Names, or every node, or none. */
  readonly nodes: readonly string[] | "all" | "none";
  /** How a node is reached: a debug pod, ssh, a pod of kube-proxy or the network plugin, or the machine it runs on. */
  readonly via: Via;
  /** Words of the ssh command; "{node}" and "{address}" stand for the node's name and its first InternalIP. */
  readonly ssh: readonly string[];
  /** Namespaces whose objects are taken; none: all. */
  readonly namespaces: readonly string[];
  /** Where debug pods are made and pods are entered. */
  readonly podNamespace: string;
  /** Of the debug pods. */
  readonly image: string;
  /** Seconds that one request, or one node, may take. */
  readonly timeout: number;
  /** Nodes at a time. */
  readonly parallel: number;
  /** Keep environments and arguments of containers. */
  readonly withEnv: boolean;
  /** Take the objects of the cluster, too. */
  readonly cluster: boolean;
}

/** As written on a command line; what is absent takes its default. */
export type WrittenOptions = {
  readonly [Name in Exclude<keyof CollectOptions, "withEnv" | "cluster">]?: string | undefined;
} & { readonly withEnv?: boolean; readonly cluster?: boolean };

export type ReadOptions =
  | { readonly options: CollectOptions }
  | { readonly problem: { readonly message: string; readonly hint: string } };

export const DEFAULT_IMAGE = "docker.io/library/busybox:1.37";
const DEFAULT_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=10 {node}";

const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const IMAGE =
  /^[a-z0-9][A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._-]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
const SSH_WORD = /^[A-Za-z0-9@%_+=:,./{}~-]+$/;

class Problem extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** Reads and checks what was written; the first problem, when there is one, in words for the user. */
export function readCollectOptions(written: WrittenOptions): ReadOptions {
  try {
    return { options: read(written) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: { message: error.message, hint: error.hint } };
  }
}

function read(written: WrittenOptions): CollectOptions {
  const via = written.via ?? "debug";
  const isTemplate = via.startsWith("ssh ");
  const known = isTemplate ? "ssh" : VIAS.find((word) => word === via);
  if (known === undefined)
    throw new Problem(`--via ${via}: not one of ${VIAS.join(", ")}`, "debug needs nothing but kubectl");
  return {
    nodes: nodesOf(written.nodes ?? "all"),
    via: known,
    ssh: sshOf(isTemplate ? via : (written.ssh ?? DEFAULT_SSH)),
    namespaces: listOf("--namespace", written.namespaces ?? "", LABEL, "names of namespaces, with commas between"),
    podNamespace: wordOf("--pod-namespace", written.podNamespace ?? "kube-system", LABEL, "the name of a namespace"),
    image: wordOf("--image", written.image ?? DEFAULT_IMAGE, IMAGE, "an image, such as registry.example/node-tools:1"),
    timeout: numberOf("--timeout", written.timeout ?? "60", 3600, "seconds, 1 to 3600"),
    parallel: numberOf("--parallel", written.parallel ?? "5", 100, "nodes at a time, 1 to 100"),
    withEnv: written.withEnv === true,
    cluster: written.cluster !== false,
  };
}

function nodesOf(text: string): CollectOptions["nodes"] {
  if (text === "all" || text === "none") return text;
  const names = listOf("--nodes", text, SUBDOMAIN, "names of nodes with commas between, or all, or none");
  if (names.length === 0)
    throw new Problem("--nodes names no node", "names of nodes with commas between, or all, or none");
  return names;
}

function listOf(option: string, text: string, grammar: RegExp, hint: string): string[] {
  const names = text.split(",").filter((name) => name !== "");
  for (const name of names) wordOf(option, name, grammar, hint);
  return [...new Set(names)];
}

function wordOf(option: string, word: string, grammar: RegExp, hint: string): string {
  if (word.length <= 253 && grammar.test(word)) return word;
  throw new Problem(`${option} ${JSON.stringify(word)}: not a name that can be meant`, hint);
}

function numberOf(option: string, text: string, most: number, hint: string): number {
  const seconds = /^(\d{1,4})s?$/.exec(text)?.[1];
  if (seconds !== undefined && Number(seconds) >= 1 && Number(seconds) <= most) return Number(seconds);
  throw new Problem(`${option} ${JSON.stringify(text)}: not a number that can be meant`, hint);
}

/** The words of the command; the node is put at the end when no word names it. */
function sshOf(template: string): string[] {
  const words = template.split(" ").filter((word) => word !== "");
  const bad = words.find((word) => !SSH_WORD.test(word) || /[{}]/.test(word.replace(/\{(?:node|address)\}/g, "")));
  const hint = "the words of a command without quotes, such as: ssh -p 2222 root@{node} ({address}: its InternalIP)";
  if (bad !== undefined) throw new Problem(`--ssh: ${JSON.stringify(bad)} cannot stand in it`, hint);
  if (words.length === 0) throw new Problem("--ssh is empty", hint);
  return words.some((word) => /\{(?:node|address)\}/.test(word)) ? words : [...words, "{node}"];
}
