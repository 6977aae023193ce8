/** API objects as JSON with every name, label, host and address in them replaced, and without what no answer needs. */
import { CHECKS } from "../doctor/checks/index.js";
import { allFieldNames, tableOfKind } from "../cluster/validate/schema/field-tables.js";
import { fieldsOfLines } from "../dns/dns-config.js";
import { isRecord } from "../util/is-record.js";
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import { Draft, Pieces, type Numbers } from "./pieces.js";
import { COREFILE_WORDS, FIELD_WORDS, LABEL_KEYS, PUBLIC_WORDS } from "./vocabulary.js";
import type { Renamer } from "./renamer.js";
import { joined, later, type StandIn, type Template } from "./template.js";

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
    "overhead",
    "runtimeHandlers",
  ],
]);
const VERSION = /^v?\d+(?:\.\d+)*/;
/** Behind a version: of a release of Kubernetes itself, or of a distribution that everybody can have. */
const VERSION_BEHIND =
  /^(?:[-+.](?:(?:alpha|beta|rc|gke|vmware|eksbuild)\.\d+|\d{1,3}|minimal|eks-[\da-f]+|k3s\d+|rke2r\d+|k0s(?:\.\d+)?|dirty))*$/i;
const PUBLIC_DOMAIN = /(?:^|\.)(?:kubernetes|k8s|x-k8s)\.io$/;
const isOfPublicDomain = (text: string) => PUBLIC_DOMAIN.test(text.slice(0, text.indexOf("/")));
/** Fields with a word of the API, a version, or a number written as text, with how such a text is told from others. */
const KEPT: Readonly<Record<string, (text: string) => boolean>> = {
  apiVersion: (text) => /^(?:[a-z]+\/)?v\d\w*$/.test(text) || isOfPublicDomain(text),
  kind: (text) => PUBLIC_WORDS.has(text),
  appProtocol: (text) => !/[./]/.test(text) || isOfPublicDomain(text),
  resourceVersion: (text) => /^\d+$/.test(text),
  cpu: (text) => /^[\d.]+m?$/.test(text),
  operatingSystem: (text) => PUBLIC_WORDS.has(text),
  architecture: (text) => /^(?:amd64|arm|arm64|386|s390x|ppc64le|riscv64)$/.test(text),
  bridgeInterface: () => true,
  interfaceNamePrefix: () => true,
};
/** Of a version that is not public only the numbers are kept. */
const VERSIONS: ReadonlySet<string> = new Set([
  "kubeletVersion",
  "kubeProxyVersion",
  "kubernetesVersion",
  "gitVersion",
]);
const LABELS: ReadonlySet<string> = new Set([
  "labels",
  "matchLabels",
  "selector",
  "nodeSelector",
  "deprecatedTopology",
]);
/** Annotations that change answers. */
const ANNOTATIONS = new RegExp(
  "^(?:(?:service|endpoints|endpointslice)\\.kubernetes\\.io/|service\\.(?:alpha|beta)\\.kubernetes\\.io/" +
    "(?:load-balancer-source-ranges|tolerate-unready-endpoints)|control-plane\\.alpha\\.kubernetes\\.io/leader$|" +
    "helm\\.sh/hook$|argocd\\.argoproj\\.io/hook$|svcrules\\.dev/ignore$|" +
    "(?:service\\.beta\\.kubernetes\\.io|load-balancer\\.hetzner\\.cloud|loadbalancer\\.openstack\\.org)/[-a-z]*proxy-?protocol[-a-z\\d]*$)",
);
const ANNOTATION_WORDS: ReadonlySet<string> = new Set([
  ...["auto", "true", "false", "enabled", "none", "off", "v1", "v2"],
  ...["test", "test-success", "test-failure", "crd-install"],
  ...["pre", "post"].flatMap((when) => ["install", "upgrade", "rollback", "delete"].map((what) => `${when}-${what}`)),
  ...["PreSync", "Sync", "PostSync", "SyncFail", "PostDelete", "Skip"],
  ...CHECKS.map(({ id }) => id),
]);
/** Programs of Kubernetes itself, whose flags tell how the cluster is set up. */
const COMPONENT = /(?:^|\/)(?:kube-proxy|kube-apiserver|kube-controller-manager)(?:[:@-]|$)/;
const FLAGS =
  /^--(?:proxy-mode|config|bind-address|hostname-override|cluster-cidr|detect-local-mode|nodeport-addresses|iptables-[a-z-]+|masquerade-all|ipvs-[a-z-]+|conntrack-tcp-be-liberal|service-cluster-ip-range|service-node-port-range|max-endpoints-per-slice|feature-gates|allocate-node-cidrs)(?:=|$)/;
