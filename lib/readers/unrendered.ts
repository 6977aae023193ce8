/** Sources that are no objects yet: what a program makes of them has to be made first. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Origin } from "../source/origin.js";
import type { Archive, Source } from "../source/source.js";
import { printable } from "../util/printable.js";
import { isRecord } from "../util/is-record.js";
import { hasYttLine } from "./ytt.js";

interface SourceKind {
  readonly what: string;
  /** The command whose output svcrules reads; `place`: quoted for a shell where it has to be. */
  readonly command: (place: string) => string;
  /** The command asks a cluster, and needs none of the files. */
  readonly isLive?: boolean;
  /** Of an object: its command takes the file that it is in, and not its name. */
  readonly takesFile?: boolean;
}

const HELM: SourceKind = { what: "a Helm chart", command: (dir) => `helm template ${dir} | svcrules compile -` };
const KUSTOMIZE: SourceKind = {
  what: "a kustomization",
  command: (dir) => `kubectl kustomize ${dir} | svcrules compile -`,
};
const KUSTOMIZE_WITH_HELM: SourceKind = {
  what: "a kustomization",
  command: (dir) => `kubectl kustomize --enable-helm ${dir} | svcrules compile -`,
};
const TANKA: SourceKind = { what: "Tanka", command: (dir) => `tk show ${dir} | svcrules compile -` };
const JSONNET: SourceKind = { what: "Jsonnet", command: (file) => `jsonnet -y ${file} | svcrules compile -` };
const CDK8S: SourceKind = { what: "a cdk8s app", command: () => "cdk8s synth --stdout | svcrules compile -" };
const YTT: SourceKind = { what: "a ytt template", command: (dir) => `ytt -f ${dir} | svcrules compile -` };
const COMPOSE: SourceKind = {
  what: "a Compose file",
  command: (file) => `kompose convert --stdout -f ${file} | svcrules compile -`,
};
const HELMFILE: SourceKind = {
  what: "a helmfile",
  command: (file) => `helmfile -f ${file} template | svcrules compile -`,
};
/** A program that speaks to the API server itself and prints no manifests. */
const applied = (what: string, apply: string): SourceKind => ({
  what,
  command: () => `kubectl get svc,pods,endpointslices,nodes -A -o json | svcrules compile -   (after ${apply})`,
  isLive: true,
});
const TERRAFORM = applied("Terraform", "terraform apply");
const PULUMI = applied("Pulumi", "pulumi up");

const OPENSHIFT_TEMPLATE: SourceKind = {
  what: "an OpenShift Template",
  command: (file) => `oc process --local --ignore-unknown-parameters -f ${file} -o yaml | svcrules compile -`,
  takesFile: true,
};
const MANIFEST_WORK = applied("objects for another cluster", "they are applied there");
const SYNC_SET = applied("objects that Hive applies to other clusters", "they are applied there");

