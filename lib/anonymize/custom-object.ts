/** What answers need of an object of an extension: the pods that it stands for, or that something else programs Services. */
import { otherProxyOfObject } from "../cluster/collect-other-proxy.js";
import { createCustomKinds } from "../cluster/collect-custom-kinds.js";
import { findLabelMaps } from "../cluster/trim/label-maps.js";
import type { RawObject } from "../readers/index.js";
import { isRecord } from "../util/is-record.js";

type Fields = Readonly<Record<string, unknown>>;

/** Of a workload's own fields; the template holds the rest. */
const WORKLOAD_FIELDS = ["replicas", "parallelism", "suspend", "serviceName", "ordinals", "selector", "template"];
/** Fields that tell of another proxy than kube-proxy. */
const PROXY_FIELDS = ["networkType", "defaultNetwork", "deployKubeProxy", "bpfEnabled"];

const only = (fields: unknown, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.flatMap((key) => (isRecord(fields) && key in fields ? [[key, fields[key]]] : [])));

/** What is kept of an object. */
export interface NeededObject {
  readonly fields: Fields;
  /** Its kind and group are Kubernetes' own, or of a program that everybody can have. */
  readonly isPublic: boolean;
}

/** What is kept of an object of a kind that is not Kubernetes' own; undefined: nothing. */
export function neededOfCustom(object: RawObject, group: string): NeededObject | undefined {
  const { apiVersion, kind, metadata } = object;
  const { spec, status } = object as unknown as Fields;
  const head = { apiVersion, kind, metadata };
  if (otherProxyOfObject(object, group))
    return {
      fields: {
        ...head,
        spec: proxyFields(spec),
        ...(isRecord(status) && { status: only(status, ["networkType"]) }),
      },
      isPublic: true,
    };
  const kept = createCustomKinds(false).find(object, group);
  if (kept?.list === "workloads") return { fields: { ...head, spec: only(spec, WORKLOAD_FIELDS) }, isPublic: false };
  const maps = kept ? findLabelMaps(spec).map(({ labels }) => labels) : [];
  return maps.length > 0 ? { fields: { ...head, spec: { labels: maps } }, isPublic: false } : undefined;
}

function proxyFields(spec: unknown): Fields {
  const { defaultNetwork, ...own } = only(spec, PROXY_FIELDS);
  return isRecord(defaultNetwork) ? { ...own, defaultNetwork: only(defaultNetwork, ["type"]) } : own;
}
