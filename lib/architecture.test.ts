/** Reads the import lines of every source file against the table of ARCHITECTURE.md. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";

/** Folders of lib/ from low to high; those of one row do not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["platform"],
  ["util"],
  ["collect"],
  ["net"],
  ["source"],
  ["bundle"],
  ["diagnostics"],
  ["kube", "config", "rulesets"],
  ["readers", "cluster", "diff", "trace"],
  ["archives", "services"],
  ["endpoints"],
  ["backends"],
  ["graph"],
  ["dns", "netpol", "explain", "doctor", "migrate", "check"],
  ["results"],
  ["render", "report"],
  ["pipeline"],
  ["node"],
  ["anonymize", "extract", "impact"],
  ["api"],
  ["options"],
];

/** Imports within a row, or to the right, that are wanted, each with the reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  "cluster > readers": "collecting takes what readers hand out",
  "explain > netpol": "a traced packet meets NetworkPolicies after the rules",
  "doctor > netpol": "one of the checks asks whether a policy isolates pods",
  "report > render": "findings of an impact report are made of the data that its other forms show",
  "doctor > dns": "one of the checks asks what a name resolves to",
};

/** npm packages that have one home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  yargs: ["cli"],
  "yargs-parser": ["cli"],
  "js-yaml": ["lib/readers"],
  chalk: ["lib/render"],
  diff: ["lib/render", "lib/testing"],
};

const root = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && e.name.endsWith(".ts") && !e.name.endsWith(".test.ts"))
    .map((e) => relative(root, join(e.parentPath, e.name)));
}

/** Imports that are there from the start; a command loads its answer when it is asked. */
function staticImportsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gms)].map((m) => m[1]!);
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gms)].map(
    (m) => m[1] ?? m[2]!,
  );
}

function layerOf(path: string): { folder: string; level: number } | undefined {
  const [top, folder, ...rest] = path.split("/");
  if (top !== "lib" || rest.length === 0) return undefined;
  const level = LAYERS.findIndex((row) => row.includes(folder!));
  return level < 0 ? undefined : { folder: folder!, level };
}

const productFiles = [...sources("lib"), ...sources("cli")].filter((f) => !f.startsWith("lib/testing/"));

describe("imports", () => {
  test("go leftwards in the table of folders only", () => {
    const breaches: string[] = [];
    for (const file of productFiles) {
      const from = layerOf(file);
      if (!from) continue;
      for (const target of importsOf(file).filter((i) => i.startsWith("."))) {
        const path = normalize(join(dirname(file), target));
        const to = layerOf(path);
        if (to?.folder === from.folder) continue;
        if (!to || to.level > from.level || (to.level === from.level && !ALLOWED[`${from.folder} > ${to.folder}`]))
          breaches.push(`${file} imports ${path}`);
      }
    }
    expect(breaches).toEqual([]);
  });

  test("know every folder of lib", () => {
    const folders = readdirSync(join(root, "lib"), { withFileTypes: true })
      .filter((e) => e.isDirectory() && e.name !== "testing")
      .map((e) => e.name);
    expect(folders.filter((folder) => !LAYERS.flat().includes(folder))).toEqual([]);
  });

  test("of backends and rulesets stay within one mode, save that ipvs builds iptables rules", () => {
    const breaches = productFiles.flatMap((file) => {
      const m = /^lib\/(backends|rulesets|diff)\/(iptables|ipvs|nftables)\//.exec(file);
      if (!m) return [];
      return importsOf(file)
        .map((i) => normalize(join(dirname(file), i)))
        .filter((path) => {
          const mode = /^lib\/(?:backends|rulesets|diff)\/(iptables|ipvs|nftables)\//.exec(path)?.[1];
          return mode !== undefined && mode !== m[2] && !(m[2] === "ipvs" && mode === "iptables");
        })
        .map((path) => `${file} imports ${path}`);
    });
    expect(breaches).toEqual([]);
  });

  test("of the command line come from lib/index.ts, lib/render and lib/report only", () => {
    const breaches = sources("cli").flatMap((file) =>
      importsOf(file)
        .map((i) => normalize(join(dirname(file), i)))
        .filter((path) => path.startsWith("lib/") && !/^lib\/(?:index\.js$|render\/|report\/)/.test(path))
        .map((path) => `${file} imports ${path}`),
    );
    expect(breaches).toEqual([]);
  });

  test("of npm packages stay in the package's home", () => {
    const breaches = productFiles.flatMap((file) =>
      importsOf(file)
        .filter((i) => HOMES[i] && !HOMES[i].some((home) => file.startsWith(`${home}/`)))
        .map((i) => `${file} imports ${i}`),
    );
    expect(breaches).toEqual([]);
  });

  test("of the file system, child processes and the network stay out of lib", () => {
    const banned = /^(node:)?(fs|fs\/promises|child_process|net|http|https|dgram|tls|os|process)$/;
    const breaches = productFiles.flatMap((file) =>
      importsOf(file)
        .filter((i) => banned.test(i) && file.startsWith("lib/"))
        .map((i) => `${file} imports ${i}`),
    );
    expect(breaches).toEqual([]);
  });

  test("of Node's modules stand in lib/platform alone, and nothing uses its globals", () => {
    const library = productFiles.filter((file) => file.startsWith("lib/") && !file.startsWith("lib/platform/"));
    const imports = library.filter((file) => importsOf(file).some((i) => i.startsWith("node:")));
    const globals = library.filter((file) => {
      const text = readFileSync(join(root, file), "utf8").replace(/\/\*.*?\*\/|\/\/.*/gs, "");
      return /\bBuffer\b/.test(text) && !text.includes("/platform/bytes.js");
    });
    expect([imports, globals]).toEqual([[], []]);
  });

  test("never go round in a circle", () => {
    const targets = new Map(
      productFiles.map((file) => [
        file,
        staticImportsOf(file)
          .filter((i) => i.startsWith("."))
          .map((i) => normalize(join(dirname(file), i)).replace(/\.js$/, ".ts")),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]): void => {
      const start = way.indexOf(file);
      if (start >= 0) circles.push([...way.slice(start), file].join(" > "));
      if (start >= 0 || done.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
      done.add(file);
    };
    for (const file of productFiles) visit(file, []);
    expect(circles).toEqual([]);
  });

  test("that are exceptions are used", () => {
    const used = productFiles.flatMap((file) => {
      const from = layerOf(file)?.folder;
      return importsOf(file).map((i) => `${from} > ${layerOf(normalize(join(dirname(file), i)))?.folder}`);
    });
    expect(Object.keys(ALLOWED).filter((exception) => !used.includes(exception))).toEqual([]);
  });

  test("never reach for lib/testing", () => {
    const breaches = productFiles.filter((file) =>
      importsOf(file).some((i) => normalize(join(dirname(file), i)).startsWith("lib/testing/")),
    );
    expect(breaches).toEqual([]);
  });
});
