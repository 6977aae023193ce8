/** Packets of the addresses and ports that changes name, whatever the input knows of them. */
import type { BackendInput } from "../backends/input.js";
import type { Change } from "../diff/types.js";
import { nodeAddressOf } from "../explain/clients.js";
import { familyOfIP } from "../net/ip.js";
import type { Packet } from "../trace/index.js";
import { strangersOf } from "./sample-packets.js";

const MOST_ADDRESSES = 12;
const MOST_PORTS = 6;
const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

interface Mentioned {
  /** Also of networks, the first one. */
  readonly addresses: readonly string[];
  readonly packets: readonly Packet[];
}

/** Undefined where they name too many to try each with each. */
export function mentionedPackets(changes: readonly Change[], input: BackendInput): Mentioned | undefined {
  const text = changes
    .flatMap(({ expected, actual, frontend = "" }) => [...expected, ...actual, frontend])
    .map((line) => line.replace(/ (--comment|comment) "[^"]*"/g, ""))
    .join("\n");
  const found = new Set(text.match(/\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*[0-9a-f]/g));
  const addresses = [...found].filter((address) => familyOfIP(address) === input.family);
  const ports = [...new Set(Array.from(text.matchAll(PORT), ([, port]) => Number(port)))].filter((n) => n < 65_536);
  if (addresses.length > MOST_ADDRESSES || ports.length > MOST_PORTS) return undefined;
  const protocols = PROTOCOLS.filter((protocol) =>
    new RegExp(`\\b${protocol}\\b|^-[Aa] -${protocol[0]} `, "m").test(text),
  );
  const { outer, loopback } = strangersOf(input);
  const own = nodeAddressOf(input);
  const clients = [outer.source, ...addresses];
  const packets = [own, loopback, ...addresses].flatMap((destination) =>
    ports.flatMap((destinationPort) =>
      (protocols.length > 0 ? protocols : (["tcp"] as const)).flatMap((protocol): Packet[] => {
        const to = { protocol, destination, destinationPort, sourcePort: 40_000 };
        const ofNode: Packet = { ...to, source: own, arrival: { from: "node" } };
        // What a pod sends to its own address does not leave it.
        const others = clients.filter((source) => source !== destination);
        return [ofNode, ...others.map((source): Packet => ({ ...to, source, arrival: outer.arrival }))];
      }),
    ),
  );
  return { addresses, packets };
}

/** Behind an option or a protocol, an address, or alone. */
const PORT = /(?:--dports? |dport |(?:tcp|udp|sctp)(?: \. |:)|[\d\]*]:|^add KUBE-\S+ )(\d+)\b(?![.:/])/gm;
