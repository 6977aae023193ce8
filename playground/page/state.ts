/** Everything the page shows, as one value; a link holds it whole. */
import type { CapturedFile, InputFile, Setup } from "../engine/protocol.js";

export const TABS = ["rules", "endpoints", "trace", "diff", "doctor", "dns", "impact"] as const;
export type TabName = (typeof TABS)[number];

export interface State extends Setup {
  /** Name of the file in the editor. */
  readonly current: string;
  /** What tools printed on nodes. */
  readonly captures: readonly CapturedFile[];
  /** The files as they were kept, to see what an edit changes. */
  readonly kept: readonly InputFile[] | undefined;
  readonly tab: TabName;
  readonly artifact: string;
  readonly format: "restore" | "save";
  readonly trace: { readonly from: string; readonly to: string };
  readonly dns: { readonly name: string; readonly from: string };
  /** Step of the tour, from 0; undefined outside of it. */
  readonly step: number | undefined;
}

export const EMPTY_STATE: State = {
  files: [{ name: "cluster.yaml", text: "" }],
  current: "cluster.yaml",
  captures: [],
  kept: undefined,
  mode: "",
  kubeVersion: "",
  node: "",
  ipFamily: "",
  tab: "rules",
  artifact: "",
  format: "restore",
  trace: { from: "", to: "" },
  dns: { name: "", from: "" },
  step: undefined,
};

export interface Store {
  readonly get: () => State;
  /** Changes fields and tells everybody. */
  readonly set: (change: Partial<State>) => void;
  readonly subscribe: (listener: (state: State, before: State) => void) => void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners: ((state: State, before: State) => void)[] = [];
  return {
    get: () => state,
    set(change) {
      const before = state;
      state = { ...state, ...change };
      for (const listener of listeners) listener(state, before);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** Whose rules are wanted, of which files: the part of the state that the engine is asked with. */
export function setupOf({ files, mode, kubeVersion, node, ipFamily }: State): Setup {
  return { files, mode, kubeVersion, node, ipFamily };
}
