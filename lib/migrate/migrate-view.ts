/** What `migrate` shows; types only. lib/migrate makes it. */

export interface SideView {
  readonly mode: string;
  readonly kubeVersion: string;
}

/** One kind of client at one frontend that fares differently. */
export interface DifferenceView {
  /** "shop/web". */
  readonly service: string;
  /** "shop/web:http". */
  readonly servicePort: string;
  readonly protocol: string;
  readonly family: "IPv4" | "IPv6";
  /** "node port 30080 on another address of the node". */
  readonly frontend: string;
  /** "from outside". */
  readonly clients: readonly string[];
  readonly node: string;
  readonly before: string;
  readonly after: string;
}

export interface ReasonView {
  readonly id: string;
  /** What the change does, one sentence. */
  readonly title: string;
  readonly why: string;
  /** What to do where the old way is needed. */
  readonly change: string;
  readonly services: number;
  readonly differences: readonly DifferenceView[];
}

export interface CleanupStep {
  readonly text: string;
  readonly commands: readonly string[];
}

export interface CleanupView {
  readonly nodes: readonly string[];
  /** What the old mode has on the node that was looked at, in numbers. */
  readonly holds: string;
  readonly steps: readonly CleanupStep[];
}

export interface MigrateView {
  readonly from: SideView;
  readonly to: SideView;
  readonly differs: boolean;
  /** Nodes from which Services were looked at. */
  readonly nodes: readonly string[];
  readonly summary: {
    readonly services: number;
    readonly servicePorts: number;
    readonly differing: number;
    /** Packets reasoned about on both sides. */
    readonly packets: number;
  };
  readonly reasons: readonly ReasonView[];
  readonly notes: readonly string[];
  readonly cleanup: CleanupView;
}
