import { canonicalIP } from "../../../net/ip.js";
import { takeWord, takeWords } from "../word-reader.js";
import type { TargetForm, TargetOf } from "./target-form.js";

type Dnat = TargetOf<"dnat">;

/** `-j DNAT --to-destination 10.244.0.5:80`. */
export const dnat: TargetForm<Dnat> = {
  names: ["DNAT"],
  options: { "--to-destination": 1, "--random": 0, "--persistent": 0 },
  build(options) {
    const [to, ...flags] = options;
    if (to?.name !== "--to-destination" || options.some((option) => option.negated)) return undefined;
    const names = flags.map((flag) => flag.name);
    if (!["", "--random", "--persistent", "--random --persistent"].includes(names.join(" "))) return undefined;
    return shape(to.values[0]!, names.includes("--random"), names.includes("--persistent"));
  },
  list(words) {
    const to = takeWord(words);
    if (!to.startsWith("to:")) return undefined;
    const random = takeWords(words, "random");
    return shape(to.slice(3), random, takeWords(words, "persistent"));
  },
  restore: print,
  save: (target) => (target.to.startsWith("[") ? print({ ...target, to: canonicalTarget(target.to) }) : print(target)),
  normalize: ({ to, random, persistent }) => shape(canonicalTarget(to), random, persistent),
};

/** "[FD00::0:1]:80" as iptables-save prints it: "[fd00::1]:80". */
function canonicalTarget(to: string): string {
  const end = to.startsWith("[") ? to.indexOf("]") : -1;
  if (end < 0) return to;
  return `[${canonicalIP(to.slice(1, end)) ?? to.slice(1, end)}${to.slice(end)}`;
}

function print({ to, random, persistent }: Dnat): string {
  let out = " -j DNAT --to-destination " + to;
  if (random) out += " --random";
  return persistent ? out + " --persistent" : out;
}

function shape(to: string, random: boolean | undefined, persistent: boolean | undefined): Dnat {
  return { kind: "dnat", to, ...(random && { random }), ...(persistent && { persistent }) };
}