/** Objects that stand for others, by API group and kind. */
const OBJECTS: Readonly<Record<string, SourceKind>> = {
  "kustomize.config.k8s.io/Kustomization": KUSTOMIZE,
  "kustomize.config.k8s.io/Component": KUSTOMIZE,
  "argoproj.io/Application": {
    what: "an Argo CD Application",
    command: (name) => `argocd app manifests ${name} | svcrules compile -`,
  },
  "argoproj.io/ApplicationSet": {
    what: "an Argo CD ApplicationSet",
    command: () => "argocd app manifests APPLICATION | svcrules compile -",
  },
  "helm.toolkit.fluxcd.io/HelmRelease": {
    what: "a Flux HelmRelease",
    command: (name) => `helm get manifest ${name} | svcrules compile -`,
  },
  "kustomize.toolkit.fluxcd.io/Kustomization": {
    what: "a Flux Kustomization",
    command: (name) => `flux build kustomization ${name} --path DIR | svcrules compile -`,
  },
  "helm.cattle.io/HelmChart": {
    what: "a HelmChart of k3s",
    command: (name) => `helm get manifest ${name} | svcrules compile -`,
  },
  "tanka.dev/Environment": TANKA,
  "template.openshift.io/Template": OPENSHIFT_TEMPLATE,
  "/Template": OPENSHIFT_TEMPLATE,
  "work.open-cluster-management.io/ManifestWork": MANIFEST_WORK,
  "work.karmada.io/Work": MANIFEST_WORK,
  "hive.openshift.io/SyncSet": SYNC_SET,
  "hive.openshift.io/SelectorSyncSet": SYNC_SET,
};

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/** A word for a POSIX shell; names of files and objects are anybody's. */
function shellWord(text: string): string {
  const word = text.startsWith("-") ? `./${text}` : text;
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Where the files of a source tree are: a path, in an archive maybe. */
interface Place {
  readonly path: string;
  readonly archive?: Archive | undefined;
}

const fileOf = ({ name, archive }: Source): Place => ({ path: name, archive });
const directoryOfFile = ({ name, archive }: Source): Place => ({ path: directoryOf(name), archive });

/** The kind's command for the place; what is in an archive has to be unpacked first. */
function commandFor(kind: SourceKind, { path, archive }: Place): string {
  if (kind.isLive || !archive) return kind.command(shellWord(path));
  const inside = kind.command(shellWord(path.slice(archive.name.length + 1) || "."));
  const unpack = archive.format === "zip" ? "unzip -q" : "tar -xf";
  return `${unpack} ${archive.name === STDIN ? "ARCHIVE" : shellWord(archive.name)} && ${inside}`;
}

/** The name of what is piped in. */
const STDIN = "<stdin>";

function unrendered(kind: SourceKind, place: Place, at: Diagnostic["at"]): Diagnostic {
  return {
    code: "unrendered-source",
    severity: "warning",
    message: `this is ${kind.what}, not objects yet; passed over`,
    at,
    notes: [`render it first: ${commandFor(kind, place)}`],
  };
}

const isKustomizationFile = (path: string) => /^(?:kustomization\.ya?ml|Kustomization)$/.test(baseName(path));

/** What a file is by its name alone: a part of a program's source tree. */
function kindOfFile(path: string): SourceKind | undefined {
  const name = baseName(path);
  if (name === "Chart.yaml") return HELM;
  if (name === "cdk8s.yaml") return CDK8S;
  if (name === "jsonnetfile.json") return TANKA;
  if (name.endsWith(".jsonnet")) return JSONNET;
  return name.endsWith(".tf") || name.endsWith(".tf.json") ? TERRAFORM : undefined;
}

/** True for files that are read in no case and tell that a tree is some program's source. */
export function tellsOfSource(path: string): boolean {
  return kindOfFile(path) !== undefined;
}

export interface SourceTrees {
  /** One for each chart, and for each directory of another program's files. */
  readonly diagnostics: readonly Diagnostic[];
  /** True for a file that is part of one. */
  readonly covers: (path: string) => boolean;
}

/** Finds the charts and other sources among the files of a tree, or an archive. `paths`: with "/" between names. */
export function findSourceTrees(paths: readonly string[], archive?: Archive): SourceTrees {
  const diagnostics: Diagnostic[] = [];
  const charts: string[] = [];
  const said = new Set<string>();
  for (const path of paths.filter((file) => baseName(file) === "Chart.yaml").sort()) {
    // A chart inside another is rendered with it.
    if (charts.some((chart) => path.startsWith(chart))) continue;
    const chart = `${directoryOf(path)}/`;
    charts.push(chart);
    const isPackage = archive?.format === "tar.gz" && isPackedChart(paths, chart, archive);
    const place = isPackage
      ? { path: archive.name === STDIN ? "CHART.tgz" : archive.name }
      : { path: directoryOf(path), archive };
    diagnostics.push(unrendered(HELM, place, { file: path }));
  }
  const inChart = (path: string) => charts.some((chart) => path.startsWith(chart));
  for (const path of [...paths].sort()) {
    const kind = inChart(path) ? undefined : kindOfFile(path);
    const directory = directoryOf(path);
    const key = `${kind?.what} ${directory}`;
    if (!kind || said.has(key)) continue;
    said.add(key);
    diagnostics.push(unrendered(kind, { path: kind === JSONNET ? path : directory, archive }, { file: path }));
  }
  return { diagnostics, covers: (path) => inChart(path) || tellsOfSource(path) };
}

/** True for the one directory of what `helm package` makes, which Helm reads as it is. */
function isPackedChart(paths: readonly string[], chart: string, { name }: Archive): boolean {
  const isAtTop = chart.startsWith(`${name}/`) && chart.indexOf("/", name.length + 1) === chart.length - 1;
  return isAtTop && paths.every((path) => path.startsWith(chart));
}

/** Says that an object stands for others, or is a kustomization of the files beside it; undefined for any other. */
export function unrenderedObject(
  fields: Record<string, unknown>,
  kind: string | undefined,
  apiVersion: string | undefined,
  origin: Origin,
): Diagnostic | undefined {
  if (isEncrypted(fields)) return encrypted(fields, kind, { origin: { ...origin, path: [] }, path: origin.path });
  const group = apiVersion?.slice(0, Math.max(0, apiVersion.lastIndexOf("/"))) ?? "";
  const found = Object.hasOwn(OBJECTS, `${group}/${kind}`) ? OBJECTS[`${group}/${kind}`] : undefined;
  const isUntyped = kind === undefined && apiVersion === undefined && isKustomizationFile(origin.source.name);
  const file = kind === undefined && apiVersion === undefined ? untypedFile(fields, origin.source.name) : undefined;
  if (file) return unrendered(file, fileOf(origin.source), { origin: { ...origin, path: [] }, path: origin.path });
  if (!found && !isUntyped) return undefined;
  const at = { origin: { ...origin, path: [] }, path: origin.path };
  if (!found || found === KUSTOMIZE) return kustomization(fields, origin.source, at);
  const metadata = fields["metadata"];
  const name = isRecord(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "NAME";
  const place = found === TANKA ? directoryOfFile(origin.source) : { path: name };
  const told = unrendered(found, found.takesFile ? fileOf(origin.source) : place, at);
  // A cluster that has it has what it stands for as well.
  return isRecord(metadata) && typeof metadata["uid"] === "string" ? { ...told, severity: "note" } : told;
}

/** Whether SOPS encrypted what is asked for, or what would tell it; of other kinds it encrypts what no rule needs. */
function isEncrypted({ sops, kind, spec }: Record<string, unknown>): boolean {
  if (!isRecord(sops) || typeof sops["mac"] !== "string") return false;
  return isCipher(kind) || (kind === "Service" && holdsCipher(spec, new Set()));
}

const isCipher = (value: unknown) => typeof value === "string" && value.startsWith("ENC[AES256_GCM,");

/** `seen`: values that several aliases stand for are looked at once. */
function holdsCipher(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return isCipher(value);
  seen.add(value);
  return Object.values(value).some((one) => holdsCipher(one, seen));
}

function encrypted({ metadata }: Record<string, unknown>, kind = "object", at: Diagnostic["at"]): Diagnostic {
  const name = isRecord(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "";
  return {
    code: "unrendered-source",
    severity: "error",
    message: `${isCipher(kind) ? "the object" : `${kind} ${name}`} is encrypted by SOPS: decrypt it first`,
    at,
    notes: ["run: sops --decrypt FILE | svcrules compile -"],
  };
}

/** What a file without kinds is by fields that it needs, and mostly its name. */
function untypedFile(fields: Record<string, unknown>, path: string): SourceKind | undefined {
  const name = baseName(path);
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(name) && isRecord(fields["services"])) return COMPOSE;
  if (/^helmfile.*\.ya?ml$/.test(name) && Array.isArray(fields["releases"])) return HELMFILE;
  return stateOf(fields, name);
}

/** What keeps its state or its plan in a file: `terraform show -json`, terraform.tfstate, `pulumi stack export`. */
function stateOf(fields: Record<string, unknown>, name: string): SourceKind | undefined {
  if (typeof fields["terraform_version"] === "string") return TERRAFORM;
  const isProject = /^Pulumi\.ya?ml$/.test(name) && fields["runtime"] !== undefined;
  const isStack = /^Pulumi\.[^/]+\.ya?ml$/.test(name) && isRecord(fields["config"]);
  const { deployment } = fields;
  const isExport = isRecord(deployment) && Array.isArray(deployment["resources"]) && isRecord(deployment["manifest"]);
  return isProject || isStack || isExport ? PULUMI : undefined;
}

/** Fields of a kustomization that change names, and so every name of a chain. */
const RENAMING = ["namespace", "namePrefix", "nameSuffix"] as const;

/** Other fields by which rules come out otherwise; images, annotations and generators of ConfigMaps change none. */
const CHANGING: readonly (readonly [fields: readonly string[], effect: string])[] = [
  [
    ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "vars", "transformers", "components"],
    "ports, types and selectors of Services may change",
  ],
  [["commonLabels", "labels"], "labels and selectors may change"],
  [["replicas"], "the number of pods changes"],
  [["helmCharts", "helmChartInflationGenerator", "generators"], "objects that it makes are not in the input"],
];
const FROM_CHARTS = ["helmCharts", "helmChartInflationGenerator"];

function kustomization(fields: Record<string, unknown>, source: Source, at: Diagnostic["at"]): Diagnostic {
  const told =
    [...effectsOf(fields), ...patchesLeftOut(source)].join("; ") || "what it makes of the files beside it is not known";
  const kind = FROM_CHARTS.some((field) => isFilled(fields[field])) ? KUSTOMIZE_WITH_HELM : KUSTOMIZE;
  return {
    code: "kustomization-not-applied",
    severity: "warning",
    message: `this kustomization is not applied; ${told}`,
    at,
    notes: [`build it first: ${commandFor(kind, directoryOfFile(source))}`],
  };
}

const MOST_NAMED = 3;

function patchesLeftOut({ patches = [] }: Source): string[] {
  if (patches.length === 0) return [];
  const named = patches.slice(0, MOST_NAMED).map(printable).join(", ");
  const rest = patches.length > MOST_NAMED ? `, and ${patches.length - MOST_NAMED} more` : "";
  const said =
    patches.length === 1
      ? "a file that it names as a patch is"
      : `${patches.length} files that it names as patches are`;
  return [`${said} left out (${named}${rest})`];
}

function effectsOf(fields: Record<string, unknown>): string[] {
  const effects: string[] = [];
  const renames = RENAMING.filter((field) => typeof fields[field] === "string" && fields[field] !== "");
  const told = renames.map((field) => `${field} ${JSON.stringify(fields[field])}`).join(", ");
  if (told !== "") effects.push(`${told}: the names of the objects beside it change, and with them every chain's`);
  for (const [names, effect] of CHANGING) {
    const used = names.filter((name) => isFilled(fields[name]));
    if (used.length > 0) effects.push(`${used.join(", ")}: ${effect}`);
  }
  const { resources, bases } = fields;
  const places = [resources, bases].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  if (places.some((place) => typeof place === "string" && REMOTE.test(place)))
    effects.push("resources of other places: they are not in the input");
  return effects;
}

/** "https://host/x.yaml", "github.com/owner/repository?ref=v1", "git@host:x" */
const REMOTE = /:\/\/|^git@|[?&]ref=|^(?:[\w-]+\.)+(?:com|org|io|dev|net)\//;

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isRecord(value) && Object.keys(value).length > 0;
}

const TEMPLATE =
  /\{\{-?\s*(?:\.|\$|\/\*|include\b|template\b|if\b|range\b|with\b|define\b|end\b|else\b|toYaml\b|[a-z]\w* [."$])/;
/** What YAML text that cannot be read is instead; `at`: where the text is. */
export function unrenderedText(text: string, source: Source, at: Diagnostic["at"]): Diagnostic | undefined {
  if (hasYttLine(text)) return unrenderedYtt(source, at);
  if (!TEMPLATE.test(text)) return undefined;
  const templates = source.name.indexOf("/templates/");
  const chart = templates >= 0 ? { path: source.name.slice(0, templates), archive: source.archive } : { path: "CHART" };
  const found = unrendered(HELM, chart, at);
  return { ...found, message: "this is a template ({{ ... }}), not an object yet; passed over" };
}

export function unrenderedYtt(source: Source, at: Diagnostic["at"]): Diagnostic {
  return unrendered(YTT, directoryOfFile(source), at);
}
