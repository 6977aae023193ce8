/** Sources that are no objects yet: what a program makes of them has to be made first. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Origin } from "../source/origin.js";
import { isRecord } from "../util/is-record.js";

interface SourceKind {
  readonly what: string;
  /** The command whose output svcrules reads; `place`: quoted for a shell where it has to be. */
  readonly command: (place: string) => string;
}

const HELM: SourceKind = { what: "a Helm chart", command: (dir) => `helm template ${dir} | svcrules compile -` };
const KUSTOMIZE: SourceKind = {
  what: "a kustomization",
  command: (dir) => `kubectl kustomize ${dir} | svcrules compile -`,
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
const TERRAFORM: SourceKind = {
  what: "Terraform",
  command: () => "kubectl get svc,pods,endpointslices,nodes -A -o json | svcrules compile -   (after terraform apply)",
};

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

function unrendered(kind: SourceKind, place: string, at: Diagnostic["at"]): Diagnostic {
  return {
    code: "unrendered-source",
    severity: "warning",
    message: `this is ${kind.what}, not objects yet; passed over`,
    at,
    notes: [`render it first: ${kind.command(shellWord(place))}`],
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
  return /\.tf(?:\.json)?$/.test(name) ? TERRAFORM : undefined;
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

/** Finds the charts and other sources among the files of a tree. `paths`: with "/" between names. */
export function findSourceTrees(paths: readonly string[]): SourceTrees {
  const diagnostics: Diagnostic[] = [];
  const charts: string[] = [];
  const said = new Set<string>();
  for (const path of paths.filter((file) => baseName(file) === "Chart.yaml").sort()) {
    const directory = directoryOf(path);
    // A chart inside another is rendered with it.
    if (charts.some((chart) => path.startsWith(chart))) continue;
    charts.push(`${directory}/`);
    diagnostics.push(unrendered(HELM, directory, { file: path }));
  }
  const inChart = (path: string) => charts.some((chart) => path.startsWith(chart));
  for (const path of [...paths].sort()) {
    const kind = inChart(path) ? undefined : kindOfFile(path);
    const directory = directoryOf(path);
    const key = `${kind?.what} ${directory}`;
    if (!kind || said.has(key)) continue;
    said.add(key);
    diagnostics.push(unrendered(kind, kind === JSONNET ? path : directory, { file: path }));
  }
  return { diagnostics, covers: (path) => inChart(path) || tellsOfSource(path) };
}

/** Says that an object stands for others, or is a kustomization of the files beside it; undefined for any other. */
export function unrenderedObject(
  fields: Record<string, unknown>,
  kind: string | undefined,
  apiVersion: string | undefined,
  origin: Origin,
): Diagnostic | undefined {
  const group = apiVersion?.slice(0, apiVersion.lastIndexOf("/")) ?? "";
  const found = Object.hasOwn(OBJECTS, `${group}/${kind}`) ? OBJECTS[`${group}/${kind}`] : undefined;
  const isUntyped = kind === undefined && apiVersion === undefined && isKustomizationFile(origin.source.name);
  const file = kind === undefined && apiVersion === undefined ? untypedFile(fields, origin.source.name) : undefined;
  if (file) return unrendered(file, origin.source.name, { origin: { ...origin, path: [] }, path: origin.path });
  if (!found && !isUntyped) return undefined;
  const at = { origin: { ...origin, path: [] }, path: origin.path };
  if (!found || found === KUSTOMIZE) return kustomization(fields, directoryOf(origin.source.name), at);
  const metadata = fields["metadata"];
  const name = isRecord(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "NAME";
  return unrendered(found, found === TANKA ? directoryOf(origin.source.name) : name, at);
}

/** What a file without kinds is by its name and a field that it needs. */
function untypedFile(fields: Record<string, unknown>, path: string): SourceKind | undefined {
  const name = baseName(path);
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(name) && isRecord(fields["services"])) return COMPOSE;
  return /^helmfile.*\.ya?ml$/.test(name) && Array.isArray(fields["releases"]) ? HELMFILE : undefined;
}

/** Fields of a kustomization that change names, and so every name of a chain. */
const RENAMING = ["namespace", "namePrefix", "nameSuffix"] as const;

function kustomization(fields: Record<string, unknown>, directory: string, at: Diagnostic["at"]): Diagnostic {
  const changes = RENAMING.filter((field) => typeof fields[field] === "string" && fields[field] !== "");
  const told = changes.map((field) => `${field} ${JSON.stringify(fields[field])}`).join(", ");
  const effect =
    changes.length > 0
      ? `${told}: the names of the objects beside it change, and with them every chain's`
      : "what it makes of the files beside it is not known";
  return {
    code: "kustomization-not-applied",
    severity: "warning",
    message: `this kustomization is not applied; ${effect}`,
    at,
    notes: [`build it first: ${KUSTOMIZE.command(shellWord(directory))}`],
  };
}

const TEMPLATE =
  /\{\{-?\s*(?:\.|\$|\/\*|include\b|template\b|if\b|range\b|with\b|define\b|end\b|else\b|toYaml\b|[a-z]\w* [."$])/;
const YTT_LINE = /^\s*#@(?:[ \t]|\/|overlay|data|load|def|if|for)/m;

/** What YAML text that cannot be read is instead; `at`: where the text is. */
export function unrenderedText(text: string, fileName: string, at: Diagnostic["at"]): Diagnostic | undefined {
  if (YTT_LINE.test(text)) return unrendered(YTT, directoryOf(fileName), at);
  if (!TEMPLATE.test(text)) return undefined;
  const templates = fileName.indexOf("/templates/");
  const chart = templates >= 0 ? fileName.slice(0, templates) : "CHART";
  const found = unrendered(HELM, chart, at);
  return { ...found, message: "this is a template ({{ ... }}), not an object yet; passed over" };
}
