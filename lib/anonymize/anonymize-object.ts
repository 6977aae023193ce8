/** An API object with every name, label, host and address in it replaced, and without what no answer needs. */
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import { COREFILE_WORDS, FIELD_WORDS, LABEL_KEYS, PUBLIC_WORDS } from "./vocabulary.js";
import type { Renamer } from "./renamer.js";

type Fields = Readonly<Record<string, unknown>>;

/** Say nothing of rules, and may hold anything. */
const DROPPED: ReadonlySet<string> = new Set([
  ...["origin", "simulated", "managedFields", "selfLink", "message", "env", "envFrom", "args", "command", "lifecycle"],
  ...["volumes", "volumeMounts", "volumeDevices", "volumesAttached", "volumesInUse", "volumeClaimTemplates", "images"],
  ...["imageID", "containerID", "imagePullSecrets", "securityContext", "tolerations", "affinity", "config"],
  ...[
    "topologySpreadConstraints",
    "startupProbe",
    "daemonEndpoints",
    "binaryData",
    "kernelVersion",
    "osImage",
    "containerRuntimeVersion",
    "bootID",
    "machineID",
    "systemUUID",
    "resources",
    "runtimeHandlers",
  ],
]);
/** What stands there is a word of the API, a version, or a number written as text. */
const KEPT: ReadonlySet<string> = new Set([
  ...["apiVersion", "kind", "resourceVersion", "kubeletVersion", "kubeProxyVersion"],
  ...["operatingSystem", "architecture", "bridgeInterface", "interfaceNamePrefix", "cpu"],
  ...["appProtocol", "kubernetesVersion", "gitVersion"],
]);
const LABELS: ReadonlySet<string> = new Set(["labels", "matchLabels", "selector", "nodeSelector"]);
const PUBLIC_DOMAIN = /(?:^|\.)(?:kubernetes|k8s|x-k8s)\.io$/;
/** Annotations that change answers. */
const ANNOTATIONS = new RegExp(
  "^(?:(?:service|endpoints|endpointslice)\\.kubernetes\\.io/|service\\.(?:alpha|beta)\\.kubernetes\\.io/" +
    "(?:load-balancer-source-ranges|tolerate-unready-endpoints)|control-plane\\.alpha\\.kubernetes\\.io/leader$)",
);
const ANNOTATION_WORDS: ReadonlySet<string> = new Set(["auto", "true", "false"]);
/** Programs of Kubernetes itself, whose flags tell how the cluster is set up. */
const COMPONENT = /(?:^|\/)(?:kube-proxy|kube-apiserver|kube-controller-manager)(?:[:@-]|$)/;
const FLAGS =
  /^--(?:proxy-mode|config|bind-address|hostname-override|cluster-cidr|detect-local-mode|nodeport-addresses|iptables-[a-z-]+|masquerade-all|ipvs-[a-z-]+|conntrack-tcp-be-liberal|service-cluster-ip-range|service-node-port-range|max-endpoints-per-slice|feature-gates|allocate-node-cidrs)(?:=|$)/;
/** ConfigMaps of which something is kept, with the keys. */
const CONFIG_MAPS: Readonly<Record<string, readonly string[]>> = {
  "kube-proxy": ["config.conf"],
  coredns: ["Corefile"],
  "kubeadm-config": ["ClusterConfiguration"],
};

/** The object as it is written; undefined when nothing of it is kept. */
export function anonymizeObject(object: Fields, renamer: Renamer): Fields | undefined {
  if (object["kind"] === "ConfigMap") return configMap(object, renamer);
  return fields(object, renamer);
}

function configMap(object: Fields, renamer: Renamer): Fields | undefined {
  const { name } = (object["metadata"] ?? {}) as { name?: unknown };
  const keys = Object.entries(CONFIG_MAPS).find(([own]) => typeof name === "string" && name.startsWith(own))?.[1];
  const data = (object["data"] ?? {}) as Fields;
  const kept = (keys ?? []).flatMap((key): [string, string][] => {
    const text = data[key];
    return typeof text === "string" ? [[renamer.stays(key), configuration(text, renamer)]] : [];
  });
  if (kept.length === 0) return undefined;
  return { ...fields({ ...object, data: undefined }, renamer), data: Object.fromEntries(kept) };
}

