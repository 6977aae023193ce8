/** Outcomes in the words of the tables: "a", "a masqueraded", "refused", "silent". */
import type { IPFamily } from "../../net/ip.js";
import type { Trace } from "../../trace/index.js";
import { ADDRESSES, PLACES, SERVER_PORT } from "./network.js";
import type { Probe } from "./probes.js";

const PLACE_OF = new Map(
  PLACES.flatMap((place) => [[ADDRESSES[place].IPv4, place] as const, [ADDRESSES[place].IPv6, place] as const]),
);

/** The word for a server that answered. */
export function nameOf(address: string, masqueraded: boolean): string {
  return `${PLACE_OF.get(address) ?? address}${masqueraded ? " masqueraded" : ""}`;
}

/** What the reasoning says of a probe's packet. Throws where it does not know. */
export function sharesOf(trace: Trace, probe: Probe, family: IPFamily): Map<string, number> {
  const shares = new Map<string, number>();
  const wordOf = ({ outcome }: Trace["outcomes"][number]): string => {
    switch (outcome.kind) {
      case "endpoint":
        if (outcome.port !== SERVER_PORT) throw new Error(`translated to port ${outcome.port}`);
        return nameOf(outcome.address, outcome.masqueraded);
      case "undisturbed":
        if (probe.atDestination === "a server") return nameOf(probe.to[family], outcome.masqueraded);
        return probe.atDestination === "nobody" ? "silent" : "refused";
      case "rejected":
        return "refused";
      case "dropped":
        return "silent";
      case "unknown":
        throw new Error(`the reasoning does not know: ${outcome.reason}`);
    }
  };
  for (const traced of trace.outcomes) {
    const word = wordOf(traced);
    shares.set(word, (shares.get(word) ?? 0) + traced.probability);
  }
  return shares;
}

/** "a, b, remote masqueraded" for names that are all masqueraded, else one by one. */
export function wordsOf(words: Iterable<string>): string {
  const list = [...words].sort();
  const short = list.map((word) => word.replace(/ masqueraded$/, ""));
  return list.length > 1 && list.every((word) => word.endsWith(" masqueraded"))
    ? `${short.join(", ")} masqueraded`
    : list.join(", ");
}
