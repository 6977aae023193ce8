// Builds dist/playground/index.html: one page with its style, its script and the engine of a worker thread, all inside.
// node scripts/build-playground.mjs [FILE]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { webPlatform } from "./web-platform.mjs";

const target = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist/playground/index.html", import.meta.url)));
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const MOST_COMPRESSED_BYTES = 1_500_000;

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "browser",
    target: ["chrome109", "firefox115", "safari16"],
    format: "iife",
    minify: true,
    legalComments: "none",
    // One byte a character is decoded and read faster.
    charset: "ascii",
    loader: { ".yaml": "text", ".txt": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [webPlatform],
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

const sha256 = (text) => createHash("sha256").update(text).digest("base64");
/** The end of a script element, wherever it stands, would end the element. */
const inside = (text) => text.replaceAll(/<\/(script|style)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");

const [boot, page, engine] = (
  await Promise.all(["page/boot.ts", "page/main.ts", "engine/worker.ts"].map((entry) => bundle(`playground/${entry}`)))
).map(inside);
const style = readFileSync("playground/page/style.css", "utf8");
const nonce = sha256(page).slice(0, 22);
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${sha256(boot)}' 'sha256-${sha256(page)}'`,
  // The editor adds style elements of its own, with the nonce.
  `style-src 'sha256-${sha256(style)}' 'nonce-${nonce}'`,
  // Where text is edited, browsers give elements style attributes.
  "style-src-attr 'unsafe-inline'",
  "worker-src blob:",
  "connect-src 'none'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const html = readFileSync("playground/page/index.html", "utf8")
  .replace("<!-- policy -->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
  .replace("<!-- nonce -->", () => `<meta name="style-nonce" content="${nonce}" />`)
  .replace("<!-- style -->", () => `<style>${style}</style>`)
  .replace("<!-- engine -->", () => `<script type="text/plain" id="engine">${engine}</script>`)
  .replace("<!-- boot -->", () => `<script>${boot}</script>`)
  .replace("<!-- script -->", () => `<script type="text/plain" id="page">${page}</script>`);
const compressed = gzipSync(html, { level: 9 }).length;
if (compressed > MOST_COMPRESSED_BYTES)
  throw new Error(`the page takes ${compressed} bytes compressed; it may take ${MOST_COMPRESSED_BYTES}`);
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, html);
process.stdout.write(`${target}: ${html.length} characters, ${compressed} bytes compressed\n`);
