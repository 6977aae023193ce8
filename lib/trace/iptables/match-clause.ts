/** One clause of an iptables rule as a test on a packet. */
import type { Clause } from "../../rulesets/iptables/types.js";
import { matchAddress } from "../address-matcher.js";
import { fromBoolean, negate, type Likelihood } from "../branch.js";
import type { NodeAddresses } from "../local-addresses.js";
import { isAmong } from "../interface-names.js";
import { PROTOCOL_NUMBERS, type AssumedInterface, type PacketState } from "../packet-state.js";
import { parseIP, type IPAddress } from "../../net/ip.js";
import { portsContain } from "./match-ports.js";

export type PacketTest = (state: PacketState) => Likelihood;

/** What clauses ask besides the packet. */
export interface MatchContext {
  readonly addresses: NodeAddresses;
  /** Whether a `recent` list remembers the address. */
  readonly remembers: (list: string, address: string) => boolean;
  /** Whether a set holds the packet's parts; undefined when the set is not known or of a type that is not. */
  readonly setContains: (set: string, directions: readonly string[], state: PacketState) => boolean | undefined;
}

const always: PacketTest = () => 1;
const notKnown: PacketTest = () => undefined;

/** A test that gives undefined for whatever it does not understand, such as options of a match that it does not know. */
export function matchClause(clause: Clause, context: MatchContext): PacketTest {
  if (!("rest" in clause) || !clause.rest || clause.rest.length === 0) return matchWhole(clause, context);
  return clause.kind === "transport" ? onlyOf(clause.protocol, notKnown) : notKnown;
}

/** The same for a clause of which every option was understood. */
function matchWhole(clause: Clause, context: MatchContext): PacketTest {
  switch (clause.kind) {
    case "comment":
    case "nfacct":
      return always;
    case "source":
      return addressTest(clause.address, clause.negated, (state) => state.source);
    case "destination":
      return addressTest(clause.address, clause.negated, (state) => state.destination);
    case "in-interface":
      return interfaceTest(clause.name, clause.negated, ({ inputInterface, assumed }) => [
        inputInterface,
        assumed.input,
      ]);
    case "out-interface":
      return interfaceTest(clause.name, clause.negated, ({ outputInterface, assumed }) => [
        outputInterface,
        assumed.output,
      ]);
    case "protocol":
      return protocolTest(clause.protocol, clause.negated);
    case "fragment":
      return () => (clause.negated ? 1 : 0);
    case "transport": {
      const { protocol, destinationPort, sourcePort } = clause;
      return onlyOf(protocol, (state) =>
        both(
          destinationPort ? portTest(destinationPort.ports, destinationPort.negated, state.destinationPort) : 1,
          sourcePort ? portTest(sourcePort.ports, sourcePort.negated, state.sourcePort) : 1,
        ),
      );
    }
    case "multiport":
      return (state) => {
        if (clause.side === "destination") return portTest(clause.ports, clause.negated, state.destinationPort);
        const source = portTest(clause.ports, false, state.sourcePort);
        if (clause.side === "source") return negate(source, clause.negated);
        const destination = portTest(clause.ports, false, state.destinationPort);
        return negate(either(source, destination), clause.negated);
      };
    case "addrtype": {
      const { sourceType, destinationType } = clause;
      return (state) =>
        both(
          sourceType ? typeTest(sourceType, state.source, state, context) : 1,
          destinationType ? typeTest(destinationType, state.destination, state, context) : 1,
        );
    }
    case "conntrack":
      return (state) => negate(fromBoolean(hasState(clause.states, state)), clause.negated);
    case "mark":
      return (state) => negate(fromBoolean((state.mark & clause.mask) >>> 0 === clause.value >>> 0), clause.negated);
    case "statistic": {
      const likelihood = negate(kernelProbability(clause.probability), clause.negated);
      return () => likelihood;
    }
    case "recent": {
      if (clause.mask !== undefined && clause.mask !== "255.255.255.255" && !isFullMask(clause.mask)) return notKnown;
      const ofState = (state: PacketState) => (clause.side === "destination" ? state.destination : state.source);
      return (state) =>
        negate(
          clause.action === "set"
            ? 1
            : fromBoolean(
                context.remembers(clause.name, ofState(state).text) || state.remembered.includes(clause.name),
              ),
          clause.negated,
        );
    }
    case "set":
      return (state) => negate(fromBoolean(context.setContains(clause.name, clause.directions, state)), clause.negated);
    case "physdev":
      if (clause.isIn !== true) return notKnown;
      return (state) => negate(state.bridgePort ? 1 : 0, clause.negated);
    case "ipvs": {
      const ofAddress = clause.address === undefined ? undefined : matchAddress(clause.address);
      if (clause.address !== undefined && !ofAddress) return notKnown;
      return ({ virtualServer }) => {
        if (!virtualServer) return 0;
        const address = parseIP(virtualServer.address);
        return fromBoolean(
          (!ofAddress || (address !== undefined && ofAddress(address))) &&
            (clause.protocol === undefined ||
              protocolNumberOf(clause.protocol) === PROTOCOL_NUMBERS[virtualServer.protocol]) &&
            (clause.port === undefined || clause.port === virtualServer.port),
        );
      };
    }
    case "unknown":
      return notKnown;
  }
}

