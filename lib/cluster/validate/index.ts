/**
 * Checks objects as the API server (and for its configuration kube-proxy) does before anything is built from them.
 * One file for each kind; `across.ts` looks at all Services together.
 */
import type { Features } from "../../config/features.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { EndpointTable } from "../../kube/endpoint-table.js";
import type { KubeObject } from "../../kube/types.js";
import { checkEndpointSlice } from "./endpoint-slice.js";
import { checkEndpoints } from "./endpoints.js";
import { MOST_FINDINGS, placeOf, type Findings } from "./findings.js";
import { checkMetadata } from "./metadata.js";
import { checkNode } from "./node.js";
import { checkPod } from "./pod.js";
import { checkProxyConfiguration } from "./proxy-configuration.js";
import { textOf, recordOf, type RawRecord } from "./raw-values.js";
import { checkFields } from "./schema/check-fields.js";
import { tableOfKind } from "./schema/field-tables.js";
import { checkService } from "./service.js";
import { checkServiceCIDR } from "./service-cidr.js";
import { canSkimEndpoints } from "./skim-endpoints.js";
import { checkWorkload } from "./workload.js";

export { findCollisions } from "./across.js";

const CHECKS: Readonly<Record<string, (f: Findings, object: RawRecord) => void>> = {
  Service: checkService,
  Pod: checkPod,
  Endpoints: checkEndpoints,
  EndpointSlice: checkEndpointSlice,
  Node: checkNode,
  ServiceCIDR: checkServiceCIDR,
  Deployment: checkWorkload,
  StatefulSet: checkWorkload,
  DaemonSet: checkWorkload,
  ReplicaSet: checkWorkload,
  ReplicationController: checkWorkload,
  Job: checkWorkload,
  CronJob: checkWorkload,
  KubeProxyConfiguration: checkProxyConfiguration,
};

/**
 * Reports everything that is wrong with one object; false when the API server would refuse it.
 * `object`: as written, nothing of it believed. Kinds of other API groups are true without a look.
 * An object that a cluster gave out has no unknown fields to warn of: what its API server did not know, it dropped.
 */
export function validateObject(
  object: KubeObject,
  report: (diagnostic: Diagnostic) => void,
  features: Features,
): boolean {
  const { apiVersion, kind, origin } = object;
  const table = tableOfKind(apiVersion, kind);
  if (table === undefined) return true;
  const written = object as unknown as RawRecord;
  const raw = kind === "EndpointSlice" ? withoutSkimmed(written) : written;
  const fromCluster = isFromCluster(raw);
  const f: Findings = { kind, origin, object: raw, features, fromCluster, report, refused: false, count: 0 };
  checkFields(f, table, raw, !fromCluster);
  if (kind !== "KubeProxyConfiguration") checkMetadata(f, raw);
  CHECKS[kind]?.(f, raw);
  if (f.count > MOST_FINDINGS)
    report({
      code: "more-findings",
      severity: "note",
      message: `${f.count - MOST_FINDINGS} more findings in this ${kind} are left out`,
      at: placeOf(f, []),
    });
  return !f.refused;
}

function withoutSkimmed(slice: RawRecord): RawRecord {
  if (canSkimEndpoints(slice)) return { ...slice, endpoints: null };
  const endpoints = slice["endpoints"];
  return endpoints instanceof EndpointTable ? { ...slice, endpoints: endpoints.toArray() } : slice;
}

function isFromCluster(object: RawRecord): boolean {
  const metadata = recordOf(object["metadata"]);
  return textOf(metadata["uid"]) !== "" || textOf(metadata["resourceVersion"]) !== "";
}