function configuration(text: string, renamer: Renamer): string {
  if (!text.includes("apiVersion:")) return renamer.text(text.replace(/#.*$/gm, ""), COREFILE_WORDS);
  const parsed = parseYAMLText(text);
  if (!("values" in parsed)) return "";
  return parsed.values.map((value) => JSON.stringify(leaf("", value, renamer))).join("\n---\n") + "\n";
}

function fields(given: Fields, renamer: Renamer): Fields {
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (DROPPED.has(key) || value === undefined) continue;
    if (key === "annotations") made[key] = annotations(value, renamer);
    else made[fieldKey(key, renamer)] = leaf(key, value, renamer);
  }
  return withFlags(given, made, renamer);
}

/** Keys of the API's structures stay; what has a dot or a slash is a key of a map. */
function fieldKey(key: string, renamer: Renamer): string {
  return /[./]/.test(key) ? labelKey(key, renamer) : renamer.stays(key);
}

function leaf(key: string, value: unknown, renamer: Renamer): unknown {
  if (typeof value === "string") return string(key, value, renamer);
  if (Array.isArray(value)) return value.map((own) => leaf(key, own, renamer));
  if (value === null || typeof value !== "object") return value;
  if (LABELS.has(key)) return labels(value as Fields, renamer);
  return fields(value as Fields, renamer);
}

function string(key: string, value: string, renamer: Renamer): string {
  if (KEPT.has(key)) return renamer.stays(value);
  if (key === "image") return image(value, renamer);
  if (key === "key") return labelKey(value, renamer);
  return renamer.text(value, FIELD_WORDS[key]);
}

/** Labels of an object; the selector of a workload or a policy holds them deeper. */
function labels(given: Fields, renamer: Renamer): Fields {
  if (Object.values(given).some((value) => typeof value === "object" && value !== null)) return fields(given, renamer);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      labelKey(key, renamer),
      typeof value === "string" ? renamer.text(value) : value,
    ]),
  );
}

function labelKey(key: string, renamer: Renamer): string {
  const slash = key.indexOf("/");
  if (slash < 0) return LABEL_KEYS.has(key) ? renamer.stays(key) : renamer.text(key);
  const [domain, name] = [key.slice(0, slash), key.slice(slash + 1)];
  if (!PUBLIC_DOMAIN.test(domain)) return `${renamer.text(domain)}/${renamer.text(name)}`;
  const isOpen = domain.startsWith("node-role.") && name !== "control-plane" && name !== "master";
  return isOpen ? `${renamer.stays(domain)}/${renamer.text(name)}` : renamer.stays(key);
}

function annotations(given: unknown, renamer: Renamer): Fields {
  const kept = Object.entries((given ?? {}) as Fields).filter(([key]) => ANNOTATIONS.test(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      renamer.stays(key),
      typeof value === "string" ? renamer.text(value, ANNOTATION_WORDS) : value,
    ]),
  );
}

/** The program's name and version where the program is a public one. */
function image(text: string, renamer: Renamer): string {
  const [, program = "", tag = ""] = /(?:^|\/)([^/:@]+)(:[^/@]+)?(?:@.*)?$/.exec(text) ?? [];
  return PUBLIC_WORDS.has(program) ? renamer.stays(program + tag) : renamer.text(text.replace(/@.*$/, ""));
}

function withFlags(given: Fields, made: Record<string, unknown>, renamer: Renamer): Fields {
  const { name, image: own } = given;
  if (![name, own].some((text) => typeof text === "string" && COMPONENT.test(text))) return made;
  for (const key of ["command", "args"]) {
    const list = given[key];
    if (!Array.isArray(list)) continue;
    made[key] = list.flatMap((flag: unknown) => {
      if (typeof flag !== "string") return [];
      if (!FLAGS.test(flag)) return PUBLIC_WORDS.has(flag) ? [flag] : [];
      const equals = flag.indexOf("=");
      if (equals < 0) return [renamer.stays(flag)];
      const isOpen = /^--(?:config|hostname-override|.*(?:cidr|range|address(?:es)?))=/.test(flag);
      if (!isOpen) return [renamer.stays(flag)];
      return [renamer.stays(flag.slice(0, equals + 1)) + renamer.text(flag.slice(equals + 1))];
    });
  }
  return made;
}