/** Both have to match; one that cannot match settles it although the other is not understood. */
export function both(a: Likelihood, b: Likelihood): Likelihood {
  if (a === 0 || b === 0) return 0;
  return a === undefined || b === undefined ? undefined : a * b;
}

function either(a: Likelihood, b: Likelihood): Likelihood {
  if (a === 1 || b === 1) return 1;
  return a === undefined || b === undefined ? undefined : 0;
}

/**
 * The probability that the kernel makes of one in text: a multiple of 2^-31.
 * Source: Linux net/netfilter/xt_statistic.c, and iptables' libxt_statistic, which rounds.
 */
export function kernelProbability(probability: number): number {
  return Math.round(probability * 2 ** 31) / 2 ** 31;
}

function addressTest(text: string, negated: boolean | undefined, of: (state: PacketState) => IPAddress): PacketTest {
  const matcher = matchAddress(text);
  return matcher ? (state) => negate(fromBoolean(matcher(of(state))), negated) : notKnown;
}

/** A name that ends in "+" stands for all that begin so. */
function interfaceTest(
  name: string,
  negated: boolean | undefined,
  of: (state: PacketState) => readonly [string | undefined, AssumedInterface],
): PacketTest {
  const prefix = name.endsWith("+") ? name.slice(0, -1) : undefined;
  return (state) => {
    const [actual, assumed] = of(state);
    if (actual === undefined && prefix !== "")
      return assumed.not.some((other) => isAmong(name, other)) ? negate(0, negated) : undefined;
    if (actual === undefined) return negate(1, negated);
    return negate(fromBoolean(prefix === undefined ? actual === name : actual.startsWith(prefix)), negated);
  };
}

function protocolNumberOf(text: string): number {
  const lower = text.toLowerCase();
  return Object.hasOwn(PROTOCOL_NUMBERS, lower) ? PROTOCOL_NUMBERS[lower]! : Number(lower);
}

function protocolTest(protocol: string, negated: boolean | undefined): PacketTest {
  const lower = protocol.toLowerCase();
  if (lower === "all" || lower === "0") return () => (negated ? 0 : 1);
  const number = protocolNumberOf(protocol);
  return (state) => negate(fromBoolean(PROTOCOL_NUMBERS[state.protocol] === number), negated);
}

function onlyOf(protocol: string, test: PacketTest): PacketTest {
  return (state) => (state.protocol === protocol ? test(state) : 0);
}

function portTest(ports: string, negated: boolean | undefined, port: number | undefined): Likelihood {
  return port === undefined ? undefined : negate(fromBoolean(portsContain(ports, port)), negated);
}

/** LOCAL and MULTICAST can be told from the addresses known; the other types need the routing table. */
function typeTest(
  { text: types, negated }: { readonly text: string; readonly negated?: boolean },
  address: IPAddress,
  { assumed }: PacketState,
  { addresses }: MatchContext,
): Likelihood {
  const isLocal = addresses.isLocal(address, assumed.local);
  const isMulticast = address.family === "IPv4" ? address.value >> 28n === 0xen : address.value >> 120n === 0xffn;
  let result: boolean | undefined = false;
  for (const type of types.split(",")) {
    const isType =
      type === "LOCAL" ? isLocal : type === "MULTICAST" ? isMulticast : isLocal === true ? false : undefined;
    if (isType === true) result = true;
    else if (isType === undefined && result === false) result = undefined;
  }
  return negate(fromBoolean(result), negated);
}

function hasState(states: readonly string[], state: PacketState): boolean | undefined {
  let result: boolean | undefined = false;
  for (const name of states) {
    const has =
      name === "NEW" || name === "ESTABLISHED" || name === "INVALID"
        ? state.connection === name.toLowerCase()
        : name === "DNAT"
          ? state.connection === "established"
            ? undefined
            : state.destinationChanged
          : name === "SNAT"
            ? state.connection === "established"
              ? undefined
              : state.masqueraded
            : name === "RELATED" || name === "UNTRACKED"
              ? false
              : undefined;
    if (has === true) return true;
    if (has === undefined) result = undefined;
  }
  return result;
}

function isFullMask(mask: string): boolean {
  return parseIP(mask)?.value === (1n << 128n) - 1n;
}
