/** Which service ports a comparison answers for. */
export const NOT_COMPARED_REASONS = [
  "table-missing",
  "listing-missing",
  "capture-incomplete",
  "captures-disagree",
  "line-unreadable",
  "family-missing",
  "changed-meanwhile",
  "made-up",
] as const;

/** Why a service port was not compared. */
export type NotComparedReason = (typeof NOT_COMPARED_REASONS)[number];

export interface PortName {
  /** "ns/name". */
  readonly service: string;
  /** Port name, may be empty. */
  readonly port: string;
  /** "TCP", "UDP" or "SCTP". */
  readonly protocol: string;
}

export interface NotCompared extends PortName {
  readonly reason: NotComparedReason;
  /** What is missing and the command that captures it. */
  readonly message: string;
}

export interface Coverage {
  /** Service ports that the input wants on the node. */
  readonly wanted: number;
  /** Of those: the part of the node that decides where their packets go was there and whole. */
  readonly compared: number;
  readonly notCompared: readonly NotCompared[];
  /** Parts that refine an answer and were not given, each with the command that captures it. */
  readonly notGiven: readonly string[];
}