/** ConfigMaps of which something is kept, with the keys. */
const CONFIG_MAPS: Readonly<Record<string, readonly string[]>> = {
  "kube-proxy": ["config.conf", "config"],
  "proxy-config": ["kube-proxy-config.yaml"],
  coredns: ["Corefile"],
  "kubeadm-config": ["ClusterConfiguration"],
  "kubelet-config": ["kubelet"],
  "cilium-config": ["kube-proxy-replacement"],
};

/** Keys of a Node's capacity. */
const RESOURCES = ["cpu", "memory", "pods", "ephemeral-storage", "hugepages-1gi", "hugepages-2mi"];
let fieldNames: ReadonlySet<string> | undefined;
/** In large or small letters, since that is how fields are misspelt. */
function isField(key: string): boolean {
  fieldNames ??= new Set([...allFieldNames(), ...RESOURCES]);
  return fieldNames.has(key.toLowerCase());
}

/** What becomes of a field, by its key. */
interface FieldPlan {
  readonly key: string;
  readonly isDropped: boolean;
  /** Its flags may be kept although it is dropped. */
  readonly hasFlags: boolean;
  readonly hasLabels: boolean;
  /** Texts in it are few. */
  readonly isFixed: boolean;
  /** The pieces of the key, as the first of an object and behind others. */
  readonly first: KeyPieces;
  readonly next: KeyPieces;
  readonly texts: Numbers;
}

/** A key: what stands in front of it, itself and what stands behind it; one piece where it is the same each time. */
type KeyPieces = readonly number[];

/** Writes objects into drafts. */
export class ObjectDrafter {
  readonly #renamer: Renamer;
  readonly #pieces: Pieces;
  readonly #literal: Numbers;
  readonly #marks: Marks;
  readonly #texts: ReturnType<typeof textKinds>;
  readonly #plans = { any: new Map<string, FieldPlan>(), known: new Map<string, FieldPlan>() };
  readonly #numbers = new Map<unknown, number>();
  #kind: unknown;
  /** The fields of the object's kind are in tables, so that others are somebody's own. */
  #hasTable = false;

  constructor(renamer: Renamer, pieces: Pieces) {
    this.#renamer = renamer;
    this.#pieces = pieces;
    this.#literal = pieces.literal;
    this.#marks = marksOf(pieces);
    this.#texts = textKinds(renamer, pieces);
  }

  /** Adds what is kept of the object, with `before` in front of it; false: nothing is. `isPublic`: its kind and group are. */
  object(object: Fields, before: string, draft: Draft, isPublic = true): boolean {
    const data = object["kind"] === "ConfigMap" ? keptData(object) : undefined;
    if (data?.length === 0) return false;
    draft.addFixed(this.#literal(before));
    const { apiVersion, kind } = object;
    this.#kind = kind;
    const isChecked =
      typeof apiVersion === "string" && typeof kind === "string" && tableOfKind(apiVersion, kind) !== undefined;
    this.#hasTable = isChecked || !isPublic;
    this.#fields(data ? { ...object, data: undefined } : object, draft, { data, isWhole: isPublic });
    return true;
  }

  /** Adds a document of a configuration. */
  document(value: unknown, draft: Draft): void {
    if (isRecord(value)) this.#fields(value, draft, { isWhole: true });
    else this.#value(this.#plan(""), value, draft);
  }

