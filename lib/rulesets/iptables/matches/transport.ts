import type { PortMatch } from "../types.js";
import { printTokens, splitOptions, type MatchForm, type MatchOf, type Option } from "./match-form.js";
import { peekWord, takeWord } from "../word-reader.js";

type Transport = MatchOf<"transport">;

const OPTIONS = { "--dport": 1, "--destination-port": 1, "--sport": 1, "--source-port": 1 };

/** `-m tcp|udp|sctp` with its ports. It stands for `-p tcp` too, which the rule's header prints. */
export const transport: MatchForm<Transport> = {
  modules: ["tcp", "udp", "sctp"],
  options: OPTIONS,
  build(options, module) {
    const split = splitOptions(options, OPTIONS);
    if (!split || (module !== "tcp" && module !== "udp" && module !== "sctp")) return undefined;
    const port = (long: string, short: string) => portOf(split.found.get(short) ?? split.found.get(long));
    return shape(module, port("--source-port", "--sport"), port("--destination-port", "--dport"), split.rest);
  },
  list(words, protocol) {
    const module = takeWord(words);
    if ((module !== "tcp" && module !== "udp" && module !== "sctp") || module !== protocol) return undefined;
    let source: PortMatch | undefined;
    let destination: PortMatch | undefined;
    for (;;) {
      const word = peekWord(words);
      const found = /^([sd])pts?:(!?)(\S+)$/.exec(word);
      if (!found) break;
      // A listing without -n names ports, differently from node to node.
      if (!/^\d+(:\d+)?$/.test(found[3]!)) return undefined;
      const port = { ports: found[3]!, ...(found[2] && { negated: true }) };
      if (found[1] === "s") source = port;
      else destination = port;
      takeWord(words);
    }
    const rest = listRest(peekWord(words));
    if (rest) takeWord(words);
    return shape(module, source, destination, rest);
  },
  restore: (match) => " -m " + match.protocol + " -p " + match.protocol + printPorts(match),
  save: (match) => " -m " + match.protocol + printPorts(match),
  normalize: (match) =>
    shape(match.protocol, normalPort(match.sourcePort), normalPort(match.destinationPort), match.rest),
};

/** What follows the protocol, with a leading space when there is anything. */
export function printPorts(match: Transport): string {
  let out = "";
  const { sourcePort, destinationPort, rest } = match;
  if (sourcePort) out += (sourcePort.negated ? " ! --sport " : " --sport ") + sourcePort.ports;
  if (destinationPort) out += (destinationPort.negated ? " ! --dport " : " --dport ") + destinationPort.ports;
  return rest ? out + printTokens(rest) : out;
}

function shape(
  protocol: Transport["protocol"],
  sourcePort: PortMatch | undefined,
  destinationPort: PortMatch | undefined,
  rest: readonly string[] | undefined,
): Transport {
  return {
    kind: "transport",
    protocol,
    ...(destinationPort && { destinationPort }),
    ...(sourcePort && { sourcePort }),
    ...(rest && { rest }),
  };
}

function portOf(option: Option | undefined): PortMatch | undefined {
  return option && { ports: option.values[0]!, ...(option.negated && { negated: true }) };
}

/** An open range gets its ends; the range of all ports is no condition. */
function normalPort(port: PortMatch | undefined): PortMatch | undefined {
  if (!port) return undefined;
  const colon = port.ports.indexOf(":");
  if (colon < 0) return /^0\d/.test(port.ports) ? { ...port, ports: String(Number(port.ports)) } : port;
  const from = port.ports.slice(0, colon) || "0";
  const to = port.ports.slice(colon + 1) || "65535";
  if (from === to) return { ...port, ports: from };
  if (from === "0" && to === "65535" && !port.negated) return undefined;
  return { ...port, ports: `${from}:${to}` };
}

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

/** `flags:0x17/0x02` of a listing as the option iptables-save prints. */
function listRest(word: string): readonly string[] | undefined {
  const found = /^flags:(!?)0x([0-9a-fA-F]{2})\/0x([0-9a-fA-F]{2})$/.exec(word);
  if (!found) return undefined;
  const names = (hex: string) => {
    const bits = parseInt(hex, 16);
    const set = FLAGS.filter((_, i) => bits & (1 << i));
    return set.length > 0 ? set.join(",") : "NONE";
  };
  return [...(found[1] ? ["!"] : []), "--tcp-flags", names(found[2]!), names(found[3]!)];
}
