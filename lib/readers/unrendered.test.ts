import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Archive, type Source, sourceFromText } from "../source/source.js";
import { isWantedFile } from "./dump-layout.js";
import { readSource } from "./read-source.js";
import { findSourceTrees } from "./unrendered.js";

function read(name: string, text: string): { objects: string[]; found: Diagnostic[] } {
  const objects: string[] = [];
  const found: Diagnostic[] = [];
  readSource(sourceFromText(name, text), {
    object: ({ kind }) => void objects.push(kind),
    diagnostic: (diagnostic) => void found.push(diagnostic),
  });
  return { objects, found };
}

const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
const head = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: shop}\n`;

describe("objects that stand for others", () => {
  test.each([
    ["argoproj.io/v1alpha1", "Application", "argocd app manifests shop"],
    ["argoproj.io/v1alpha1", "ApplicationSet", "argocd app manifests APPLICATION"],
    ["helm.toolkit.fluxcd.io/v2", "HelmRelease", "helm get manifest shop"],
    ["kustomize.toolkit.fluxcd.io/v1", "Kustomization", "flux build kustomization shop"],
    ["tanka.dev/v1alpha1", "Environment", "tk show env"],
    ["helm.cattle.io/v1", "HelmChart", "helm get manifest shop"],
    ["template.openshift.io/v1", "Template", "oc process --local --ignore-unknown-parameters -f env/a.yaml -o yaml"],
    ["v1", "Template", "oc process --local --ignore-unknown-parameters -f env/a.yaml -o yaml"],
    ["work.open-cluster-management.io/v1", "ManifestWork", "(after they are applied there)"],
    ["hive.openshift.io/v1", "SelectorSyncSet", "(after they are applied there)"],
  ])("%s %s is told with its command, once, and the rest is read", (apiVersion, kind, command) => {
    const { objects, found } = read("env/a.yaml", `${head(apiVersion, kind)}---\n${service}`);
    expect(objects).toEqual(["Service"]);
    expect(found.map((d) => [d.code, d.severity])).toEqual([["unrendered-source", "warning"]]);
    expect(found[0]!.notes!.join()).toContain(`${command}`);
    expect(found[0]!.notes!.join()).toContain("| svcrules compile -");
  });

  test.each([
    ["argoproj.io/v1alpha1", "Rollout"],
    ["example.com/v1", "Application"],
    ["example.com/v1", "Template"],
    ["helm.toolkit.fluxcd.io/v2", "Other"],
    ["v1", "toString"],
  ])("%s %s is an object like any other", (apiVersion, kind) => {
    expect(read("a.yaml", head(apiVersion, kind))).toEqual({ objects: [kind], found: [] });
  });

  test("of one that a cluster has it is a note: what it stands for is there too", () => {
    const live = head("template.openshift.io/v1", "Template").replace("{name: shop}", "{name: shop, uid: u1}");
    expect(read("a.yaml", live).found.map(({ severity }) => severity)).toEqual(["note"]);
  });

  test("a name that a shell would read otherwise is quoted", () => {
    const { found } = read("a.yaml", 'apiVersion: argoproj.io/v1\nkind: Application\nmetadata: {name: "x;\'$(id)"}\n');
    expect(found[0]!.notes![0]).toContain(`manifests 'x;'\\''$(id)' |`);
  });
});

test.each(["k/Kustomization", "kustomization.yml"])("%s is looked at in a directory, and told", (name) => {
  expect(isWantedFile(name)).toBe(true);
  expect(read(name, "resources: [svc.yaml]\n").found.map(({ code }) => code)).toEqual(["kustomization-not-applied"]);
});

