/** What a tool prints instead of rules. */

export interface Refusal {
  /** What to run, or to look at. */
  readonly advice: string;
}

const AS_ROOT = "run it as root on the node, for example: sudo iptables-save > node.txt";
const INSTALL =
  "run it where the tool is installed: on the node, or in kube-proxy's pod " +
  "(kubectl -n kube-system exec KUBE-PROXY-POD -- iptables-save > node.txt)";

/** The first that fits is the one. With each, a text of its kind in which nothing is named. */
const REFUSALS: readonly (readonly [form: RegExp, advice: string, text: string])[] = [
  [
    /is incompatible, use 'nft' tool/,
    "the table holds rules that iptables cannot show; capture it with: nft list ruleset > node.txt",
    "the table is incompatible, use 'nft' tool",
  ],
  [
    /you must be root|are you root|must be run as root|requires? (root|superuser)|Permission denied|Operation not permitted|Cannot open session to kernel|Kernel error received|not in the sudoers|password is required|incorrect password|Could not fetch rule set|Could not receive tables from kernel/i,
    AS_ROOT,
    "Permission denied",
  ],
  [
    /command not found|: not found\s*$|executable file not found|applet not found|No such file or directory/i,
    INSTALL,
    "command not found",
  ],
  [
    /can't initialize ip6?tables table|Table does not exist/i,
    "the kernel gives no such table to this tool; run it as root, and on the node rather than in a container",
    "Table does not exist",
  ],
  [
    /Can't initialize ipvs|IP Virtual Server is built in the kernel|Protocol not available|modprobe: .*\bip_vs\b/i,
    "the kernel has no IPVS loaded (modprobe ip_vs), or kube-proxy does not run in mode ipvs on this node",
    "Protocol not available",
  ],
  [
    /holding the xtables lock|xtables lock/i,
    "another program was changing rules; run it again, with -w 30",
    "holding the xtables lock",
  ],
  [
    /^Error from server|^error: (unable to|error dialing|timed out|You must be logged in|the server)|pods? "[^"]*" not found|container not found|Unable to connect to the server|connection to the server .* was refused/i,
    "kubectl did not reach the pod; run the command again, and look at what it prints before it is redirected to a file",
    "Error from server",
  ],
  [
    /^ssh: |Connection (refused|timed out|reset)|Could not resolve hostname|Host key verification failed/i,
    "ssh did not reach the node",
    "Connection refused",
  ],
  [
    /unknown option|unrecognized option|invalid option|Bad argument|Try [`']\S+ (-h|--help)'/i,
    "the tool did not know an option; capture with: iptables-save > node.txt",
    "unknown option",
  ],
];

const LONGEST = 1000;
/** The tools whose refusals are told apart. */
const TOOL = /\b(ip6?tables|ipvsadm|ipset|nft)\b/;
/** What ipvsadm says without its name, and the kernel's loader of modules for it. */
const OF_IPVS = /Can't initialize ipvs|IP Virtual Server is built in the kernel|modprobe: .*\bip_vs\b/i;

/** The tool that a refusal names, or is of. */
export function toolOfRefusal(line: string): string | undefined {
  return TOOL.exec(line)?.[1] ?? (OF_IPVS.test(line) ? "ipvsadm" : undefined);
}

/** A refusal of the same kind by the same tool, in words that name nothing else; undefined for any other line. */
export function likeRefusal(line: string): string | undefined {
  if (line.length > LONGEST) return undefined;
  const found = REFUSALS.find(([form]) => form.test(line));
  if (!found) return undefined;
  const tool = toolOfRefusal(line);
  const text = found[2];
  return tool === undefined ? text : text.startsWith("Error from") ? `${text}: ${tool}` : `${tool}: ${text}`;
}

/** What a line says when it is a tool's refusal; undefined for any other line. */
export function refusalOf(line: string): Refusal | undefined {
  if (line.length > LONGEST) return undefined;
  const found = REFUSALS.find(([pattern]) => pattern.test(line));
  return found && { advice: found[1] };
}
