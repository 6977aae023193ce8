/** What of an extract one reported change needs: files and objects are left out as long as it is still reported. */
import type { ExtractedFile } from "./extract-service.js";

/** Whether the change is still reported of what is left. */
export type IsAlive = (files: readonly ExtractedFile[]) => Promise<boolean>;

/** The files that are needed, objects in them left out one by one from the back. */
export async function keepChange(files: readonly ExtractedFile[], isAlive: IsAlive): Promise<readonly ExtractedFile[]> {
  let left = files;
  for (const file of files) {
    if (isManifest(file)) continue;
    const without = left.filter((own) => own !== file);
    if (await isAlive(without)) left = without;
  }
  for (const file of left.filter(({ path }) => path.endsWith("objects.json")))
    left = await keepObjects(left, file, isAlive);
  return left;
}

function isManifest({ path }: ExtractedFile): boolean {
  return path.endsWith("bundle.json");
}

async function keepObjects(
  files: readonly ExtractedFile[],
  file: ExtractedFile,
  isAlive: IsAlive,
): Promise<readonly ExtractedFile[]> {
  const { items } = JSON.parse(file.chunks.join("")) as { items: readonly unknown[] };
  const withItems = (kept: readonly unknown[]) =>
    files.map((own) => (own === file ? { ...file, chunks: written(kept) } : own));
  let kept = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = kept.length - size; at > -size; at -= size) {
      const fewer = [...kept.slice(0, Math.max(at, 0)), ...kept.slice(at + size)];
      if (await isAlive(withItems(fewer))) kept = fewer;
    }
  return withItems(kept);
}

function written(items: readonly unknown[]): string[] {
  const lines = items.map((item, i) => `${i > 0 ? "," : ""}\n${JSON.stringify(item)}`);
  return ['{"apiVersion":"v1","kind":"List","items":[', ...lines, "\n]}\n"];
}