  #value(plan: FieldPlan, value: unknown, draft: Draft): void {
    if (typeof value === "string") this.#text(plan.texts(value), draft, plan.isFixed);
    else if (value === null || typeof value !== "object") this.#plain(value, draft);
    else if (Array.isArray(value)) this.#list(value, draft, (own) => this.#value(plan, own, draft));
    else if (plan.hasLabels && isFlat(value)) this.#labels(value as Fields, draft);
    // Of pods that slices refer to nothing asks for more than the name, and most uids of a cluster are there.
    else if (plan.key === "targetRef" && this.#kind === "EndpointSlice")
      this.#fields(value as Fields, draft, { without: "uid" });
    else this.#fields(value as Fields, draft);
  }

  #text(piece: number, draft: Draft, isFixed = false): void {
    draft.addFixed(this.#marks.quote);
    if (isFixed && this.#pieces.isFixed(piece)) draft.addFixed(piece);
    else draft.add(piece);
    draft.addFixed(this.#marks.quote);
  }

  /** A number, a truth value or null; what JSON has not is null, too. */
  #plain(value: unknown, draft: Draft): void {
    if (value === true) return draft.addFixed(this.#marks.true);
    if (value === false) return draft.addFixed(this.#marks.false);
    if (typeof value !== "number") return draft.addFixed(this.#marks.null);
    let piece = this.#numbers.get(value);
    if (piece === undefined) this.#numbers.set(value, (piece = this.#literal(JSON.stringify(value))));
    draft.add(piece);
  }

  #list<T>(list: readonly T[], draft: Draft, each: (own: T) => void): void {
    draft.addFixed(this.#marks.openList);
    for (let i = 0; i < list.length; i++) {
      if (i > 0) draft.addFixed(this.#marks.comma);
      each(list[i]!);
    }
    draft.addFixed(this.#marks.closeList);
  }

  #fields(given: Fields, draft: Draft, { data, without, isWhole }: Around = {}): void {
    let isFirst = true;
    let hasFlags = false;
    const start = ({ first, next }: Pick<FieldPlan, "first" | "next">) => {
      this.#key(isFirst ? first : next, draft);
      isFirst = false;
    };
    draft.addFixed(this.#marks.open);
    for (const key of Object.keys(given)) {
      const value = given[key];
      if (value === undefined || key === without) continue;
      const plan = this.#plan(key);
      if (plan.isDropped) {
        hasFlags ||= plan.hasFlags;
        continue;
      }
      start(plan);
      if (key === "annotations") this.#annotations(value, draft);
      // Its own kind is one that answers need, unlike that of what it refers to.
      else if (isWhole && plan.isFixed && typeof value === "string") this.#text(this.#texts.kept(value), draft, true);
      else this.#value(plan, value, draft);
    }
    for (const [key, flags] of hasFlags ? keptFlags(given) : []) {
      start(this.#keys(key));
      this.#list(flags, draft, (own) => this.#text(this.#texts.flag(own), draft));
    }
    if (data) {
      start(this.#plan("data"));
      const { settings, words } = this.#texts;
      this.#members(data, draft, (key) => (NOT_YAML.has(key) ? words : settings));
    }
    draft.addFixed(this.#marks.close);
  }

  #key(pieces: KeyPieces, draft: Draft): void {
    for (let i = 0; i < pieces.length; i++)
      if (this.#pieces.isFixed(pieces[i]!)) draft.addFixed(pieces[i]!);
      else draft.add(pieces[i]!);
  }

  /** Labels of an object; the selector of a workload or a policy holds them deeper. */
  #labels(given: Fields, draft: Draft): void {
    draft.addFixed(this.#marks.open);
    let isFirst = true;
    for (const key of Object.keys(given)) {
      const value = given[key];
      if (!isFirst) draft.addFixed(this.#marks.comma);
      isFirst = false;
      this.#text(this.#texts.labelKey(key), draft);
      draft.addFixed(this.#marks.colon);
      if (typeof value === "string") this.#text(this.#texts.text(value), draft);
      else this.#plain(value, draft);
    }
    draft.addFixed(this.#marks.close);
  }

  #annotations(given: unknown, draft: Draft): void {
    const kept = Object.entries((given ?? {}) as Fields).filter(([key]) => ANNOTATIONS.test(key));
    this.#members(kept, draft, () => this.#texts.annotation);
  }

  /** An object whose keys are known words. */
  #members(members: readonly (readonly [string, unknown])[], draft: Draft, textsOf: (key: string) => Numbers): void {
    draft.addFixed(this.#marks.open);
    members.forEach(([key, value], i) => {
      draft.add(this.#literal(`${i > 0 ? "," : ""}${JSON.stringify(this.#renamer.stays(key))}:`));
      if (typeof value === "string") this.#text(textsOf(key)(value), draft);
      else this.#plain(value, draft);
    });
    draft.addFixed(this.#marks.close);
  }

  #plan(key: string): FieldPlan {
    const plans = this.#hasTable ? this.#plans.known : this.#plans.any;
    const known = plans.get(key);
    if (known) return known;
    const isDropped = DROPPED.has(key);
    const made: FieldPlan = {
      key,
      isDropped,
      hasFlags: key === "command" || key === "args",
      hasLabels: LABELS.has(key),
      isFixed: key === "kind" || key === "apiVersion",
      ...(isDropped ? { first: [], next: [] } : this.#keys(key)),
      texts: this.#textsOf(key),
    };
    plans.set(key, made);
    return made;
  }

  #keys(key: string): Pick<FieldPlan, "first" | "next"> {
    const pieces = (before: string) => {
      const stays = !/[./]/.test(key) && (!this.#hasTable || isField(key));
      if (stays) return [this.#literal(`${before}${JSON.stringify(this.#renamer.stays(key))}:`)];
      return [this.#literal(`${before}"`), this.#texts.labelKey(key), this.#literal('":')];
    };
    return { first: pieces(""), next: pieces(",") };
  }

  #textsOf(key: string): Numbers {
    if (VERSIONS.has(key)) return this.#texts.version;
    if (key === "image") return this.#texts.image;
    if (key === "key") return this.#texts.labelKey;
    return this.#texts.byField.get(key) ?? this.#texts.text;
  }
}

/** The pieces that JSON is made of. */
type Marks = ReturnType<typeof marksOf>;
function marksOf({ literal }: Pieces) {
  return {
    ...{ quote: literal('"'), comma: literal(","), colon: literal(":") },
    ...{ open: literal("{"), close: literal("}"), openList: literal("["), closeList: literal("]") },
    ...{ true: literal("true"), false: literal("false"), null: literal("null") },
  };
}

/** The ways in which a text in an object is replaced; what it becomes stands between quotes in JSON. */
function textKinds(renamer: Renamer, pieces: Pieces) {
  const kind = (template: (text: string) => Template, whole?: (text: string) => StandIn | undefined) =>
    pieces.kind(template, escaped, whole);
  return {
    text: kind(
      (text) => renamer.template(text),
      (text) => renamer.whole(text),
    ),
    kept: kind((text) => renamer.stays(text)),
    version: kind((text) => renamer.stays(publicVersion(text))),
    image: kind((text) => image(text, renamer)),
    labelKey: kind((text) => labelKey(text, renamer)),
    annotation: kind((text) => renamer.template(text, ANNOTATION_WORDS)),
    flag: kind((text) => flag(text, renamer)),
    settings: kind((text) => later(() => escaped(configuration(text, renamer)))),
    words: kind((text) => later(() => escaped(renamer.text(text.replace(/#.*$/gm, ""), COREFILE_WORDS)))),
    byField: new Map([
      ...Object.entries(FIELD_WORDS).map(
        ([key, words]) => [key, kind((text) => renamer.template(text, words))] as const,
      ),
      ...Object.entries(KEPT).map(
        ([key, isPublic]) =>
          [key, kind((text) => (isPublic(text) ? renamer.stays(text) : renamer.template(text)))] as const,
      ),
    ]),
  };
}

function publicVersion(text: string): string {
  const numbers = VERSION.exec(text)?.[0] ?? "";
  return VERSION_BEHIND.test(text.slice(numbers.length)) ? text : numbers;
}

/** As a JSON string without its quotes. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

type KeptData = readonly (readonly [string, string])[];

interface Around {
  /** What is kept of a ConfigMap's. */
  readonly data?: KeptData | undefined;
  /** A field that is left out. */
  readonly without?: string;
  /** The fields are an object's own. */
  readonly isWhole?: boolean;
}

/** The texts of a ConfigMap that are kept, by key. */
function keptData(object: Fields): KeptData {
  const { name } = (object["metadata"] ?? {}) as { name?: unknown };
  const keys = Object.entries(CONFIG_MAPS).find(([own]) => typeof name === "string" && name.startsWith(own))?.[1];
  const data = (object["data"] ?? {}) as Fields;
  return (keys ?? []).flatMap((key) => {
    const text = data[key];
    return typeof text === "string" ? [[key, text] as const] : [];
  });
}

/** Of the keys in CONFIG_MAPS. */
const NOT_YAML: ReadonlySet<string> = new Set(["Corefile", "kube-proxy-replacement"]);
/** Stands in front of what is told of a text that is no YAML, and is none itself, since an error answers the original, too. */
const BROKEN = "[ left out: this was no YAML\n";

function configuration(text: string, renamer: Renamer): string {
  const parsed = parseYAMLText(text);
  if ("values" in parsed) return parsed.values.map((value) => jsonOf(value, renamer)).join("\n---\n") + "\n";
  const { clusterDomain, networking, clusterDNS } = fieldsOfLines(text);
  const lines = [
    ...(clusterDomain === undefined ? [] : [`clusterDomain: ${jsonOf(clusterDomain, renamer)}\n`]),
    ...(isRecord(networking) ? [`dnsDomain: ${jsonOf(networking["dnsDomain"], renamer)}\n`] : []),
    ...(clusterDNS === undefined ? [] : [`clusterDNS: ${jsonOf(clusterDNS, renamer)}\n`]),
  ];
  return BROKEN + lines.join("");
}

/** A value with what is known now. */
function jsonOf(value: unknown, renamer: Renamer): string {
  const pieces = new Pieces();
  const draft = new Draft(pieces);
  new ObjectDrafter(renamer, pieces).document(value, draft);
  draft.end();
  return [...draft.chunks(pieces.settle())].join("");
}

function isFlat(labels: object): boolean {
  return Object.values(labels).every((value) => typeof value !== "object" || value === null);
}

function labelKey(key: string, renamer: Renamer): Template {
  const slash = key.indexOf("/");
  if (slash < 0) return LABEL_KEYS.has(key) ? renamer.stays(key) : renamer.template(key);
  const [domain, name] = [key.slice(0, slash), key.slice(slash + 1)];
  if (!PUBLIC_DOMAIN.test(domain)) return joined(renamer.template(domain), "/", renamer.template(name));
  const isOpen = domain.startsWith("node-role.") && name !== "control-plane" && name !== "master";
  return isOpen ? joined(`${renamer.stays(domain)}/`, renamer.template(name)) : renamer.stays(key);
}

/** The program's name and version where the program is a public one. */
function image(text: string, renamer: Renamer): Template {
  const [, program = "", tag = ""] = /(?:^|\/)([^/:@]+)(:[^/@]+)?(?:@.*)?$/.exec(text) ?? [];
  if (!PUBLIC_WORDS.has(program)) return renamer.template(text.replace(/@.*$/, ""));
  const version = publicVersion(tag.slice(1));
  return renamer.stays(version === "" ? program : `${program}:${version}`);
}

/** Of the arguments of Kubernetes' own programs, those that tell how the cluster is set up. */
function* keptFlags(given: Fields): Generator<readonly [key: string, flags: readonly string[]]> {
  const lists = ["command", "args"].filter((key) => Array.isArray(given[key]));
  if (lists.length === 0) return;
  if (![given["name"], given["image"]].some((text) => typeof text === "string" && COMPONENT.test(text))) return;
  const isKept = (flag: unknown) => typeof flag === "string" && (FLAGS.test(flag) || PUBLIC_WORDS.has(flag));
  for (const key of lists) yield [key, (given[key] as unknown[]).filter(isKept) as string[]];
}

function flag(text: string, renamer: Renamer): Template {
  if (!FLAGS.test(text)) return text;
  const isOpen = /^--(?:config|hostname-override|.*(?:cidr|range|address(?:es)?))=/.test(text);
  if (!isOpen) return renamer.stays(text);
  const value = text.indexOf("=") + 1;
  return joined(renamer.stays(text.slice(0, value)), renamer.template(text.slice(value)));
}
