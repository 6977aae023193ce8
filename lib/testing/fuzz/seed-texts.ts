/** Texts of the kinds each reader meets, which fuzzing starts from. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Most seeds are short, since short inputs run and are mutated fast; every eighth is longer. */
const SHORT = 2000;
const LONG = 6000;

const GOLDEN = "golden/kube-proxy";

type FilesOf = (folder: string, pattern: RegExp) => string[];

const filesIn =
  (root: string): FilesOf =>
  (folder, pattern) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      .filter((name) => pattern.test(name))
      .sort();

/** The thousands of a recorded node's number tell its mode: 1 iptables, 2 nftables, 3 IPVS. */
const FILES: Readonly<Record<string, (filesOf: FilesOf) => readonly string[]>> = {
  "iptables-capture": (filesOf) => [
    "fixtures/guestbook/node-iptables.txt",
    ...filesOf(`${GOLDEN}/expected`, /\/iptables\/iptables-save\.since-1\.\d+\.txt$/),
    ...filesOf(`${GOLDEN}/nodes`, /-1\d{3}\/node\.txt$/),
    ...filesOf("fixtures/doctor", /\.txt$/),
  ],
  "nft-listing": (filesOf) => [
    ...filesOf(`${GOLDEN}/expected`, /\/nftables\/nft\.since-1\.\d+\.txt$/),
    ...filesOf(`${GOLDEN}/nodes`, /-2\d{3}\/node\.txt$/),
    ...filesOf("fixtures/doctor", /nft.*\.txt$/),
  ],
  "nft-json": (filesOf) => filesOf(`${GOLDEN}/nodes`, /\/node\.json$/),
  "ipvs-capture": (filesOf) => filesOf(`${GOLDEN}/nodes`, /-3\d{3}\/(?!manifests|kube-proxy)[\w.-]+\.txt$/),
  objects: (filesOf) => [
    "fixtures/guestbook/dump.yaml",
    "fixtures/layouts/compact.json",
    "fixtures/layouts/kyaml.yaml",
    "fixtures/layouts/list.json",
    "fixtures/layouts/watch.json",
    "fixtures/shop/deployment.yaml",
    ...filesOf("fixtures/guestbook/manifests", /\.yaml$/),
    ...filesOf(`${GOLDEN}/nodes`, /\/(?:manifests|kube-proxy)\.yaml$/),
  ],
  configuration: () => ["fixtures/platform-repo/svcrules.yaml"],
};

/** Short texts made of at most forty files, evenly chosen: their beginnings, cut at a line. `root`: of the repository. */
export function seedTexts(target: string, root: string): string[] {
  const files = FILES[target]?.(filesIn(root)) ?? [];
  const step = Math.max(1, Math.floor(files.length / 40));
  return files
    .filter((_, i) => i % step === 0)
    .flatMap((file, i) => {
      const text = readFileSync(join(root, file), "utf8");
      const longest = i % 8 === 0 ? LONG : SHORT;
      if (text.length <= longest) return [text];
      return (
        partsOfJSON(text, longest) ??
        partsOfTable(text, longest) ?? [text.slice(0, text.lastIndexOf("\n", longest) + 1)]
      );
    });
}

/** Documents with a few items of the only list of one that is too long; the beginning of a JSON text is none. */
function partsOfJSON(text: string, longest: number): string[] | undefined {
  if (!/^\s*\{/.test(text) || /\}\s*\{/.test(text.slice(0, longest))) return undefined;
  let whole: Record<string, unknown>;
  try {
    whole = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const key = Object.keys(whole).find((name) => Array.isArray(whole[name]));
  if (key === undefined) return undefined;
  const indent = /^\s*\{\s*\n/.test(text) ? 2 : 0;
  const items = (whole[key] as unknown[]).map((item) => JSON.stringify(item, null, indent));
  return gather(items, longest).map((part) =>
    JSON.stringify({ ...whole, [key]: part.map((item) => JSON.parse(item) as unknown) }, null, indent),
  );
}

/** Tables with a few sets and chains of one that is too long; the beginning of a table is damaged. */
function partsOfTable(text: string, longest: number): string[] | undefined {
  const table = /^table [^\n]*\{\n([^]*?)^\}$/m.exec(text);
  if (!table) return undefined;
  const blocks = table[1]!.match(/^\t\w[^\n]*\{\n[^]*?^\t\}\n/gm) ?? [];
  const head = table[0].slice(0, table[0].indexOf("\n") + 1);
  return gather(blocks, longest).map((part) => `${head}${part.join("")}}\n`);
}

/** Items in order, in at most ten groups of at most `longest` characters; items that are longer are left out. */
function gather(items: readonly string[], longest: number): string[][] {
  const groups: string[][] = [];
  let size = longest;
  for (const item of items) {
    if (item.length > longest) continue;
    size += item.length;
    if (size > longest) {
      if (groups.length === MOST_GROUPS) break;
      groups.push([]);
      size = item.length;
    }
    groups.at(-1)!.push(item);
  }
  return groups;
}

const MOST_GROUPS = 10;
