/** DNS records of a cluster and answers to questions about them. */
import type { RecordData } from "../net/dns-record.js";
import type { Origin } from "../source/origin.js";

export type { RecordData };

export type RecordType = RecordData["type"];

/** Types that may be asked for; some of them never have data in a cluster's zone. */
export const QUESTION_TYPES = [
  "A",
  "AAAA",
  "CNAME",
  "SRV",
  "PTR",
  "TXT",
  "SOA",
  "NS",
  "MX",
  "HTTPS",
  "SVCB",
  "CAA",
] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

export interface DNSRecord {
  /** Owner name: lower case, with the final dot. */
  readonly name: string;
  readonly ttlSeconds: number;
  readonly data: RecordData;
  /** The object behind it, as "Service prod/web" or "Pod prod/db-0". */
  readonly from?: string;
  readonly origin?: Origin;
}

/**
 * The answer to one question.
 * `upstream`: the question leaves the cluster's zones, or falls through to `forward`; what comes back is not known.
 */
export interface DNSAnswer {
  readonly name: string;
  /** As asked; also types that never have data, such as MX. */
  readonly type: string;
  readonly status: "NOERROR" | "NXDOMAIN" | "REFUSED" | "upstream";
  readonly answers: readonly DNSRecord[];
  readonly additional: readonly DNSRecord[];
  readonly authority: readonly DNSRecord[];
  /** Why, one sentence. */
  readonly reason: string;
}

export type PodsMode = "disabled" | "insecure" | "verified";

/** The options of CoreDNS' kubernetes plugin that change answers. Source: CoreDNS plugin/kubernetes/setup.go. */
export interface DNSConfig {
  /** Forward zones, lower case, no final dot; the first is the cluster domain. */
  readonly domains: readonly string[];
  /** Reverse zones, lower case, no final dot. */
  readonly reverseZones: readonly string[];
  readonly ttlSeconds: number;
  readonly pods: PodsMode;
  readonly endpointPodNames: boolean;
  /** Only these namespaces; undefined: all. */
  readonly namespaces: readonly string[] | undefined;
  readonly namespaceLabels: string | undefined;
  readonly serviceLabels: string | undefined;
  readonly noEndpoints: boolean;
  readonly ignoreEmptyServices: boolean;
  /** Zones that fall through to the next plugin on a name error; undefined: none, empty: all. */
  readonly fallthrough: readonly string[] | undefined;
  readonly zonal: boolean;
  /** Whether there is a next plugin that answers (forward or proxy). */
  readonly forwards: boolean;
  /** What was assumed or not modelled, for notes. */
  readonly notes: readonly string[];
}
