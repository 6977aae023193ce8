import { longHex, parseMark, shortHex } from "../numbers.js";
import { takeWord, takeWords } from "../word-reader.js";
import type { TargetForm, TargetOf } from "./target-form.js";

type MarkTarget = TargetOf<"mark">;
type Written = NonNullable<MarkTarget["written"]>;

const ALL = 0xffffffff;

/** `-j MARK`: the bits of `mask` are cleared, then `value` is xor-ed in. */
export const mark: TargetForm<MarkTarget> = {
  names: ["MARK"],
  options: { "--set-xmark": 1, "--set-mark": 1, "--and-mark": 1, "--or-mark": 1, "--xor-mark": 1 },
  build(options) {
    const [option] = options;
    if (options.length !== 1 || !option || option.negated || option.values.length === 0) return undefined;
    return read(option.name.replace(/^--/, "").replace(/^(and|or|xor)-mark$/, "$1"), option.values[0]!);
  },
  list(words) {
    if (!takeWords(words, "MARK")) return undefined;
    const operation = takeWord(words);
    return read(operation === "set" ? "set-mark" : operation === "xset" ? "set-xmark" : operation, takeWord(words));
  },
  restore(target) {
    const { value, mask } = target;
    switch (target.written) {
      case "or":
        return " -j MARK --or-mark " + longHex(value);
      case "xor":
        return " -j MARK --xor-mark " + longHex(value);
      case "and":
        return " -j MARK --and-mark " + longHex(~mask);
      case "set-mark":
        return " -j MARK --set-mark " + longHex(value) + (mask === ALL ? "" : "/" + longHex(mask));
      default:
        return " -j MARK --set-xmark " + longHex(value) + "/" + longHex(mask);
    }
  },
  save: ({ value, mask }) => " -j MARK --set-xmark " + shortHex(value) + "/" + shortHex(mask),
  normalize: ({ value, mask }) => ({ kind: "mark", value, mask }),
};

/** Source: iptables libxt_MARK, mark_tg_parse. */
function read(operation: string, text: string): MarkTarget | undefined {
  const parsed = parseMark(text);
  if (!parsed) return undefined;
  const { value, mask } = parsed;
  const shape = (v: number, m: number, written: Written): MarkTarget => ({
    kind: "mark",
    value: v >>> 0,
    mask: m >>> 0,
    written,
  });
  switch (operation) {
    case "set-xmark":
      return shape(value, mask, "set-xmark");
    case "set-mark":
      return shape(value, value | mask, "set-mark");
    case "or":
      return mask === ALL ? shape(value, value, "or") : undefined;
    case "xor":
      return mask === ALL ? shape(value, 0, "xor") : undefined;
    case "and":
      return mask === ALL ? shape(0, ~value, "and") : undefined;
    default:
      return undefined;
  }
}
