/** Which service port a rule belongs to. */
import type { TableName } from "../../rulesets/iptables/types.js";
import { ENDPOINT_PREFIX, serviceHash, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { Side } from "./side.js";

export interface ServiceName {
  /** "ns/name". */
  readonly service: string;
  /** May be empty. */
  readonly port: string;
  /** Upper case. */
  readonly protocol: string;
}

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** Finds the hash of the service port behind a rule; remembers the names that comments tell. */
export class Owners {
  private readonly names = new Map<string, ServiceName>();
  private readonly endpointOwners = new Map<string, Set<string>>();

  constructor(private readonly sides: readonly Side[]) {}

  nameOf(hash: string): ServiceName | undefined {
    return this.names.get(hash);
  }

  /** The hash of the service port that a rule of any chain belongs to; undefined when nothing tells. */
  ownerOf(rule: KubeRule, table: TableName): string | undefined {
    return (
      this.ownerByComment(rule) ??
      serviceHashOf(rule.chain) ??
      (rule.target.kind === "jump" || rule.target.kind === "goto" ? serviceHashOf(rule.target.chain) : undefined) ??
      this.ownerByAddress(rule, table)
    );
  }

  /** Comments start with "ns/name:port" or have it behind "for" or "to"; the protocol is the rule's. */
  private ownerByComment(rule: KubeRule): string | undefined {
    const { comment } = rule;
    if (comment === undefined) return undefined;
    const name = serviceNameIn(comment);
    if (name === undefined) return undefined;
    const inChain = serviceHashOf(rule.chain);
    const transport = rule.clauses.find((clause) => clause.kind === "transport");
    const protocols = transport && !comment.endsWith(" health check node port") ? [transport.protocol] : PROTOCOLS;
    const hashes = protocols.map((protocol) => [serviceHash(name, protocol), protocol] as const);
    const [hash, protocol] = hashes.find(([h]) => h === inChain) ?? hashes.find(([h]) => this.exists(h)) ?? hashes[0]!;
    const colon = name.indexOf(":");
    this.names.set(hash, {
      service: colon < 0 ? name : name.slice(0, colon),
      port: colon < 0 ? "" : name.slice(colon + 1),
      protocol: protocol.toUpperCase(),
    });
    return hash;
  }

  private exists(hash: string): boolean {
    return this.sides.some(
      (side) =>
        side.has("nat", `KUBE-SVC-${hash}`) ||
        side.has("nat", `KUBE-SVL-${hash}`) ||
        side.has("nat", `KUBE-EXT-${hash}`),
    );
  }

  /** A rule without comment that refuses traffic: who else has this address and port? */
  private ownerByAddress(rule: KubeRule, table: TableName): string | undefined {
    const key = captureKey(rule);
    if (key === undefined || table !== "filter") return undefined;
    for (const side of this.sides)
      for (const chain of ["KUBE-SERVICES", "KUBE-NODEPORTS"])
        for (const other of side.rulesOf("nat", chain)) {
          if (captureKey(other) !== key || other.target.kind !== "jump") continue;
          const hash = serviceHashOf(other.target.chain);
          if (hash) return hash;
        }
    return undefined;
  }

  /** The service ports of endpoint chains: by the comments in them, else those whose chains jump to them. */
  ownersOfEndpointChains(chains: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
    const unnamed = new Set<string>();
    for (const chain of chains) {
      if (this.endpointOwners.has(chain)) continue;
      const known = this.sides.flatMap((side) => side.tables.get("nat")?.endpointOwners?.get(chain) ?? []);
      if (known.length > 0) {
        this.endpointOwners.set(chain, new Set(known));
        continue;
      }
      const named = this.sides
        .flatMap((side) => side.rulesOf("nat", chain))
        .flatMap((rule) => this.ownerByComment(rule) ?? [])
        .filter((hash) => this.exists(hash));
      this.endpointOwners.set(chain, new Set(named));
      if (named.length === 0) unnamed.add(chain);
    }
    if (unnamed.size > 0) this.findJumps(unnamed);
    return this.endpointOwners;
  }

  /** Looks for jumps to the chains; what both sides share is read once, and as text. */
  private findJumps(wanted: ReadonlySet<string>): void {
    const seen = new Set<object>();
    for (const side of this.sides)
      for (const name of side.tables.get("nat")?.chains.keys() ?? []) {
        const hash = serviceHashOf(name);
        const chain = hash === undefined ? undefined : side.chain("nat", name);
        if (hash === undefined || !chain || seen.has(chain)) continue;
        seen.add(chain);
        const { block } = chain;
        const text = block ? block.text.slice(block.start, block.end) : chain.texts.join("\n");
        for (let at = text.indexOf(JUMP); at >= 0; at = text.indexOf(JUMP, at + 1)) {
          const target = text.slice(at + 4, at + JUMP.length + 16);
          if (wanted.has(target)) this.endpointOwners.get(target)!.add(hash);
        }
      }
  }
}

const JUMP = ` -j ${ENDPOINT_PREFIX}`;

/** "ns/name:port" in one of kube-proxy's comments; undefined for other comments. */
export function serviceNameIn(comment: string): string | undefined {
  const words = comment.split(" ");
  const at =
    words[0] === "pod" || words[0] === "masquerade" || words[0] === "route"
      ? words.indexOf("for") + 1
      : words[0] === "other"
        ? 3
        : 0;
  const name = words[at] ?? "";
  const slash = name.indexOf("/");
  return slash > 0 && slash < name.length - 1 && name.indexOf("/", slash + 1) < 0 ? name : undefined;
}

/** Address, port and protocol that a rule catches; undefined when it catches no single port. */
function captureKey(rule: KubeRule): string | undefined {
  const transport = rule.clauses.find((clause) => clause.kind === "transport");
  if (!transport?.destinationPort || transport.destinationPort.negated) return undefined;
  const destination = rule.clauses.find((clause) => clause.kind === "destination");
  return `${destination?.address ?? "*"} ${transport.destinationPort.ports} ${transport.protocol}`;
}
