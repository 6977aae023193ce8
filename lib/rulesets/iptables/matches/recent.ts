import type { IPFamily } from "../../../net/ip.js";
import { canonicalIP } from "../../../net/ip.js";
import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { peekWord, takeWord, takeWords } from "../word-reader.js";

type Recent = MatchOf<"recent">;

const OPTIONS = {
  "--set": 0,
  "--rcheck": 0,
  "--update": 0,
  "--remove": 0,
  "--seconds": 1,
  "--reap": 0,
  "--name": 1,
  "--mask": 1,
  "--rsource": 0,
  "--rdest": 0,
};

const ACTIONS = ["set", "rcheck", "update", "remove"] as const;
const LISTED_ACTIONS = { SET: "set", CHECK: "rcheck", UPDATE: "update", REMOVE: "remove" } as const;

const HOST_MASKS: Readonly<Record<IPFamily, string>> = {
  IPv4: "255.255.255.255",
  IPv6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

/** `-m recent --name X --rcheck --seconds N --reap`: session affinity. */
export const recent: MatchForm<Recent> = {
  modules: ["recent"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    if (!split || split.rest) return undefined;
    const { found } = split;
    const actions = ACTIONS.filter((name) => found.has(`--${name}`));
    const [action] = actions;
    if (!action || actions.length !== 1) return undefined;
    const seconds = found.get("--seconds")?.values[0];
    if (seconds !== undefined && !/^\d+$/.test(seconds)) return undefined;
    return shape({
      name: found.get("--name")?.values[0] ?? "DEFAULT",
      action,
      negated: found.get(`--${action}`)!.negated,
      seconds: seconds === undefined ? undefined : Number(seconds),
      reap: found.has("--reap"),
      mask: found.get("--mask")?.values[0],
      side: found.has("--rdest") ? "destination" : found.has("--rsource") ? "source" : undefined,
    });
  },
  list(words) {
    const negated = takeWords(words, "!");
    if (!takeWords(words, "recent:")) return undefined;
    const action = takeWord(words);
    if (!Object.hasOwn(LISTED_ACTIONS, action)) return undefined;
    const seconds = takeWords(words, "seconds:") ? Number(takeWord(words)) : undefined;
    const reap = takeWords(words, "reap");
    if (!takeWords(words, "name:")) return undefined;
    const name = takeWord(words);
    const side = takeWords(words, "side:") ? (takeWord(words) === "dest" ? "destination" : "source") : undefined;
    const mask = takeWords(words, "mask:") ? takeWord(words) : undefined;
    if (/^(hit_count:|TTL-Match)$/.test(peekWord(words))) return undefined;
    return shape({
      name,
      action: LISTED_ACTIONS[action as keyof typeof LISTED_ACTIONS],
      negated,
      seconds,
      reap,
      mask,
      side,
    });
  },
  restore(match) {
    let out = " -m recent --name " + match.name + (match.negated ? " ! --" : " --") + match.action;
    if (match.seconds !== undefined) out += " --seconds " + match.seconds;
    if (match.reap) out += " --reap";
    if (match.mask !== undefined) out += " --mask " + match.mask;
    if (match.side !== undefined) out += match.side === "source" ? " --rsource" : " --rdest";
    return match.rest ? out + printTokens(match.rest) : out;
  },
  save(match, family) {
    let out = (match.negated ? " -m recent ! --" : " -m recent --") + match.action;
    if (match.seconds !== undefined) out += " --seconds " + match.seconds;
    if (match.reap) out += " --reap";
    out += " --name " + match.name + " --mask " + (match.mask ?? HOST_MASKS[family]);
    out += match.side === "destination" ? " --rdest" : " --rsource";
    return match.rest ? out + printTokens(match.rest) : out;
  },
  normalize(match, family) {
    const mask = match.mask === undefined ? undefined : (canonicalIP(match.mask) ?? match.mask);
    return shape({
      ...match,
      mask: mask === HOST_MASKS[family] ? undefined : mask,
      side: match.side === "source" ? undefined : match.side,
    });
  },
};

function shape(fields: Omit<Recent, "kind">): Recent {
  const { name, action, negated, seconds, reap, mask, side, rest } = fields;
  return {
    kind: "recent",
    name,
    action,
    ...(negated && { negated }),
    ...(seconds !== undefined && { seconds }),
    ...(reap && { reap }),
    ...(mask !== undefined && { mask }),
    ...(side && { side }),
    ...(rest && { rest }),
  };
}
