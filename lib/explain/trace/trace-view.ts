/** What `trace` shows; types only. lib/explain/trace makes it. */
import type { PlaceView } from "../explain-view.js";

/** One rule hit, with what follows it. */
export interface HitView {
  /** "nat", "ip kube-proxy", "ipvs". */
  readonly table: string;
  readonly chain: string;
  /** Within its chain, from 1; 0 for a virtual server. */
  readonly position: number;
  /** One sentence. */
  readonly text: string;
  /** The rule in its tool's words. */
  readonly rule: string;
  /** Manifest line, line of the capture. */
  readonly cause?: PlaceView;
  readonly at?: PlaceView;
  /** Mark after the rule, when the rule changes it. */
  readonly mark?: number;
  /** "ip:port" and address that the packet's header has after the rule, when the rule changes them to what is known. */
  readonly destination?: string;
  readonly source?: string;
}

export interface StepView {
  readonly hit: HitView;
  /** Of all packets, how many get here: 0 to 1. */
  readonly probability: number;
  readonly next: readonly StepView[];
  /** Where paths end here. */
  readonly ends: readonly EndView[];
}

export interface EndView {
  readonly outcome: string;
  readonly probability: number;
}

export interface PolicyView {
  readonly verdict: "allowed" | "denied" | "unknown";
  readonly egress: { readonly verdict: string; readonly reason: string; readonly at?: PlaceView };
  readonly ingress: { readonly verdict: string; readonly reason: string; readonly at?: PlaceView };
  readonly notes: readonly string[];
}

export interface OutcomeView {
  readonly kind: "endpoint" | "undisturbed" | "rejected" | "dropped" | "unknown";
  /** In words. */
  readonly text: string;
  readonly probability: number;
  /** "ip:port" the packet ends at, when it is delivered. */
  readonly target?: string;
  readonly pod?: string;
  /** The source that the target sees. */
  readonly source?: string;
  readonly masqueraded: boolean;
  /** Of an unknown outcome: the rule that could not be decided. */
  readonly undecided?: HitView;
  readonly policy?: PolicyView;
  /** Whether the pod declares the port, in words. */
  readonly declares?: string;
}

/** What becomes of the packet where a condition holds. */
export interface CaseView {
  /** "if it came in by docker0". */
  readonly condition: string;
  readonly outcomes: readonly OutcomeView[];
}

export interface TraceView {
  readonly packet: {
    readonly protocol: string;
    readonly source: string;
    readonly sourceName?: string;
    readonly destination: string;
    readonly port: number;
    readonly destinationName?: string;
    readonly arrival: string;
  };
  readonly node: string;
  readonly mode: string;
  readonly kubeVersion: string;
  readonly captures: readonly string[];
  /** What was chosen where the question left it open. */
  readonly assumptions: readonly string[];
  /** What surprises about the question, e.g. that the address has other ports. */
  readonly notes: readonly string[];
  readonly outcomes: readonly OutcomeView[];
  /** Each answer to what is not known, where the outcome depends on it; else none. */
  readonly cases: readonly CaseView[];
  readonly steps: readonly StepView[];
  /** Ends before any rule was met. */
  readonly ends: readonly EndView[];
}
