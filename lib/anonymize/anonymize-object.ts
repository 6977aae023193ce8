/** API objects as JSON with every name, label, host and address in them replaced, and without what no answer needs. */
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import { Draft, Pieces, type Numbers } from "./pieces.js";
import { COREFILE_WORDS, FIELD_WORDS, LABEL_KEYS, PUBLIC_WORDS } from "./vocabulary.js";
import type { Renamer } from "./renamer.js";
import { joined, later, type Template } from "./template.js";

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

/** What becomes of a field, by its key: the piece of the key, as the first of an object and behind others, and texts in it. */
interface FieldPlan {
  readonly key: string;
  readonly first: number;
  readonly next: number;
  readonly texts: Numbers;
}

/** Writes objects into drafts. */
export class ObjectDrafter {
  readonly #renamer: Renamer;
  readonly #literal: Numbers;
  readonly #texts: ReturnType<typeof textKinds>;
  readonly #firstLabel: Numbers;
  readonly #nextLabel: Numbers;
  readonly #plans = new Map<string, FieldPlan>();
  #kind: unknown;

  constructor(renamer: Renamer, pieces: Pieces) {
    this.#renamer = renamer;
    this.#literal = pieces.kind((text) => text);
    this.#texts = textKinds(renamer, pieces);
    const key = (text: string) => labelKey(text, renamer);
    this.#firstLabel = pieces.kind(key, (text) => `${JSON.stringify(text)}:`);
    this.#nextLabel = pieces.kind(key, (text) => `,${JSON.stringify(text)}:`);
  }

  /** Adds what is kept of the object, with `before` in front of it; false: nothing is. */
  object(object: Fields, before: string, draft: Draft): boolean {
    const data = object["kind"] === "ConfigMap" ? keptData(object) : undefined;
    if (data?.length === 0) return false;
    draft.add(this.#literal(before));
    this.#kind = object["kind"];
    this.#fields(data ? { ...object, data: undefined } : object, draft, data);
    return true;
  }

  /** Adds any value; `key`: of the field that it is in. */
  value(key: string, value: unknown, draft: Draft): void {
    this.#value(this.#plan(key), value, draft);
  }

  #value(plan: FieldPlan, value: unknown, draft: Draft): void {
    if (typeof value === "string") draft.add(plan.texts(value));
    else if (value === null || typeof value !== "object") draft.add(this.#plain(value));
    else if (Array.isArray(value)) this.#list(value, draft, (own) => this.#value(plan, own, draft));
    else if (LABELS.has(plan.key) && isFlat(value)) this.#labels(value as Fields, draft);
    else if (plan.key === "targetRef" && this.#kind === "EndpointSlice")
      this.#fields(withoutUID(value as Fields), draft);
    else this.#fields(value as Fields, draft);
  }

  /** A number, a truth value or null; what JSON has not is null, too. */
  #plain(value: unknown): number {
    if (value === true) return this.#literal("true");
    if (value === false) return this.#literal("false");
    return this.#literal(typeof value === "object" ? "null" : (JSON.stringify(value) ?? "null"));
  }

