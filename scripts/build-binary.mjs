// Builds a single executable for the platform and the Node that this runs on: Node itself with the program in it (Node's
// single executable application, code cache on). node scripts/build-binary.mjs [--node-licence FILE]
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inject } from "postject";
import { bundleOptions } from "./bundle-options.mjs";
import { bundledPackages, licenceNotices } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const OUT = "dist/binary";
/** What postject looks for in Node. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const PAGE = "dist/playground/index.html";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Where distributions put Node's own licence, which names those of V8, OpenSSL and the others in it. */
function nodeLicence() {
  const given = process.argv.indexOf("--node-licence");
  const prefix = join(dirname(process.execPath), "..");
  const places = [
    ...(given > 0 ? [process.argv[given + 1]] : []),
    ...["LICENSE", "share/doc/nodejs/LICENSE", "share/doc/node/LICENSE"].map((place) => join(prefix, place)),
  ];
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new Error(`no licence of Node in ${places.join(", ")}: name it with --node-licence FILE`);
  return readFileSync(found, "utf8");
}

/** Scripts, as a single executable runs no modules; gives esbuild's list of what went in. */
async function bundle(entry, outfile) {
  const { metafile } = await build({
    ...bundleOptions(root),
    entryPoints: [entry],
    outfile,
    format: "cjs",
    metafile: true,
    define: { "import.meta.url": "executableURL", VERSION: JSON.stringify(version) },
    banner: { js: 'const executableURL=require("node:url").pathToFileURL(process.execPath).href;' },
  });
  return metafile;
}

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: exit ${status}`);
}

if (process.platform !== "linux")
  process.stderr.write("note: on macOS and Windows the executable is to be signed anew\n");
const licence = nodeLicence();
if (!existsSync(PAGE)) node("scripts/build-playground.mjs");
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const metafile = await bundle("cli/binary.ts", `${OUT}/main.cjs`);
await bundle("cli/binary-thread.ts", `${OUT}/thread.cjs`);
writeFileSync(
  `${OUT}/sea.json`,
  JSON.stringify({
    main: `${OUT}/main.cjs`,
    output: `${OUT}/sea.blob`,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: { "thread.js": `${OUT}/thread.cjs`, "playground.html": PAGE },
  }),
);
node("--experimental-sea-config", `${OUT}/sea.json`);

const executable = `${OUT}/svcrules${process.platform === "win32" ? ".exe" : ""}`;
copyFileSync(process.execPath, executable);
chmodSync(executable, 0o755);
await inject(executable, "NODE_SEA_BLOB", readFileSync(`${OUT}/sea.blob`), {
  sentinelFuse: FUSE,
  ...(process.platform === "darwin" && { machoSegmentName: "NODE_SEA" }),
});
for (const name of ["main.cjs", "thread.cjs", "sea.json", "sea.blob"]) rmSync(`${OUT}/${name}`);
copyFileSync("LICENSE", `${OUT}/LICENSE`);
writeFileSync(
  `${OUT}/LICENSES.txt`,
  `This executable holds svcrules ${version} (Apache-2.0, see LICENSE), Node.js ${process.version} and these packages:\n\n` +
    `${licenceNotices(bundledPackages(metafile))}\n${"=".repeat(72)}\n\nNode.js ${process.version}\n\n${licence}`,
);
const megabytes = (statSync(executable).size / 1e6).toFixed(0);
process.stdout.write(`${executable}: ${megabytes} MB, ${process.platform}-${process.arch}, Node ${process.version}\n`);
