/** The examples of the library's documentation, as programs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run-cli.js";

export interface Example {
  /** "lib/diff-sources.ts:39". */
  readonly at: string;
  readonly code: string;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The @example parts of the docstrings of lib/*.ts. */
function exampleTags(file: string): Example[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*\*\//g)].flatMap((comment) => {
    const lines = comment[0].split("\n").map((line) => line.replace(/^ ?\* ?/, ""));
    const start = lines.findIndex((line) => line.trim() === "@example");
    if (start < 0) return [];
    const length = lines.slice(start + 1).findIndex((line) => line.startsWith("@") || line === "/");
    const code = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
    return [{ at: `${file}:${lineAt(text, comment.index) + start}`, code }];
  });
}

/** The JavaScript blocks of a Markdown file. */
function fencedBlocks(file: string): Example[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map((m) => ({
    at: `${file}:${lineAt(text, m.index)}`,
    code: m[1]!,
  }));
}

/** Every example, in the order of files and lines. */
export function libraryExamples(): Example[] {
  const modules = ["lib", "lib/api", "lib/node", "lib/pipeline"].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  return [...modules.flatMap(exampleTags), ...fencedBlocks("docs/library.md"), ...fencedBlocks("README.md")];
}
