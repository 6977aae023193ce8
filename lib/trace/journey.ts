/** A packet's journey over the hooks of the network stack. */
import type { Branch, HookFunction, HookName } from "./branch.js";
import type { NodeAddresses } from "./local-addresses.js";
import type { HitList, PacketState } from "./packet-state.js";
import { questionText } from "./question-text.js";
import type { Outcome, Path, RuleHit } from "./types.js";

export type HookTable = Readonly<Record<HookName, readonly HookFunction[]>>;

/** Hook functions by hook, in the order the kernel calls them. */
export function orderHookFunctions(functions: readonly HookFunction[]): HookTable {
  const at = (hook: HookName) => functions.filter((f) => f.hook === hook).sort((a, b) => a.priority - b.priority);
  return {
    prerouting: at("prerouting"),
    input: at("input"),
    forward: at("forward"),
    output: at("output"),
    postrouting: at("postrouting"),
  };
}

interface Traveller {
  readonly state: PacketState;
  readonly hits: HitList | undefined;
  readonly probability: number;
  readonly hook: HookName;
  /** Of the hook's functions, the one to ask next. */
  readonly next: number;
}

/**
 * All ways a packet can go, each with its end.
 * A packet from outside passes prerouting and then input, when it is for the node, or forward and postrouting. One of the
 * node passes output and postrouting and, when it is for the node itself, comes back through prerouting and input.
 */
export function travel(start: PacketState, hooks: HookTable, addresses: NodeAddresses): Path[] {
  const paths: Path[] = [];
  const first: HookName = start.fromNode ? "output" : "prerouting";
  const travellers: Traveller[] = [
    {
      state: start.fromNode ? routed(start, addresses) : start,
      hits: undefined,
      probability: 1,
      hook: first,
      next: 0,
    },
  ];
  for (let traveller = travellers.pop(); traveller; traveller = travellers.pop()) {
    const { state, hits, probability, hook, next } = traveller;
    const hookFunction = hooks[hook][next];
    if (!hookFunction) {
      const on = leaveHook(hook, state, addresses);
      if (on === "not known") paths.push(makePath(isLocalNotKnown(state), probability, hits, state));
      else if (on) travellers.push({ state: on.state, hits, probability, hook: on.hook, next: 0 });
      else paths.push(makePath(outcomeOf(state), probability, hits, state));
      continue;
    }
    if (hookFunction.type === "nat" && isSettled(hook, state)) {
      travellers.push({ ...traveller, next: next + 1 });
      continue;
    }
    for (const branch of hookFunction.run(state, hits)) {
      const share = probability * branch.probability;
      if (branch.end) paths.push(makePath(branch.end, share, branch.hits, branch.state));
      else travellers.push({ ...afterFunction(branch, hook, next, addresses), probability: share });
    }
  }
  return paths;
}

function afterFunction(
  { state, hits, sentOut }: Branch,
  hook: HookName,
  next: number,
  addresses: NodeAddresses,
): Omit<Traveller, "probability"> {
  if (!sentOut) return { state, hits, hook, next: next + 1 };
  return { state: routed({ ...state, destinationSettled: true }, addresses), hits, hook: "output", next: 0 };
}

/** Rules of the nat tables see the first packet of a connection, and only until one of them has decided. */
function isSettled(hook: HookName, state: PacketState): boolean {
  if (state.connection !== "new") return true;
  return hook === "prerouting" || hook === "output" ? state.destinationSettled : state.sourceSettled;
}

function isLocalNotKnown({ destination }: PacketState): Outcome {
  const asks = { kind: "local", address: destination.text } as const;
  return { kind: "unknown", reason: questionText(asks), asks };
}

/** Where a rule sends packets on to, they are taken for pods' addresses, unless they are known as the node's. */
function isForNode({ destination, translated, assumed }: PacketState, addresses: NodeAddresses): boolean | undefined {
  return addresses.isLocal(destination, assumed.local) ?? (translated ? false : undefined);
}

/** Where the packet goes next, or undefined when it has arrived. */
function leaveHook(
  hook: HookName,
  state: PacketState,
  addresses: NodeAddresses,
): { readonly hook: HookName; readonly state: PacketState } | "not known" | undefined {
  switch (hook) {
    case "prerouting": {
      const settled = { ...state, destinationSettled: true };
      const isLocal = isForNode(state, addresses);
      if (isLocal === undefined) return "not known";
      return isLocal ? { hook: "input", state: settled } : { hook: "forward", state: routed(settled, addresses) };
    }
    case "forward":
      return { hook: "postrouting", state };
    case "output":
      return { hook: "postrouting", state: routed({ ...state, destinationSettled: true }, addresses) };
    case "postrouting": {
      if (!state.fromNode || state.looped) return undefined;
      const isLocal = isForNode(state, addresses);
      if (isLocal === undefined) return "not known";
      if (!isLocal) return undefined;
      return {
        hook: "prerouting",
        state: { ...state, sourceSettled: true, looped: true, inputInterface: "lo", outputInterface: "" },
      };
    }
    case "input":
      return undefined;
  }
}

function routed(state: PacketState, addresses: NodeAddresses): PacketState {
  const isLocal = addresses.isLocal(state.destination, state.assumed.local) === true;
  const known = isLocal ? "lo" : addresses.outputInterface(state.destination);
  return { ...state, outputInterface: known ?? state.assumed.output.name };
}

function outcomeOf(state: PacketState): Outcome {
  const source = state.sourceGiven === undefined ? {} : { source: state.sourceGiven };
  const { masqueraded } = state;
  return state.translated
    ? { kind: "endpoint", address: state.destination.text, port: state.destinationPort, masqueraded, ...source }
    : { kind: "undisturbed", masqueraded, ...source };
}

function makePath(outcome: Outcome, probability: number, hits: HitList | undefined, state: PacketState): Path {
  const list: RuleHit[] = [];
  for (let at = hits; at; at = at.before) list.push(at.hit);
  return { outcome, probability, hits: list.reverse(), remembered: state.remembered };
}
