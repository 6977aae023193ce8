/** What to read again for the objects of a source: a part of a bundle has no name that can be opened. */
export function inputHolding(name: string, roots: readonly string[], files: readonly string[]): string {
  if (!roots.some((root) => name.startsWith(root))) return name;
  return files.find((file) => name === file || name.startsWith(file.endsWith("/") ? file : `${file}/`)) ?? name;
}