describe("a kustomization", () => {
  const renames = "namespace: prod\nnamePrefix: eu-\nresources: [svc.yaml]\n";

  test.each([
    ["with kind", `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${renames}`],
    ["without kind", renames],
  ])("%s names what it changes, and the command that builds it", (_, text) => {
    const { objects, found } = read("kz/kustomization.yaml", text);
    expect(objects).toEqual([]);
    expect(found.map((d) => [d.code, d.severity])).toEqual([["kustomization-not-applied", "warning"]]);
    expect(found[0]!.message).toContain('namespace "prod", namePrefix "eu-"');
    expect(found[0]!.notes![0]).toBe("build it first: kubectl kustomize kz | svcrules compile -");
  });

  test.each([
    [
      "patches: [{path: p.yaml}]\ncomponents: [../c]\n",
      "patches, components: ports, types and selectors of Services may",
    ],
    ["patchesJson6902: [{path: p.yaml}]\n", "patchesJson6902: ports, types and selectors of Services may change"],
    ["labels: [{pairs: {a: b}, includeSelectors: true}]\n", "labels: labels and selectors may change"],
    [
      "commonLabels: {a: b}\nreplicas: [{name: web, count: 3}]\n",
      "selectors may change; replicas: the number of pods changes",
    ],
    ["resources: [svc.yaml, https://example.com/a.yaml]\n", "resources of other places: they are not in the input"],
    ["resources: [github.com/a/b?ref=v1]\n", "resources of other places"],
    [
      "resources: [svc.yaml, ../base]\npatches: []\nimages: [{name: x, newTag: y}]\n",
      "what it makes of the files beside it is not",
    ],
  ])("tells by which of its fields rules come out otherwise: %j", (text, words) => {
    const [told] = read("kz/kustomization.yaml", text).found;
    expect(told!.message).toContain(words);
    expect(told!.notes![0]).toBe("build it first: kubectl kustomize kz | svcrules compile -");
  });

  test("with charts is built with Helm", () => {
    const [told] = read("kz/kustomization.yaml", "helmCharts: [{name: web}]\n").found;
    expect(told!.message).toContain("helmCharts: objects that it makes are not in the input");
    expect(told!.notes![0]).toBe("build it first: kubectl kustomize --enable-helm kz | svcrules compile -");
  });

  test("without kind counts by its file's name only", () => {
    expect(read("kz/values.yaml", renames).found.map((d) => d.code)).toEqual(["not-an-object"]);
  });
});

describe("a file of another program", () => {
  test.each([
    ["docker-compose.yml", "services:\n  web: {image: nginx}\n", "kompose convert --stdout -f docker-compose.yml |"],
    ["compose.prod.yaml", "services: {web: {image: nginx}}\n", "kompose convert --stdout -f compose.prod.yaml |"],
    ["Pulumi.yaml", "name: x\nruntime: yaml\nresources: {}\n", "(after pulumi up)"],
    ["Pulumi.dev.yaml", "config: {x:a: b}\n", "(after pulumi up)"],
    ["stack.json", '{"version":3,"deployment":{"manifest":{},"resources":[]}}', "(after pulumi up)"],
    ["show.json", '{"format_version":"1.0","terraform_version":"1.9.0","values":{}}', "(after terraform apply)"],
    ["state.json", '{"version":4,"terraform_version":"1.9.0","resources":[]}', "(after terraform apply)"],
    ["helmfile.yaml", "releases:\n- {name: web, chart: ./web}\n", "helmfile -f helmfile.yaml template |"],
  ])("%s is told by its name and what it holds", (name, text, command) => {
    const { objects, found } = read(name, text);
    expect([objects, found.map((d) => d.code)]).toEqual([[], ["unrendered-source"]]);
    expect(found[0]!.notes![0]).toContain(command);
  });

  test("is any other file without what that program needs", () => {
    expect(read("docker-compose.yml", "a: 1\n").found.map((d) => d.code)).toEqual(["not-an-object"]);
    expect(read("Pulumi.yaml", "a: 1\n").found.map((d) => d.code)).toEqual(["not-an-object"]);
    expect(read("x.json", '{"deployment":{"resources":[]}}').found.map((d) => d.code)).toEqual(["not-an-object"]);
    expect(read("docker-compose.yml", service)).toEqual({ objects: ["Service"], found: [] });
  });
});

