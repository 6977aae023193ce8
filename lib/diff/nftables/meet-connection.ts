/** Conditions for what conntrack knows of the connection of a packet. */
import { isOfAll, isProtocol, meetAddress, meetFamily, meetPort, type Single } from "./meet-address.js";
import type { FrontendPacket } from "./packet.js";
import { MAYBE, NO, YES, type Meeting } from "./meeting.js";

const ORIGINAL = /^original ((ip6? )?daddr|proto-dst)$/;
/** Answers come from where the packet is sent to, before its address is translated as well as behind. */
const SENDER_OF_ANSWERS = /^reply ((ip6? )?saddr|proto-src)$/;

/** `key`: what is asked for, behind "ct"; `text`: a single value. */
export function meetConnection(key: string, right: Single, text: string, packet: FrontendPacket): Meeting {
  const is = (holds: boolean) => (holds ? YES : NO);
  if (key === "protocol") return is(isProtocol(text, packet));
  if (key === "l3proto") return meetFamily(text, packet);
  if (/addr$/.test(key) && isOfAll(text)) return YES;
  if (ORIGINAL.test(key)) {
    const original = packet.after ? packet.after.original : packet;
    return original ? meetTuple(key, right, original) : MAYBE;
  }
  const { isAnswer, isByIPVS } = packet.after ?? {};
  if (SENDER_OF_ANSWERS.test(key)) return isByIPVS ? MAYBE : meetTuple(key, right, packet);
  // Whether conntrack knows the answers to what IPVS sent hangs on net.ipv4.vs.conntrack.
  if (isByIPVS && isAnswer) return MAYBE;
  if (key === "state") return is(text === stateOf(packet));
  if (key === "direction") return is(isAnswer ? /^(reply|1)$/.test(text) : /^(original|0)$/.test(text));
  if (key === "status") return meetStatus(text, packet);
  return MAYBE;
}

function stateOf({ isUntracked, after }: FrontendPacket): string {
  return isUntracked ? "invalid" : after?.isAnswer ? "established" : "new";
}

function meetTuple(key: string, right: Single, to: Parameters<typeof meetPort>[2]): Meeting {
  const text = right.kind === "literal" ? String(right.value) : "";
  return key.endsWith("addr") ? meetAddress(right, to) : meetPort(right, text, to);
}

/** A connection that was answered has more bits; others hang on how it goes on. */
function meetStatus(text: string, { after }: FrontendPacket): Meeting {
  if (after?.isAnswer) return /^(dnat|seen-reply|confirmed)$/.test(text) ? YES : MAYBE;
  return after !== undefined && !after.isByIPVS && text === "dnat" ? YES : NO;
}
