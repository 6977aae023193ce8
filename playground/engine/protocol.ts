/** What the page asks the engine, and what comes back; types only. Everything crosses a thread as plain data. */

import type { ProxyMode } from "../../lib/config/proxy-config.js";
import type { ArtifactName } from "../../lib/index.js";

export interface InputFile {
  readonly name: string;
  readonly text: string;
}

/** What a tool printed on a node; `node`: where that is known. */
export interface CapturedFile extends InputFile {
  readonly node?: string;
}

/** Whose rules are wanted; "" leaves the choice to the input. */
export interface Setup {
  readonly files: readonly InputFile[];
  readonly mode: "" | ProxyMode;
  readonly kubeVersion: string;
  readonly node: string;
  readonly ipFamily: "" | "ipv4" | "ipv6";
}

/** A line of an input, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Mark {
  readonly code: string;
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  readonly notes: readonly string[];
  readonly file?: string;
  readonly line?: number;
  /** Characters of the file's text, from 0. */
  readonly from?: number;
  readonly to?: number;
  /** The word that was probably meant, to be put in the place of the marked text. */
  readonly replacement?: string;
}

export interface Told<T> {
  /** Undefined when there is no answer; a mark says why. */
  readonly answer: T | undefined;
  readonly marks: readonly Mark[];
}

export interface RuleLine {
  readonly service?: string;
  readonly at?: Place;
  /** The chain, and the rule as `explain` spells it. */
  readonly chain?: string;
  readonly rule?: string;
}

export interface RulesAnswer {
  readonly text: string;
  readonly mode: string;
  readonly node: string;
  readonly kubeVersion: string;
  readonly family: string;
  readonly artifact: ArtifactName;
  readonly artifacts: readonly ArtifactName[];
}

export interface Inventory {
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  /** "NAMESPACE/NAME:PORT" of those with rules. */
  readonly servicePorts: readonly string[];
  readonly pods: readonly string[];
  readonly namespaces: readonly string[];
}

export interface EndpointsOfService {
  readonly service: string;
  readonly source: string;
  readonly whyNoRules?: string;
  readonly rows: readonly EndpointLine[];
  readonly leftOut: readonly { readonly pod: string; readonly part?: string; readonly reason: string }[];
}

export interface EndpointLine {
  readonly port: string;
  readonly address: string;
  readonly state: string;
  readonly node: string;
  readonly zone: string;
  readonly hints: string;
}
