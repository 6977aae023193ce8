/** The real nft inside a namespace. */
import type { Namespace } from "./namespace.js";

/** Loads a text with `nft -f`, in one transaction. */
export function loadNft(namespace: Namespace, text: string): void {
  namespace.run("nft", ["-f", "-"], text);
}

/** The whole ruleset as text; `stateless` leaves out counters and what sets learned at run time. */
export function listNft(namespace: Namespace, { stateless = false }: { readonly stateless?: boolean } = {}): string {
  return namespace.run("nft", [...(stateless ? ["-s"] : []), "list", "ruleset"]);
}

/** The whole ruleset as nft's JSON. */
export function listNftJson(namespace: Namespace): string {
  return namespace.run("nft", ["-j", "list", "ruleset"]);
}
