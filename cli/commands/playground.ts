import { UsageError, type RequestOf } from "../../lib/index.js";
import { playgroundPage } from "../playground-page.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runPlayground({ out }: RequestOf<"playground">, terminal: Terminal): Promise<ExitCode> {
  const page = playgroundPage();
  if (page === undefined)
    throw new UsageError("the playground is not built here", "in a checkout: npm run build:playground");
  if (out !== undefined) return saveChunks(terminal, out, [page.text()]);
  if (page.path === undefined)
    throw new UsageError(
      "the page is within this executable: name a file for it",
      "for example: --out playground.html",
    );
  terminal.write(`${page.path}\n`);
  return 0;
}