describe("text that is a template", () => {
  test.each([
    'metadata:\n  name: {{ include "web.fullname" . }}\n',
    "a:\n  {{- toYaml .Values.x | nindent 2 }}\n",
    "{{- if .Values.on }}\na: 1\n{{- end }}\n",
  ])("of Helm is told instead of a YAML error: %j", (text) => {
    const { found } = read("chart/templates/a.yaml", `${text}---\n${service}`);
    expect(found.map((d) => [d.code, d.severity])).toEqual([["unrendered-source", "warning"]]);
    expect(found[0]!.notes![0]).toBe("render it first: helm template chart | svcrules compile -");
  });

  test("of ytt, too", () => {
    const { found } = read("y/a.yaml", "#@ load('@ytt:data', 'data')\na: b: #@ data.values.x\n");
    expect(found[0]!.message).toContain("ytt");
    expect(found[0]!.notes![0]).toContain("ytt -f y |");
  });

  test.each([
    ["a program", "#@ load('@ytt:data', 'data')\n---\nkind: Service\nmetadata:\n  name: #@ data.values.name\n"],
    ["a value alone", "apiVersion: v1\nkind: Service\nmetadata:\n  name: #@ name()\n"],
    ["values", "#@data/values\n---\nname: web\nport: 80\n"],
    ["an overlay", `#@overlay/match by=overlay.subset({"kind": "Service"})\n---\n${service}`],
    ["a loop", `#@ for i in range(3):\n---\n${service}#@ end\n`],
    ["an annotation of one item", `${service}spec:\n  ports:\n  #@overlay/append\n  - port: 80\n`],
  ])("of ytt that is YAML all the same is told once, by %s", (_, text) => {
    const { objects, found } = read("y/a.yaml", text);
    expect([objects, found.map((d) => [d.code, d.severity])]).toEqual([[], [["unrendered-source", "warning"]]]);
    expect(found[0]!.notes![0]).toBe("render it first: ytt -f y | svcrules compile -");
  });

  test.each([
    "#@TODO somebody\n",
    "#@ see the page of the team\n",
    "# #@ load('x')\n",
    "data:\n  a.yaml: |\n    #@ load('@ytt:data', 'data')\n    name: #@ data.values.x\n",
    'metadata: {name: web}\ndata: {a: "x: #@ y"}\n',
  ])("of ytt is not what has its marks in other comments, or in text: %j", (text) => {
    const { objects, found } = read("a.yaml", `apiVersion: v1\nkind: ConfigMap\n${text}`);
    expect([objects, found]).toEqual([["ConfigMap"], []]);
  });

  test("is no excuse for other mistakes, nor taken for one where it is a value", () => {
    expect(read("a.yaml", "a: b: c\n").found.map((d) => d.code)).toEqual(["invalid-yaml"]);
    expect(read("a.yaml", `${service}spec: {externalName: "{{ .Values.x }}"}\n`)).toEqual({
      objects: ["Service"],
      found: [],
    });
  });
});

describe("a tree of files", () => {
  test("has one warning for each chart, and one for each directory of other sources", () => {
    const { diagnostics, covers } = findSourceTrees([
      "t/chart/Chart.yaml",
      "t/chart/charts/sub/Chart.yaml",
      "t/chart/templates/svc.yaml",
      "t/infra/main.tf",
      "t/infra/vars.tf",
      "t/lib/a.jsonnet",
      "t/tk/jsonnetfile.json",
      "t/app/cdk8s.yaml",
      "t/svc.yaml",
    ]);
    expect(diagnostics.map((d) => [d.severity, d.notes![0]!.replace(/^render it first: /, "").split(" ")[0]])).toEqual([
      ["warning", "helm"],
      ["warning", "cdk8s"],
      ["warning", "kubectl"],
      ["warning", "jsonnet"],
      ["warning", "tk"],
    ]);
    expect(covers("t/chart/templates/svc.yaml")).toBe(true);
    expect(covers("t/infra/main.tf")).toBe(true);
    expect(covers("t/svc.yaml")).toBe(false);
    expect(covers("t/chart-values/svc.yaml")).toBe(false);
  });
});

