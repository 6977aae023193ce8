/** One state after the changes that are asked about. */
import { isEmpty } from "../../cluster/is-empty.js";
import type { Cluster } from "../../cluster/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Features } from "../../config/features.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { Pod } from "../../kube/types.js";
import { applyManifests } from "./apply-manifests.js";
import { setServiceFields, type SetField } from "./change-services.js";
import { deleteObject } from "./delete-object.js";
import { drainNode, failZone } from "./lose-nodes.js";
import { fullName, idOf, notFound } from "./names.js";
import { scaleWorkload } from "./scale.js";
import { settleSlices } from "./settle-slices.js";
import type { Draft, WhatIf, WhatIfResult } from "./types.js";

/** In the order given. `features`: of the API server and the controllers. The cluster is not to be used on an error. */
export function applyWhatIfs(cluster: Cluster, edits: readonly WhatIf[], features: Features): WhatIfResult {
  const draft: Draft = {
    cluster,
    fates: new Map(),
    leftNodes: new Set(),
    freshPods: new Set(),
    remade: new Set(),
    diagnostics: [],
    features,
  };
  for (let i = 0; i < edits.length;) {
    const edit = edits[i]!;
    const fields = edit.kind === "set" ? fieldsFrom(edits, i, edit.service) : [];
    if (edit.kind === "set") setServiceFields(draft, edit.service, fields);
    else applyEdit(draft, edit);
    i += Math.max(fields.length, 1);
  }
  return { cluster: settleSlices(draft, cluster), diagnostics: draft.diagnostics, words: edits.map(whatIfWords) };
}

/** What is set of one Service, one after the other. */
function fieldsFrom(edits: readonly WhatIf[], first: number, service: string): SetField[] {
  const fields: SetField[] = [];
  for (const edit of edits.slice(first)) {
    if (edit.kind !== "set" || fullName(edit.service) !== fullName(service)) break;
    fields.push(edit);
  }
  return fields;
}

function applyEdit(draft: Draft, edit: Exclude<WhatIf, { kind: "set" }>): void {
  switch (edit.kind) {
    case "drain":
      return drainNode(draft, edit.node);
    case "zone-down":
      return failZone(draft, edit.zone);
    case "scale":
      return scaleWorkload(draft, edit.workload, edit.replicas);
    case "not-ready":
      return markNotReady(draft, fullName(edit.pod));
    case "delete":
      return deleteObject(draft, edit.objectKind, edit.object);
    case "apply":
      if (isEmpty(edit.manifests)) draft.diagnostics.push(nothingApplied(edit.name));
      return applyManifests(draft, edit.manifests);
  }
}

function nothingApplied(name: string): Diagnostic {
  return {
    code: "no-objects",
    severity: "error",
    message: `${name}: no object that svcrules reads, so that applying it changes nothing`,
  };
}

/** "drain node-3", "scale shop/web to 5". */
function whatIfWords(edit: WhatIf): string {
  switch (edit.kind) {
    case "drain":
      return `drain ${edit.node}`;
    case "zone-down":
      return `zone ${edit.zone} down`;
    case "scale":
      return `scale ${fullName(edit.workload)} to ${edit.replicas}`;
    case "not-ready":
      return `${fullName(edit.pod)} not ready`;
    case "delete":
      return `delete ${edit.objectKind} ${edit.object}`;
    case "set":
      return `set ${edit.path}=${edit.value} of ${fullName(edit.service)}`;
    case "apply":
      return `apply ${edit.name}`;
  }
}

/** A pod of the input, or one that only its endpoints name. */
function markNotReady(draft: Draft, name: string): void {
  const isIt = (pod: Pod) => idOf(pod) === name;
  const { cluster } = draft;
  const isEndpoint = cluster.endpointSlices.some((slice) =>
    sliceEndpoints(slice).some(({ targetRef }) => `${targetRef?.namespace ?? ""}/${targetRef?.name ?? ""}` === name),
  );
  if (!isEndpoint && !cluster.pods.some(isIt))
    return void draft.diagnostics.push(notFound("Pod", name, cluster.pods.map(idOf)));
  draft.fates.set(name, "not-ready");
  draft.cluster = { ...cluster, pods: cluster.pods.map((pod) => (isIt(pod) ? notReady(pod) : pod)) };
}

function notReady(pod: Pod): Pod {
  const others = pod.status?.conditions?.filter(({ type }) => type !== "Ready" && type !== "ContainersReady") ?? [];
  const conditions = [...others, { type: "Ready", status: "False" }, { type: "ContainersReady", status: "False" }];
  return { ...pod, status: { ...pod.status, conditions } };
}
