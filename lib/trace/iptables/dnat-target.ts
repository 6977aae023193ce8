/** Where DNAT sends a packet. */
import { parseIP, type IPAddress } from "../../net/ip.js";

export interface DnatDestination {
  readonly address: IPAddress;
  /** Undefined: the port stays. */
  readonly port: number | undefined;
}

/** Reads "10.0.0.1:80", "10.0.0.1", "[fd00::1]:80" or "fd00::1"; undefined for ranges and anything else. */
export function parseDnatTarget(text: string): DnatDestination | undefined {
  const whole = parseIP(text);
  if (whole) return { address: whole, port: undefined };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = parseIP(bracketed ?? plain ?? "");
  if (!address || Number(port ?? 0) > 65535) return undefined;
  return { address, port: port === undefined ? undefined : Number(port) };
}