describe("an archive", () => {
  const tgz = { name: "in/web-1.2.3.tgz", format: "tar.gz" } as const;
  const notes = (paths: string[], archive: Archive) =>
    findSourceTrees(
      paths.map((path) => `${archive.name}/${path}`),
      archive,
    ).diagnostics.map((d) => d.notes![0]!.replace(/^render it first: /, ""));

  test("of one chart is what Helm reads", () => {
    const chart = ["web/Chart.yaml", "web/values.yaml", "web/templates/svc.yaml", "web/charts/db/Chart.yaml"];
    expect(notes(chart, tgz)).toEqual(["helm template in/web-1.2.3.tgz | svcrules compile -"]);
    expect(notes(chart, { name: "<stdin>", format: "tar.gz" })).toEqual([
      "helm template CHART.tgz | svcrules compile -",
    ]);
  });

  test.each([
    ["another file beside it", ["web/Chart.yaml", "svc.yaml"], tgz, "tar -xf in/web-1.2.3.tgz && helm template web |"],
    ["it further below", ["a/web/Chart.yaml"], tgz, "tar -xf in/web-1.2.3.tgz && helm template a/web |"],
    ["it at the top", ["Chart.yaml"], tgz, "tar -xf in/web-1.2.3.tgz && helm template . |"],
    ["zip", ["web/Chart.yaml"], { name: "a b.zip", format: "zip" }, "unzip -q 'a b.zip' && helm template web |"],
    ["xz", ["web/Chart.yaml"], { name: "a.txz", format: "tar" }, "tar -xf a.txz && helm template web |"],
    ["stdin", ["a/x.jsonnet"], { name: "<stdin>", format: "tar" }, "tar -xf ARCHIVE && jsonnet -y a/x.jsonnet |"],
    ["Terraform", ["a/main.tf"], tgz, "kubectl get "],
  ] as const)("has to be unpacked first: %s", (_, paths, archive, command) => {
    expect(notes([...paths], archive)).toEqual([expect.stringContaining(command)]);
  });

  test("is unpacked for a kustomization in it, and not for what a cluster is asked for", () => {
    const inside = (text: string) => {
      const found: Diagnostic[] = [];
      const source = {
        ...sourceFromText("b.zip/kz/kustomization.yaml", text),
        archive: { name: "b.zip", format: "zip" },
      };
      readSource(source as Source, {
        object: () => undefined,
        diagnostic: (diagnostic) => void found.push(diagnostic),
      });
      return found[0]!.notes![0];
    };
    expect(inside("namespace: prod\n")).toBe(
      "build it first: unzip -q b.zip && kubectl kustomize kz | svcrules compile -",
    );
    expect(inside(head("argoproj.io/v1alpha1", "Application"))).toBe(
      "render it first: argocd app manifests shop | svcrules compile -",
    );
  });
});

describe("what SOPS encrypted", () => {
  const sops = "sops: {mac: 'ENC[AES256_GCM,data:x]', version: 3.8.1}";
  const told = (kind: string, more: string) =>
    read("a.yaml", `apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\n${more}\n${sops}\n`).found.map(
      ({ severity, message }) => `${severity}: ${message}`,
    );

  test("is to be decrypted first, where anything is asked for in it", () => {
    const encrypted = "spec:\n  ports:\n  - port: ENC[AES256_GCM,data:x,iv:y=,tag:z=,type:int]";
    expect(told("Service", encrypted)).toEqual(["error: Service a is encrypted by SOPS: decrypt it first"]);
    expect(told("ENC[AES256_GCM,data:x,iv:y=,tag:z=,type:str]", encrypted)).toEqual([
      "error: the object is encrypted by SOPS: decrypt it first",
    ]);
    expect(told("Deployment", encrypted)).toEqual([]);
    expect(told("Service", "spec: {ports: [{port: 80}]}")).toEqual([]);
    expect(told("Secret", "data:\n  a: ENC[AES256_GCM,data:x,iv:y=,tag:z=,type:str]")).toEqual([]);
  });
});
