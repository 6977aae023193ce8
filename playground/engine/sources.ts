import { sourceFromText, type Source } from "../../lib/index.js";
import type { InputFile, Setup } from "./protocol.js";

/** Sources in the order of their names, as every question wants them. */
export function sourcesOf(files: readonly InputFile[]): Source[] {
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, text }) => sourceFromText(name, text));
}

/** What is wished, what is left to the input left out. */
export function wishesOf({ mode, kubeVersion, node, ipFamily }: Setup) {
  return {
    ...(mode !== "" && { mode }),
    ...(kubeVersion !== "" && { kubeVersion }),
    ...(node !== "" && { node }),
    ...(ipFamily !== "" && { ipFamily }),
  };
}
