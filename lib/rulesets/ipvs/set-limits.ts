/** The options of a set that change what it can hold or match, from "family inet hashsize 1024 maxelem 65536 ...". */
import type { SetLimits } from "./types.js";

const DEFAULT_MAXELEM = 65536;
const ALL_PORTS = "0-65535";

/** Undefined when all are as ipset has them by default, timeout 0 too. Hash sizes, buckets, initial values, counters and comments change nothing. */
export function readSetLimits(options: readonly string[]): SetLimits | undefined {
  const valueOf = (name: string) => {
    const at = options.indexOf(name);
    return at < 0 ? undefined : options[at + 1];
  };
  const numberOf = (name: string) => {
    const text = valueOf(name);
    return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  };
  const written = valueOf("range");
  const range = written === ALL_PORTS ? null : /^(\d{1,5})-(\d{1,5})$/.exec(written ?? "");
  const maxelem = numberOf("maxelem");
  const timeout = numberOf("timeout");
  const netmask = valueOf("netmask") ?? valueOf("bitmask");
  const isNetmask = netmask !== undefined && /^[\da-fA-F.:]{1,45}$/.test(netmask);
  const limits: SetLimits = {
    ...(range && { range: [Number(range[1]), Number(range[2])] as const }),
    ...(maxelem !== undefined && maxelem !== DEFAULT_MAXELEM && { maxelem }),
    ...(timeout !== undefined && timeout > 0 && { timeout }),
    ...(isNetmask && { netmask }),
  };
  return Object.keys(limits).length > 0 ? limits : undefined;
}
