/** Rules of service ports and endpoints as a node prints most of them, read at a glance instead of word by word. */
import { canonicalIP, type IPFamily } from "../../net/ip.js";
import { kernelProbability, saveProbability } from "../../rulesets/iptables/numbers.js";
import { quoteForSave } from "../../rulesets/iptables/quoting.js";
import type { Clause, Target } from "../../rulesets/iptables/types.js";

/** A rule in normal form, its comment apart. */
export interface PlainRule {
  readonly chain: string;
  readonly clauses: readonly Clause[];
  readonly target: Target;
  readonly comment: string | undefined;
  /** The line without its comment. */
  readonly meaning: string;
}

/** A whole line in save spelling; `address` and `target` without brackets that capture. */
function lineOf(address: string, bits: number, mask: string, target: string): RegExp {
  const parts = [
    ` -s (${address})/${bits}`,
    ` -d (${address})/${bits}`,
    " -p (tcp|udp|sctp)",
    ` -m comment --comment "([^"\\\\']*)"`,
    " -m statistic --mode random --probability (0\\.\\d{11}|1\\.0{11})",
    ` -m recent --(?:(set)|rcheck --seconds ([1-9]\\d{0,8}) --reap) --name (KUBE-SEP-[A-Z2-7]{16}) --mask ${mask} --rsource`,
    " -m (tcp|udp|sctp)(?: --dport ([1-9]\\d{0,4}))?",
  ];
  const optional = parts.map((part) => `(?:${part})?`).join("");
  return new RegExp(`^-A (KUBE-[A-Z0-9-]+)${optional} -j (?:(KUBE-[A-Z0-9-]+)|DNAT --to-destination (${target}))$`);
}

const LINES: Readonly<Record<IPFamily, RegExp>> = {
  IPv4: lineOf("[\\d.]+", 32, "255\\.255\\.255\\.255", "[\\d.]+:\\d+"),
  IPv6: lineOf("[\\da-f:]+", 128, "ffff(?::ffff){7}", "\\[[\\da-f:]+\\]:\\d+"),
};

/** The rule of a line that its normal form prints again; undefined for lines of any other look, which say nothing less. */
export function readPlainRule(line: string, family: IPFamily): PlainRule | undefined {
  const found = LINES[family].exec(line);
  if (!found || !isNormal(found)) return undefined;
  const chain = found[1]!;
  const comment = found[5];
  const jump = found[12];
  const target: Target = jump === undefined ? { kind: "dnat", to: found[13]! } : { kind: "jump", chain: jump };
  const meaning = comment === undefined ? line : line.replace(` -m comment --comment "${comment}"`, "");
  return { chain, clauses: clausesOf(found), target, comment, meaning };
}

/** Whether no value is spelled otherwise than in the normal form. */
function isNormal(found: RegExpExecArray): boolean {
  const comment = found[5];
  const probability = found[6];
  const to = found[13];
  return (
    found[4] === found[10] &&
    isCanonical(found[2]) &&
    isCanonical(found[3]) &&
    (comment === undefined || quoteForSave(comment).length === comment.length + 2) &&
    (probability === undefined || saveProbability(Number(probability)) === probability) &&
    (to === undefined || !to.startsWith("[") || isCanonical(to.slice(1, to.indexOf("]"))))
  );
}

function isCanonical(address: string | undefined): boolean {
  return address === undefined || canonicalIP(address) === address;
}

function clausesOf(found: RegExpExecArray): Clause[] {
  const clauses: Clause[] = [];
  if (found[2] !== undefined) clauses.push({ kind: "source", address: found[2] });
  if (found[3] !== undefined) clauses.push({ kind: "destination", address: found[3] });
  const probability = found[6];
  if (probability !== undefined)
    clauses.push({ kind: "statistic", mode: "random", probability: kernelProbability(Number(probability)) });
  const name = found[9];
  if (name !== undefined)
    clauses.push(
      found[7] === undefined
        ? { kind: "recent", name, action: "rcheck", seconds: Number(found[8]), reap: true }
        : { kind: "recent", name, action: "set" },
    );
  if (found[10] !== undefined) clauses.push(transportOf(found[10], found[11]));
  return clauses;
}

function transportOf(protocol: string, ports: string | undefined): Clause {
  return {
    kind: "transport",
    protocol: protocol as "tcp" | "udp" | "sctp",
    ...(ports !== undefined && { destinationPort: { ports } }),
  };
}