  #list<T>(list: readonly T[], draft: Draft, each: (own: T) => void): void {
    draft.add(this.#literal("["));
    list.forEach((own, i) => {
      if (i > 0) draft.add(this.#literal(","));
      each(own);
    });
    draft.add(this.#literal("]"));
  }

  /** `data`: what is kept of a ConfigMap's. */
  #fields(given: Fields, draft: Draft, data?: readonly (readonly [string, string])[]): void {
    let isFirst = true;
    const start = (key: string): FieldPlan => {
      const plan = this.#plan(key);
      draft.add(isFirst ? plan.first : plan.next);
      isFirst = false;
      return plan;
    };
    draft.add(this.#literal("{"));
    for (const key of Object.keys(given)) {
      const value = given[key];
      if (value === undefined || DROPPED.has(key)) continue;
      const plan = start(key);
      if (key === "annotations") this.#annotations(value, draft);
      else this.#value(plan, value, draft);
    }
    for (const [key, flags] of keptFlags(given)) {
      start(key);
      this.#list(flags, draft, (own) => draft.add(this.#texts.flag(own)));
    }
    if (data) {
      start("data");
      this.#members(data, draft, this.#texts.settings);
    }
    draft.add(this.#literal("}"));
  }

  /** Labels of an object; the selector of a workload or a policy holds them deeper. */
  #labels(given: Fields, draft: Draft): void {
    draft.add(this.#literal("{"));
    Object.keys(given).forEach((key, i) => {
      const value = given[key];
      draft.add(i > 0 ? this.#nextLabel(key) : this.#firstLabel(key));
      draft.add(typeof value === "string" ? this.#texts.text(value) : this.#plain(value));
    });
    draft.add(this.#literal("}"));
  }

  #annotations(given: unknown, draft: Draft): void {
    const kept = Object.entries((given ?? {}) as Fields).filter(([key]) => ANNOTATIONS.test(key));
    this.#members(kept, draft, this.#texts.annotation);
  }

  /** An object whose keys are known words. */
  #members(members: readonly (readonly [string, unknown])[], draft: Draft, texts: Numbers): void {
    draft.add(this.#literal("{"));
    members.forEach(([key, value], i) => {
      draft.add(this.#literal(`${i > 0 ? "," : ""}${JSON.stringify(this.#renamer.stays(key))}:`));
      draft.add(typeof value === "string" ? texts(value) : this.#plain(value));
    });
    draft.add(this.#literal("}"));
  }

  #plan(key: string): FieldPlan {
    const known = this.#plans.get(key);
    if (known) return known;
    const isOpen = /[./]/.test(key);
    const made = {
      key,
      first: isOpen ? this.#firstLabel(key) : this.#literal(`${JSON.stringify(this.#renamer.stays(key))}:`),
      next: isOpen ? this.#nextLabel(key) : this.#literal(`,${JSON.stringify(key)}:`),
      texts: this.#textsOf(key),
    };
    this.#plans.set(key, made);
    return made;
  }

  #textsOf(key: string): Numbers {
    if (KEPT.has(key)) return this.#texts.kept;
    if (key === "image") return this.#texts.image;
    if (key === "key") return this.#texts.labelKey;
    return this.#texts.byField.get(key) ?? this.#texts.text;
  }
}

/** The ways in which a text in an object is replaced; what it becomes is a JSON string. */
function textKinds(renamer: Renamer, pieces: Pieces) {
  const kind = (template: (text: string) => Template) => pieces.kind(template, JSON.stringify);
  return {
    text: kind((text) => renamer.template(text)),
    kept: kind((text) => renamer.stays(text)),
    image: kind((text) => image(text, renamer)),
    labelKey: kind((text) => labelKey(text, renamer)),
    annotation: kind((text) => renamer.template(text, ANNOTATION_WORDS)),
    flag: kind((text) => flag(text, renamer)),
    settings: kind((text) => later(() => configuration(text, renamer))),
    byField: new Map(
      Object.entries(FIELD_WORDS).map(([key, words]) => [key, kind((text) => renamer.template(text, words))]),
    ),
  };
}

/** The texts of a ConfigMap that are kept, by key. */
function keptData(object: Fields): (readonly [string, string])[] {
  const { name } = (object["metadata"] ?? {}) as { name?: unknown };
  const keys = Object.entries(CONFIG_MAPS).find(([own]) => typeof name === "string" && name.startsWith(own))?.[1];
  const data = (object["data"] ?? {}) as Fields;
  return (keys ?? []).flatMap((key) => {
    const text = data[key];
    return typeof text === "string" ? [[key, text] as const] : [];
  });
}

function configuration(text: string, renamer: Renamer): string {
  if (!text.includes("apiVersion:")) return renamer.text(text.replace(/#.*$/gm, ""), COREFILE_WORDS);
  const parsed = parseYAMLText(text);
  if (!("values" in parsed)) return "";
  return parsed.values.map((value) => jsonOf(value, renamer)).join("\n---\n") + "\n";
}

/** A value with what is known now. */
function jsonOf(value: unknown, renamer: Renamer): string {
  const pieces = new Pieces();
  const draft = new Draft();
  new ObjectDrafter(renamer, pieces).value("", value, draft);
  return [...draft.chunks(pieces.settle())].join("");
}

/** Of pods that slices refer to nothing asks for more than the name, and most uids of a cluster are there. */
function withoutUID(reference: Fields): Fields {
  return { ...reference, uid: undefined };
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
  return PUBLIC_WORDS.has(program) ? renamer.stays(program + tag) : renamer.template(text.replace(/@.*$/, ""));
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
