import { compile } from "../../lib/index.js";
import type { Setup } from "./protocol.js";
import { sourcesOf, wishesOf } from "./sources.js";

/** Seconds that each Service's address in IPVS mode remembers a client; undefined where it does not. */
export async function persistence(setup: Setup): Promise<readonly (number | undefined)[]> {
  const asked = { ...wishesOf(setup), mode: "ipvs", artifact: "ipvsadm", format: "json" } as const;
  const { text } = await compile(sourcesOf(setup.files), asked);
  const { virtualServers = [] } = JSON.parse(text ?? "{}") as {
    readonly virtualServers?: readonly { readonly service?: string; readonly persistenceSeconds?: number }[];
  };
  return virtualServers.map(({ persistenceSeconds }) => persistenceSeconds);
}
