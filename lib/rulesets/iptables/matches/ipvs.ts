import { canonicalIP, type IPFamily } from "../../../net/ip.js";
import { normalAddress } from "../addresses.js";
import { protocolName, protocolNumber } from "../protocols.js";
import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type Ipvs = MatchOf<"ipvs">;

const OPTIONS = { "--vproto": 1, "--vaddr": 1, "--vport": 1 };

/** `-m ipvs --vaddr A --vproto tcp --vport N`; iptables-save puts the protocol first, as a number. */
export const ipvs: MatchForm<Ipvs> = {
  modules: ["ipvs"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    if (!split || options.some((option) => option.negated)) return undefined;
    const value = (name: string) => split.found.get(name)?.values[0];
    const port = value("--vport");
    if (port !== undefined && !/^\d+$/.test(port)) return undefined;
    return shape(value("--vaddr"), value("--vproto"), port, split.rest);
  },
  list(words) {
    const value = (name: string) => (takeWords(words, name) ? takeWord(words) : undefined);
    const protocol = value("vproto");
    const address = value("vaddr");
    const port = value("vport");
    return (protocol ?? address ?? port) ? shape(address, protocol, port, undefined) : undefined;
  },
  restore({ address, protocol, port, rest }) {
    let out = " -m ipvs";
    if (address !== undefined) out += " --vaddr " + address;
    if (protocol !== undefined) out += " --vproto " + protocol;
    if (port !== undefined) out += " --vport " + port;
    return rest ? out + printTokens(rest) : out;
  },
  save({ address, protocol, port, rest }, family) {
    let out = " -m ipvs";
    if (protocol !== undefined) out += " --vproto " + protocolNumber(protocol);
    if (address !== undefined) out += " --vaddr " + savedAddress(address, family);
    if (port !== undefined) out += " --vport " + port;
    return rest ? out + printTokens(rest) : out;
  },
  normalize: ({ address, protocol, port, rest }, family) =>
    shape(
      address === undefined ? undefined : normalAddress(address, family),
      protocol === undefined ? undefined : protocolName(protocol),
      port,
      rest,
    ),
};

/** iptables-save masks nothing here: the bits behind the prefix stay as they were given. */
function savedAddress(address: string, family: IPFamily): string {
  const slash = address.indexOf("/");
  if (slash < 0) return normalAddress(address, family);
  const text = normalAddress(address, family);
  const host = canonicalIP(address.slice(0, slash)) ?? address.slice(0, slash);
  return text.includes("/") ? host + text.slice(text.indexOf("/")) : text;
}

function shape(
  address: string | undefined,
  protocol: string | undefined,
  port: string | number | undefined,
  rest: readonly string[] | undefined,
): Ipvs {
  return {
    kind: "ipvs",
    ...(address !== undefined && { address }),
    ...(protocol !== undefined && { protocol }),
    ...(port !== undefined && { port: Number(port) }),
    ...(rest && { rest }),
  };
}
