/** Texts of the kinds each reader meets, which fuzzing starts from. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LONGEST = 6000;

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
  objects: () => [
    "fixtures/guestbook/dump.yaml",
    "fixtures/layouts/compact.json",
    "fixtures/layouts/kyaml.yaml",
    "fixtures/layouts/watch.json",
    "fixtures/shop/deployment.yaml",
  ],
};

/** Beginnings of at most forty files, evenly chosen, cut at a line. `root`: of the repository. */
export function seedTexts(target: string, root: string): string[] {
  const files = FILES[target]?.(filesIn(root)) ?? [];
  const step = Math.max(1, Math.floor(files.length / 40));
  return files
    .filter((_, i) => i % step === 0)
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return text.length <= LONGEST ? text : text.slice(0, text.lastIndexOf("\n", LONGEST) + 1);
    });
}
