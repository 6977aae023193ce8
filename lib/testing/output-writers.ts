/** Every way in which a command writes files. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run-cli.js";

const NODE = join(ROOT, "golden/kube-proxy/nodes/two-drifts-1020");
const INPUT = join(ROOT, "fixtures/guestbook/manifests");
const CAPTURE = [`${NODE}/node.txt`, "--manifests", `${NODE}/manifests.yaml`];
const CHECK = "cases:\n  - name: guestbook\n    inputs: [apps]\n    modes: [iptables, ipvs]\n";

export interface OutputWriter {
  readonly name: string;
  /** What is named on the command line: one file, or a directory that gets several. */
  readonly writes: "file" | "directory";
  /** Arguments that write to this path. */
  readonly argv: (path: string) => readonly string[];
}

const file = (name: string, argv: OutputWriter["argv"]): OutputWriter => ({ name, writes: "file", argv });
const directory = (name: string, argv: OutputWriter["argv"]): OutputWriter => ({ name, writes: "directory", argv });

/** `check --update` writes where its configuration says: `writeProject` makes one. */
export const OUTPUT_WRITERS: readonly OutputWriter[] = [
  file("compile --out FILE", (path) => ["compile", INPUT, "--out", path]),
  file("compile -o html --out FILE", (path) => ["compile", INPUT, "-o", "html", "--out", path]),
  file("compile --golden FILE --update", (path) => ["compile", INPUT, "--golden", path, "--update"]),
  file("compile --report", (path) => ["compile", INPUT, "--out", "/dev/null", "--report", `sarif=${path}`]),
  file("diff --out FILE", (path) => ["diff", ...CAPTURE, "-o", "json", "--out", path]),
  file("diff --report", (path) => ["diff", ...CAPTURE, "--report", `junit=${path}`]),
  file("doctor --report", (path) => ["doctor", INPUT, "--report", `sarif=${path}`]),
  file("doctor --write-baseline", (path) => ["doctor", INPUT, "--write-baseline", path]),
  file("impact --report", (path) => ["impact", INPUT, `${NODE}/manifests.yaml`, "--report", `markdown=${path}`]),
  file("check --report", (path) => ["check", "--exit-zero", "--report", `json=${path}`]),
  file("check --init", (path) => ["check", "--init", path]),
  file("collect --out", (path) => ["collect", "--out", path]),
  file("playground --out", (path) => ["playground", "--out", path]),
  file("anonymize --out FILE", (path) => ["anonymize", join(INPUT, "redis.yaml"), "--out", path]),
  file("anonymize --map", (path) => ["anonymize", join(INPUT, "redis.yaml"), "--out", "/dev/null", "--map", path]),
  directory("compile --out DIR", (path) => ["compile", INPUT, "--mode", "ipvs", "--out", `${path}/`]),
  directory("diff --out DIR", (path) => ["diff", ...CAPTURE, "-o", "patch", "--out", path]),
  directory("extract --out DIR", (path) => ["extract", "--service", "frontend", INPUT, "--out", path]),
  directory("anonymize --out DIR", (path) => ["anonymize", INPUT, "--out", path]),
  directory("check --update", (path) => ["check", join(path, "../svcrules.yaml"), "--update"]),
];

/** A configuration of `check` whose golden files go to DIRECTORY/golden. */
export function writeProject(place: string): void {
  mkdirSync(place, { recursive: true });
  cpSync(INPUT, join(place, "apps"), { recursive: true });
  writeFileSync(join(place, "svcrules.yaml"), CHECK);
}

/** The texts of all files below a directory, by path. */
export function filesBelow(place: string): Record<string, string> {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(place.length + 1), readFileSync(path, "latin1")]));
}
