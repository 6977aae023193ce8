/** What `npm pack` makes of the built repository: what is in it, how large it is, and that it runs where it is unpacked. */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { ROOT } from "../run-cli.js";
import { makePackageFolder, plainEnvironment } from "./package-folder.js";

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  /** npm links manual pages of a list, and not one that stands alone. */
  readonly man: readonly string[];
  readonly types: string;
  readonly exports: { readonly ".": { readonly import: string; readonly types: string; readonly default: string } };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

const MEGABYTE = 1_000_000;
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

let prefix: string;
let packed: Packed;
/** Where a global installation puts the package. */
let installed: string;

const run = (command: string, argv: readonly string[], more: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, argv, {
    cwd: ROOT,
    env: plainEnvironment(),
    encoding: "utf8",
    maxBuffer: 64 * MEGABYTE,
    ...more,
  });
  if (error) throw error;
  return { status, out: stdout, err: stderr };
};

beforeAll(() => {
  prefix = mkdtempSync(join(tmpdir(), "svcrules-prefix-"));
  const { out, err } = run("npm", ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", prefix]);
  if (out === "") throw new Error(err);
  packed = (JSON.parse(out) as Packed[])[0]!;
  installed = join(prefix, "lib/node_modules/svcrules");
  for (const folder of [installed, join(prefix, "bin")]) mkdirSync(folder, { recursive: true });
  expect(run("tar", ["-xzf", join(prefix, packed.filename), "-C", installed, "--strip-components=1"]).status).toBe(0);
  // Only what the package says it depends on, and what that brings with it, is there; nothing is fetched.
  const { out: tree } = run("npm", ["ls", "--omit", "dev", "--all", "--parseable"]);
  for (const path of tree.split("\n").filter((line) => line.startsWith(join(ROOT, "node_modules/")))) {
    const name = path.slice(join(ROOT, "node_modules/").length);
    if (name.includes("node_modules/")) continue;
    const link = join(installed, "node_modules", name);
    mkdirSync(join(link, ".."), { recursive: true });
    symlinkSync(path, link, "dir");
  }
  for (const name of Object.keys(manifest.dependencies)) statSync(join(installed, "node_modules", name));
  for (const [name, target] of Object.entries(manifest.bin))
    symlinkSync(join(installed, target), join(prefix, "bin", name));
});
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

describe("the tarball", () => {
  const paths = () => packed.files.map(({ path }) => path);

  test("holds what is needed", () => {
    const needed = ["LICENSE", "README.md", "CHANGELOG.md", "package.json", ...manifest.man, manifest.types];
    needed.push(...Object.values(manifest.bin), manifest.exports["."].import, manifest.exports["."].types);
    needed.push(...readdirSync(join(ROOT, "schemas")).map((name) => `schemas/${name}`), "dist/cli/LICENSES.txt");
    for (const path of needed) expect(paths()).toContain(path.replace(/^\.\//, ""));
  });

  test("holds nothing else: no tests, sources, fixtures, recorded texts or scripts", () => {
    const allowed =
      /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|schemas\/[\w.-]+\.json|dist\/man\/svcrules\.1|dist\/cli\/(package\.json|[\w-]+\.js|help-\d+\.txt|LICENSES\.txt)|dist\/playground\/(index\.html|LICENSES\.txt)|dist\/lib\/[\w./-]+\.(js|d\.ts|json))$/;
    expect(paths().filter((path) => !allowed.test(path))).toEqual([]);
    const unwanted = /\.test\.|(^|\/)(testing|fixtures|golden|bench|scripts)\//;
    expect(paths().filter((path) => unwanted.test(path))).toEqual([]);
  });

  test("holds of the library what its index comes to, all of it and nothing else", async () => {
    const { metafile } = await build({
      absWorkingDir: installed,
      entryPoints: ["dist/lib/index.js"],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
    });
    const code = paths().filter((path) => /^dist\/lib\/.*\.js$/.test(path));
    expect(code.sort()).toEqual(Object.keys(metafile.inputs).sort());
  });

  test("is under 2.3 MB, and as large as README.md says", () => {
    expect(packed.size).toBeLessThan(2.3 * MEGABYTE);
    const [, plain, withPage] =
      /\((\d\.\d) MB packed, (\d\.\d) MB with/.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
    const said = paths().some((path) => path.startsWith("dist/playground/")) ? withPage : plain;
    expect(Math.abs(Number(said) - packed.size / MEGABYTE)).toBeLessThan(0.1);
  });

  test("names no path of the machine it was made on", () => {
    const { out } = run("grep", ["-rlF", "--", ROOT.replace(/\/$/, ""), join(installed, "dist")]);
    expect(out).toBe("");
  });
});

describe("an installation from the tarball", () => {
  const bin = (name: string, ...argv: readonly string[]) =>
    run(name, argv, {
      cwd: prefix,
      env: plainEnvironment({ PATH: `${join(prefix, "bin")}:${process.env["PATH"] ?? ""}`, HOME: prefix }),
    });

  test("has both programs on the PATH, executable", () => {
    for (const name of ["svcrules", "kubectl-svcrules"]) {
      accessSync(join(prefix, "bin", name), constants.X_OK);
      expect(statSync(join(prefix, "bin", name)).mode & 0o111).toBe(0o111);
      expect(bin(name, "--version")).toEqual({ status: 0, out: `${manifest.version}\n`, err: "" });
    }
  });

  test("is called as it was typed in its help", () => {
    expect(bin("svcrules", "--help").out).toMatch(/^ *svcrules compile/m);
    const kubectl = bin("kubectl-svcrules", "--help").out;
    expect(kubectl).toMatch(/^ *kubectl svcrules compile/m);
    expect(kubectl).not.toMatch(/kubectl-svcrules|^ *svcrules /m);
  });

  test("completes as kubectl asks plugins to", () => {
    expect(bin("kubectl_complete-svcrules", "compile", "--mode", "i")).toEqual({
      status: 0,
      out: "iptables\nipvs\n:4\n",
      err: "",
    });
    expect(bin("kubectl_complete-svcrules", "compile", "")).toEqual({ status: 0, out: ":0\n", err: "" });
  });

  test("compiles, compares and checks like the repository's own program", () => {
    const compiled = bin("svcrules", "compile", join(ROOT, "fixtures/guestbook/manifests"), "-q");
    expect([compiled.status, compiled.err]).toEqual([0, ""]);
    expect(compiled.out).toContain("guestbook/frontend:http ->");
    const [node, dump] = ["node-iptables.txt", "dump.yaml"].map((file) => join(ROOT, "fixtures/guestbook", file)) as [
      string,
      string,
    ];
    const compared = bin("svcrules", "diff", node, "--manifests", dump, "--output", "json");
    expect(compared.status).toBe(1);
    expect(JSON.parse(compared.out)).toMatchObject({ identical: false, summary: { changes: 1 } });
    expect(bin("svcrules", "doctor", dump, "--exit-zero").status).toBe(0);
  });

  test("asks npm to run nothing when somebody installs it, from a registry or a tarball", () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Manifest;
    const run = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
    expect(run.filter((name) => scripts[name] !== undefined)).toEqual([]);
  });

  test("hands out its schemas by name", () => {
    const folder = makePackageFolder(installed);
    try {
      const program = folder.write(
        "schema.mjs",
        `import schema from "svcrules/schemas/report.schema.json" with { type: "json" };
process.stdout.write(schema.title);`,
      );
      expect(folder.run(program)).toMatchObject({ status: 0, out: "svcrules.dev/report/v1" });
    } finally {
      folder.remove();
    }
  });

  test("is a library, with no other package than those it depends on", () => {
    const folder = makePackageFolder(installed);
    try {
      const program = folder.write(
        "use.mjs",
        `import { compile, sourceFromText } from "svcrules";
const { text, diagnostics } = await compile([sourceFromText("a.yaml", "kind: Service\\napiVersion: v1\\nmetadata: {name: a}\\nspec: {ports: [{port: 80}]}")]);
process.stdout.write(String(text?.includes("*nat")) + diagnostics.filter((d) => d.severity === "error").length);`,
      );
      expect(folder.run(program)).toEqual({ status: 0, out: "true0", err: "" });
    } finally {
      folder.remove();
    }
  });

  test("comes with its manual page", () => {
    expect(Array.isArray(manifest.man)).toBe(true);
    const page = readFileSync(join(installed, manifest.man[0]!), "utf8");
    expect(page).toMatch(/^\.TH /m);
    expect(page).toContain("compile");
  });
});

describe("package.json", () => {
  test("builds where npm installs a clone, and before npm packs", () => {
    const { postprepare, prepack } = manifest.scripts;
    for (const script of [postprepare, prepack]) expect(script).toMatch(/build\b.*build:playground/);
    // npm pack prints the tarball's name, and nothing else.
    expect(prepack!.match(/>&2/g)).toHaveLength(2);
  });

  test("has a script for the list of components, which names every dependency with version and license", () => {
    const { status, out } = run("npm", ["run", "--silent", "sbom"]);
    expect(status).toBe(0);
    const { bomFormat, components } = JSON.parse(out) as {
      bomFormat: string;
      components: { name: string; version: string; licenses?: unknown[] }[];
    };
    expect(bomFormat).toBe("CycloneDX");
    const names = new Set(components.map(({ name }) => name));
    for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
    expect(names).not.toContain("jest");
    expect(components.filter(({ version, licenses }) => !version || !licenses?.length)).toEqual([]);
  });

  test("has no dependency that runs something when it is installed", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
    };
    const running = Object.entries(lock.packages).filter(
      ([path, { dev, hasInstallScript }]) => path !== "" && hasInstallScript && !dev,
    );
    expect(running.map(([path]) => path)).toEqual([]);
  });
});
