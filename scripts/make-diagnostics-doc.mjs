#!/usr/bin/env node
// Writes docs/diagnostics.md from lib/diagnostics/codes.ts (as built): npm run build && node scripts/make-diagnostics-doc.mjs
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const INTRODUCTION = `# Diagnostics

What svcrules says about its input, by code. Made from \`lib/diagnostics/codes.ts\` by \`scripts/make-diagnostics-doc.mjs\`.

A diagnostic is printed as \`file:line:column: severity: message [code]\`, with the line it is about and notes on what the
API server or kube-proxy does with it and what to change. All of a run come together, by file and line. What is said of one file in the same
words more than 20 times is shown 20 times and counted; \`--diagnostics json\` has all.

- **error**: the input cannot be used, or an object is one that every API server of the known releases refuses, so that no
  cluster holds it. Nothing is compiled; exit status 2.
- **warning**: worth a look, and compiled all the same. So are objects that only some releases refuse: the API server may
  be newer than the node's kube-proxy, objects outlive upgrades, and kube-proxy programs what is stored. Likewise what
  depends on flags of the API server that are not in the input. None of this is said of objects that a cluster gave out
  (they have a uid): its API server has taken them. \`--strict\` turns warnings into exit status 2.
- **note**: what was assumed or made up. \`-q\` silences notes.

Fields are checked for their types in every object that is read, and for their names in objects that no cluster gave out:
an API server drops the fields it does not know, so those of a dump are known to a newer release than svcrules knows.
`;

/** The text of docs/diagnostics.md. `codes`: the table of lib/diagnostics/codes.ts. */
export function diagnosticsDoc(codes) {
  const sections = Object.keys(codes)
    .sort()
    .map((code) => {
      const { explanation, example } = codes[code];
      return `## ${code}\n\n${explanation}\n\n${example.replace(/^/gm, "    ")}\n`;
    });
  return [INTRODUCTION, ...sections].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { DIAGNOSTIC_CODES } = await import("../dist/modules/diagnostics/codes.js");
  writeFileSync(new URL("../docs/diagnostics.md", import.meta.url), diagnosticsDoc(DIAGNOSTIC_CODES));
}
