#!/usr/bin/env node
// Writes deploy/: the scripts in its ConfigMaps are those that `svcrules collect` prints. After `npm run build`.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const main = fileURLToPath(new URL("dist/cli/main.js", root));
const printed = execFileSync(process.execPath, [main, "collect", "--via", "local", "--no-cluster"], {
  encoding: "utf8",
});
// The same in every version.
const script = printed.replace(/^created_by='svcrules [^']*'$/m, "created_by='svcrules'");
const file = new URL("deploy/daemonset.yaml", root);
const text = readFileSync(file, "utf8");
const indented = script
  .trimEnd()
  .split("\n")
  .map((line) => (line === "" ? "" : `    ${line}`))
  .join("\n");
writeFileSync(
  file,
  text.replace(/(^ {2}collect\.sh: \|\n)(?: {4}.*\n|\n)*/m, (_, head) => `${head}${indented}\n`),
);
