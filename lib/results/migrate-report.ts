/** What `migrate` answers: an impact report, why modes and releases differ so, and what to clean up; types only. */
import type { CleanupStep } from "../migrate/cleanup.js";
import type { ReasonId } from "../migrate/reasons.js";
import type { ImpactReport } from "./impact-report.js";

export interface MigrateSideView {
  readonly mode: string;
  readonly kubeVersion: string;
}

export interface ReasonView {
  readonly id: ReasonId;
  /** What the change does, one sentence. */
  readonly title: string;
  readonly why: string;
  /** What to do where the old way is needed. */
  readonly change: string;
  /** Services and frontends that it is the reason for. */
  readonly services: number;
  readonly frontends: number;
}

export interface CleanupView {
  readonly nodes: readonly string[];
  /** What the old mode has in the cluster, in numbers. */
  readonly holds: string;
  readonly steps: readonly CleanupStep[];
}

export interface MigrateView extends ImpactReport {
  readonly from: MigrateSideView;
  readonly to: MigrateSideView;
  /** As `changed`. */
  readonly differs: boolean;
  readonly reasons: readonly ReasonView[];
  readonly cleanup: CleanupView;
}
