/** A cluster and its nodes for tests of the collecting script: a folder that `stub-kubectl.sh` answers from. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCollectOptions, renderCollectScript, type WrittenOptions } from "../../collect/index.js";
import { ROOT } from "../run-cli.js";

export interface StubCluster {
  readonly directory: string;
  /** A file of the stub's folder. */
  write(path: string, text: string): void;
  /** A node that runs what it gets with this shell script, which has it on its standard input. */
  addNode(name: string, runner: string): void;
  /** What the cluster says once a node was entered. */
  changeTo(objects: readonly StubObject[]): void;
  /** Debug pods that are there. */
  pods(): readonly string[];
  calls(): readonly string[];
  remove(): void;
}

export function createStubCluster(objects: readonly StubObject[], spaces = 4): StubCluster {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-collect-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  for (const folder of ["bin", "pods", "nodes"]) mkdirSync(join(directory, folder));
  writeAnswers(write, "answers", objects, spaces);
  cpSync(join(ROOT, "lib/testing/collect/stub-kubectl.sh"), join(directory, "bin/kubectl"));
  chmodSync(join(directory, "bin/kubectl"), 0o755);
  return {
    directory,
    write,
    addNode: (name, runner) => write(`nodes/${name}/run`, runner),
    changeTo: (later) => writeAnswers(write, "answers-after", later),
    pods: () => readdirSync(join(directory, "pods")),
    calls: () => (existsSync(join(directory, "log")) ? readFileSync(join(directory, "log"), "utf8").split("\n") : []),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface StubObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly [field: string]: unknown;
    readonly ports?: readonly { port: number; protocol?: string }[];
  };
  readonly status?: { readonly addresses?: readonly { type: string; address: string }[] };
}

const RESOURCES: Readonly<Record<string, string>> = {
  nodes: "Node",
  services: "Service",
  pods: "Pod",
  "endpointslices.discovery.k8s.io": "EndpointSlice",
  namespaces: "Namespace",
  "networkpolicies.networking.k8s.io": "NetworkPolicy",
};

/** A file for each answer that the script asks for, as kubectl prints it; `spaces`: of indentation. */
function writeAnswers(write: StubCluster["write"], folder: string, objects: readonly StubObject[], spaces = 4): void {
  const print = (value: unknown) => `${JSON.stringify(value, null, spaces)}\n`;
  const list = (items: readonly StubObject[]) => print({ apiVersion: "v1", items, kind: "List", metadata: {} });
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  for (const [resource, kind] of Object.entries(RESOURCES)) write(`${folder}/${resource}`, list(ofKind(kind)));
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    if (object.kind === "ConfigMap") write(`${folder}/configmap.${name}.${namespace}`, print(object));
    if (object.kind === "Endpoints") write(`${folder}/endpoints.${name}.${namespace}`, print(object));
  }
  const services = ofKind("Service");
  const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");
  const selectorless = services.filter(({ spec }) => spec?.["selector"] === undefined);
  write(
    `${folder}/services.selectorless`,
    lines(selectorless.map(({ metadata }) => `${metadata.namespace} ${metadata.name}`)),
  );
  const ports = services.flatMap(({ spec }) => spec?.ports ?? []).filter(({ protocol }) => protocol === "UDP");
  write(`${folder}/services.udp`, ports.map(({ port }) => `${port} `).join(""));
  write(
    `${folder}/nodes.names`,
    lines(
      ofKind("Node").map(({ metadata, status }) =>
        [metadata.name, ...(status?.addresses ?? []).map(({ address }) => address)].join(" "),
      ),
    ),
  );
}

export interface Collected {
  readonly status: number | null;
  readonly err: string;
  /** Where the bundle is, when there is one. */
  readonly bundle: string | undefined;
}

/** The script for these options, as a file of the stub's folder. */
function writeScript(stub: StubCluster, written: WrittenOptions): string {
  const read = readCollectOptions(written);
  if ("problem" in read) throw new Error(read.problem.message);
  stub.write("collect.sh", renderCollectScript(read.options, "svcrules 0.0.0"));
  return join(stub.directory, "collect.sh");
}

function environment(stub: StubCluster): Record<string, string | undefined> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return { ...env, STUB: stub.directory, PATH: `${stub.directory}/bin:${env["PATH"] ?? ""}` };
}

/** Runs the script to its end with a shell: `["dash"]`, `["busybox", "sh"]`. */
export function collect(stub: StubCluster, shell: readonly string[], written: WrittenOptions): Collected {
  const bundle = join(stub.directory, "bundle.tar.gz");
  rmSync(bundle, { force: true });
  rmSync(join(stub.directory, "entered"), { force: true });
  const script = writeScript(stub, written);
  const { status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), script, bundle], {
    env: environment(stub),
    encoding: "utf8",
    timeout: 100_000,
  });
  return { status, err: stderr, bundle: existsSync(bundle) ? bundle : undefined };
}

/** Starts the script and sends it a signal as soon as `isTime` holds; its exit status. */
export async function interruptCollect(
  stub: StubCluster,
  shell: readonly string[],
  written: WrittenOptions,
  isTime: () => boolean,
): Promise<number | null> {
  const script = writeScript(stub, written);
  const child = spawn(shell[0]!, [...shell.slice(1), script, join(stub.directory, "bundle.tar.gz")], {
    env: environment(stub),
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((done) => child.once("close", (status) => done(status)));
  while (!isTime() && child.exitCode === null) await new Promise((done) => setTimeout(done, 50));
  child.kill("SIGTERM");
  return ended;
}

/** The text of a file of a bundle, or undefined. */
export function bundled(bundle: string, file: string): string | undefined {
  const { status, stdout } = spawnSync("tar", ["xzOf", bundle, `svcrules-bundle/${file}`], { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

/** The files of a bundle. */
export function filesOf(bundle: string): string[] {
  const { stdout } = spawnSync("tar", ["tzf", bundle], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((name) => name !== "" && !name.endsWith("/"))
    .map((name) => name.replace(/^svcrules-bundle\//, ""))
    .sort();
}
