/** `ip -batch` text for kube-ipvs0. */
import { boundAddresses, DEVICE, lacksDevice } from "../compare-bound-addresses.js";
import type { ExpectedIPVS, IPVSCapture } from "../types.js";

/** Makes the interface if a listing of the whole host lacks it, adds missing addresses, then deletes stale ones. */
export function patchAddresses(expected: ExpectedIPVS, { interfaces }: IPVSCapture): string[] {
  if (!interfaces) return [];
  const { family, addresses } = expected.state;
  const prefix = family === "IPv4" ? 32 : 128;
  const isMissing = lacksDevice(interfaces, expected);
  const held = isMissing ? new Map<string, unknown>() : boundAddresses(interfaces, expected);
  if (!held) return [];
  const wanted = new Set(addresses.map(({ address }) => address));
  return [
    ...(isMissing ? [`link add ${DEVICE} type dummy`] : []),
    ...[...wanted]
      .filter((address) => !held.has(address))
      .map((address) => `addr add ${address}/${prefix} dev ${DEVICE}`),
    ...[...held.keys()]
      .filter((address) => !wanted.has(address))
      .map((address) => `addr del ${address}/${prefix} dev ${DEVICE}`),
  ];
}
