// The licences of the packages that are part of what the build makes.
import { readdirSync, readFileSync } from "node:fs";

/** Folders of the npm packages that esbuild put in, by its metafile, sorted. */
export function bundledPackages({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/(?!.*node_modules\/))/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
}

/** What their authors ask to be handed on with the code. Run in the project's folder. */
export function licenceNotices(folders) {
  const notices = folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const { name, version, license } = manifest;
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? withoutFile(manifest) : readFileSync(`${folder}/${file}`, "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return [...new Set(notices)].join(`\n${"-".repeat(72)}\n\n`);
}

/** Of a package that ships no text of its licence. */
function withoutFile({ name, license, author, repository }) {
  const url = repository?.url ?? repository;
  if (typeof license !== "string" || typeof url !== "string") throw new Error(`${name}: no licence`);
  return `By ${author?.name ?? author ?? "its authors"}, under the licence ${license}; ${url.replace(/^git\+/, "")}`;
}
