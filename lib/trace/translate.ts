/** Network address translation of a packet's first half. */
import type { IPAddress } from "../net/ip.js";
import type { PacketState } from "./packet-state.js";

/** The packet with another destination; conntrack notes the status only when something changes. */
export function translateDestination(state: PacketState, address: IPAddress, port: number): PacketState {
  return {
    ...state,
    destination: address,
    destinationPort: port,
    translated: true,
    destinationSettled: true,
    destinationChanged:
      state.destinationChanged || address.text !== state.destination.text || port !== state.destinationPort,
  };
}

/** The packet with an address of the node as its source, whichever that is. */
export function masquerade(state: PacketState): PacketState {
  return { ...state, masqueraded: true, sourceSettled: true };
}

/** The packet with this source. */
export function giveSource(state: PacketState, address: IPAddress): PacketState {
  return { ...state, source: address, sourceGiven: address.text, masqueraded: true, sourceSettled: true };
}
