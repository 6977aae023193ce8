// Writes lib/render/html/page-bundle.ts: script and style of the page of --output html, of page/ and what it imports.
// node scripts/build-page.mjs [FILE]
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = process.argv[2] ?? `${root}lib/render/html/page-bundle.ts`;
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

const { outputFiles } = await build({
  entryPoints: ["page/main.ts"],
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: "browser",
  target: BROWSERS,
  format: "iife",
  minify: true,
  legalComments: "none",
  charset: "ascii",
  logLevel: "warning",
});
const style = await transform(readFileSync(`${root}page/style.css`, "utf8"), {
  loader: "css",
  minify: true,
  target: BROWSERS,
});
/** The end of a script element, wherever it stands, would end the element. Controls inside of strings stand as escapes. */
const inside = (text) =>
  text
    .trim()
    .replaceAll(/[\0-\b\v-\x1f\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll(/<\/(script|style)/gi, "<\\/$1")
    .replaceAll("<!--", "<\\!--");
const NOTICE = "/* Holds @dagrejs/dagre, @dagrejs/graphlib and @tanstack/virtual-core, each under the MIT licence. */";

writeFileSync(
  target,
  `/** Made of page/ by scripts/build-page.mjs; not to be edited. */

/** The script of the page: reads the JSON of the element "data", and never the network. */
export const PAGE_SCRIPT: string = ${JSON.stringify(`${NOTICE}${inside(outputFiles[0].text)}`)};

/** Its style: light and dark, no web fonts. */
export const PAGE_STYLE: string = ${JSON.stringify(inside(style.code))};
`,
);
