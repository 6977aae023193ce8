import { keptSources, loadKept } from "./kept-input.js";
import type { Setup } from "./protocol.js";

/** What the library is asked with: the sources, and what is wished; what is left to the input is left out. */
export function asked({ files, mode, kubeVersion, node, ipFamily }: Setup) {
  const options = {
    load: loadKept,
    ...(mode !== "" && { mode }),
    ...(kubeVersion !== "" && { kubeVersion }),
    ...(node !== "" && { node }),
    ...(ipFamily !== "" && { ipFamily }),
  };
  return { sources: keptSources(files), options };
}
