import { compile } from "../../lib/index.js";
import type { Setup } from "./protocol.js";
import { asked } from "./asked.js";

/** Seconds that each Service's address in IPVS mode remembers a client; undefined where it does not. */
export async function persistence(setup: Setup): Promise<readonly (number | undefined)[]> {
  const { sources, options } = asked(setup);
  const { text } = await compile(sources, { ...options, mode: "ipvs", artifact: "ipvsadm", format: "json" });
  const { virtualServers = [] } = JSON.parse(text ?? "{}") as {
    readonly virtualServers?: readonly { readonly service?: string; readonly persistenceSeconds?: number }[];
  };
  return virtualServers.map(({ persistenceSeconds }) => persistenceSeconds);
}
