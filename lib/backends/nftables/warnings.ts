/** Input that kube-proxy turns into a transaction nft refuses as a whole. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { releasesThatBring } from "../../config/feature-releases.js";
import type { Features } from "../../config/features.js";
import type { BackendInput } from "../input.js";
import { COMMENT_LIMIT, commentBytes } from "./element-comment.js";
import type { ServicePortPlan } from "./plan.js";

/** A port without endpoints is named in an element's comment; a long name makes every sync of the node fail. */
export function commentTooLong(
  { port, hasInternal, hasExternal }: ServicePortPlan,
  { nftCutsComments }: Features,
): Diagnostic | undefined {
  if (nftCutsComments) return undefined;
  const external = port.nodePort !== 0 || port.externalIPs.length > 0 || port.loadBalancerVIPs.length > 0;
  if (hasInternal && (hasExternal || !external)) return undefined;
  const bytes = commentBytes(port.name);
  if (bytes <= COMMENT_LIMIT) return undefined;
  return {
    code: "nft-comment-too-long",
    severity: "warning",
    message: `${port.name} has no endpoints, and its name of ${bytes} bytes is longer than the ${COMMENT_LIMIT} that nft allows in a comment`,
    at: port.origin && { origin: port.origin, path: ["spec", "ports", port.portIndex, "name"] },
    notes: [
      "kube-proxy's whole transaction fails, so no change to any service reaches the node until the port has endpoints; shorten the name of the service, its namespace or the port",
    ],
  };
}

/** Some releases match interfaces by index, which nft resolves when it loads the rules. */
export function interfaceMatchFails({ config, features }: BackendInput): Diagnostic | undefined {
  if (features.nftMatchesInterfaceByName) return undefined;
  const since = releasesThatBring("nftMatchesInterfaceByName").join(" and ");
  const note = `kube-proxy's whole transaction fails; releases from ${since} match the name instead`;
  if (config.detectLocalMode === "InterfaceNamePrefix")
    return {
      code: "nft-interface-match-fails",
      severity: "warning",
      message: `this release writes detectLocal.interfaceNamePrefix "${config.interfaceNamePrefix}" as "iif ${config.interfaceNamePrefix}*", which nft refuses: no interface has that name`,
      notes: [note],
    };
  if (config.detectLocalMode === "BridgeInterface")
    return {
      code: "nft-interface-match-fails",
      severity: "note",
      message: `this release writes detectLocal.bridgeInterface "${config.bridgeInterface}" as "iif ${config.bridgeInterface}", which nft refuses while the interface does not exist`,
      notes: [note],
    };
  return undefined;
}
