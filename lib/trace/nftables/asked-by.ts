/** What an nftables expression asks for that is not known of the packet or the node. */
import type { Expression, Value } from "../../rulesets/nftables/types.js";
import { isAmong } from "../interface-names.js";
import type { NodeAddresses } from "../local-addresses.js";
import type { PacketState } from "../packet-state.js";
import type { Question } from "../types.js";

/**
 * What somebody could tell so that the expression is known; undefined: nothing.
 * `values`: what it is compared with.
 */
export function askedByExpression(
  expression: Expression,
  values: readonly Value[],
  state: PacketState,
  addresses: NodeAddresses,
): Question | undefined {
  switch (expression.kind) {
    case "fib":
      return askedByFib(expression.flags, state, addresses);
    case "meta":
      return askedByMeta(expression.key, values, state);
    case "concat":
      for (const [i, part] of expression.parts.entries()) {
        const question = askedByExpression(part, partsAt(values, i), state, addresses);
        if (question) return question;
      }
      return undefined;
    default:
      return undefined;
  }
}

function askedByFib(flags: string, state: PacketState, addresses: NodeAddresses): Question | undefined {
  const address = flags === "daddr" ? state.destination : flags === "saddr" ? state.source : undefined;
  if (!address || addresses.isLocal(address, state.assumed.local) !== undefined) return undefined;
  return { kind: "local", address: address.text };
}

function askedByMeta(key: string, values: readonly Value[], state: PacketState): Question | undefined {
  const isInput = key === "iifname" || key === "iif";
  if (!isInput && key !== "oifname" && key !== "oif") return undefined;
  if ((isInput ? state.inputInterface : state.outputInterface) !== undefined) return undefined;
  const { not } = isInput ? state.assumed.input : state.assumed.output;
  for (const name of values.flatMap(namesIn)) {
    const wanted = name.replace(/\*$/, "+");
    if (wanted !== "+" && !not.some((other) => isAmong(wanted, other)))
      return { kind: isInput ? "in-interface" : "out-interface", name: wanted };
  }
  return undefined;
}

function namesIn(value: Value): string[] {
  if (value.kind === "literal") return typeof value.value === "string" ? [value.value] : [];
  return value.kind === "set" ? value.elements.flatMap(namesIn) : [];
}

function partsAt(values: readonly Value[], i: number): Value[] {
  return values.flatMap((value): Value[] => {
    if (value.kind === "concat") return value.parts[i] ? [value.parts[i]] : [];
    return value.kind === "set" ? partsAt(value.elements, i) : [];
  });
}
