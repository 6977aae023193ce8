/** Tables of packets and what becomes of them. */
import {
  distributionOf,
  prepareTrace,
  type Packet,
  type RuleHit,
  type Trace,
  type TracedNode,
} from "../trace/index.js";

/**
 * Reads a packet of a table: "pod 10.244.1.9 > tcp 10.96.0.1:80", from "pod", "node" or "outside"; an interface may
 * stand after the source: "pod 10.244.1.9 on cni0 > ...".
 */
export function parsePacket(text: string): Packet {
  const match = /^(pod|node|outside) (\S+)(?: on (\S+))? > (tcp|udp|sctp) (\S+):(\d+)$/.exec(text.trim());
  if (!match) throw new Error(`not a packet: ${text}`);
  const [, from, source, name, protocol, destination, port] = match as unknown as [string, ...string[]];
  return {
    protocol: protocol as Packet["protocol"],
    source: source!,
    destination: destination!.replace(/^\[|\]$/g, ""),
    destinationPort: Number(port),
    arrival:
      from === "node" ? { from } : { from: from as "pod" | "outside", ...(name !== undefined && { interface: name }) },
  };
}

/**
 * Shares of outcomes as text: "rejected", or "10.244.1.2:8080 50% masqueraded, ..." with equal shares and masquerading
 * said once: "10.244.1.2:8080 10.244.2.2:8080 masqueraded".
 */
function describeOutcomes(trace: Trace): string {
  const shares = [...distributionOf(trace)].sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = shares;
  if (!first) return "nothing";
  const even = shares.every(([, share]) => Math.abs(share - first[1]) < 1e-6);
  const masqueraded = shares.every(([name]) => name.endsWith(" masqueraded"));
  const names = shares.map(([name, share]) => {
    const short = masqueraded ? name.slice(0, -" masqueraded".length) : name;
    return even ? short : `${short} ${Number((share * 100).toFixed(3))}%`;
  });
  return (
    names.join(even && shares.every(([name]) => !/ (?!masqueraded)/.test(name)) ? " " : ", ") +
    (masqueraded ? " masqueraded" : "")
  );
}

/** What each packet of a table comes to, one line each: "PACKET = OUTCOMES". */
function runFlows(
  node: TracedNode,
  table: string,
): { readonly want: string[]; readonly got: string[]; readonly hits: string } {
  const tracer = prepareTrace(node);
  const want: string[] = [];
  const got: string[] = [];
  const hits: string[] = [];
  for (const line of table.split("\n").map((l) => l.trim())) {
    if (line === "") continue;
    const [packet, outcomes] = line.split(" = ").map((part) => part.trim());
    if (packet === undefined || outcomes === undefined) throw new Error(`not a flow: ${line}`);
    const traced = tracer(parsePacket(packet));
    const normal = packet.replace(/ +/g, " ");
    want.push(`${normal} = ${outcomes}`);
    got.push(`${normal} = ${describeOutcomes(traced)}`);
    if (got.at(-1) !== want.at(-1)) hits.push(`${normal}:\n${describeHits(traced)}`);
  }
  return { want, got, hits: hits.join("\n") };
}

/** Asserts a table of flows; a failure shows the rules that the differing packets hit. */
export function checkFlows(node: TracedNode, table: string): void {
  const { want, got, hits } = runFlows(node, table);
  if (hits === "") return;
  const lines = want.flatMap((line, i) => (line === got[i] ? [] : [`- ${line}`, `+ ${got[i]}`]));
  throw new Error(`packets end elsewhere:\n${lines.join("\n")}\nrules hit:\n${hits}`);
}

/** The rules that a packet met, path by path. */
export function describeHits(trace: Trace): string {
  return trace.outcomes
    .flatMap(({ paths }) => paths)
    .map(({ outcome, probability, hits }) => {
      const end = outcome.kind === "unknown" ? `unknown (${outcome.reason})` : outcome.kind;
      return [`  ${(probability * 100).toFixed(2)}% ${end}`, ...hits.map((hit) => `    ${describeHit(hit)}`)].join(
        "\n",
      );
    })
    .join("\n");
}

function describeHit(hit: RuleHit): string {
  switch (hit.kind) {
    case "iptables":
      return `${hit.table} ${hit.chain} ${hit.position}: ${JSON.stringify(hit.rule.target)}`;
    case "nftables":
      return `${hit.table} ${hit.chain} ${hit.position}`;
    case "ipvs":
      return `ipvs ${hit.virtualServer.address}:${hit.virtualServer.port} ${hit.realServer?.address ?? "nobody"}`;
  }
}
