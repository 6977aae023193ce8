import { Buffer } from "../platform/bytes.js";
import type { Cluster } from "../cluster/types.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { SERVICE_PROXY_NAME_LABEL } from "../services/skip-reason.js";
import type { Source } from "../source/source.js";

/**
 * Whether the node's kube-proxy leaves out Services labelled for another proxy: it does when none of their cluster IPs
 * stands in the captures. Undefined when no Service is labelled so.
 * Source: the watch selector of kube-proxy cmd/kube-proxy/app/server.go, which tests and other embeddings go without.
 */
export function inferWatchSelectors({ services }: Cluster, captures: readonly Source[]): boolean | undefined {
  const addresses = services
    .filter(({ metadata }) => metadata.labels?.[SERVICE_PROXY_NAME_LABEL] !== undefined)
    .flatMap(({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []))
    .filter((ip) => ip !== "None");
  if (addresses.length === 0) return undefined;
  return !captures.some((given) => {
    const { source } = cleanCapture(given);
    const bytes = Buffer.from(source.read(0, source.size));
    return addresses.some((address) => holdsAddress(bytes, address));
  });
}

/** The address, not the start or end of a longer one. */
function holdsAddress(bytes: Buffer, address: string): boolean {
  for (let at = bytes.indexOf(address); at >= 0; at = bytes.indexOf(address, at + 1)) {
    const before = String.fromCharCode(bytes[at - 1] ?? 32);
    const after = String.fromCharCode(bytes[at + address.length] ?? 32);
    if (!/[0-9a-f.:]/i.test(before) && !/[0-9a-f.]/i.test(after)) return true;
  }
  return false;
}
