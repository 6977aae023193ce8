import { UsageError } from "../errors.js";
import { text } from "../options/builders.js";
import { playgroundPage } from "../playground-page.js";
import { saveChunks } from "../save-lines.js";
import { defineCommand } from "./command.js";

export const playgroundCommand = defineCommand({
  name: "playground",
  describe: "where the page is that shows Services become rules in a browser; needs no server and no network",
  positionals: {},
  options: {
    out: text("PATH", "file to write the page to", { group: "output", otherwise: "its place is printed" }),
  },
  examples: [
    ["$0 playground", "prints the place of the page; open it in a browser"],
    ["$0 playground --out playground.html", "writes the page, one file for any static host"],
  ],
  run: async ({ out }, terminal) => {
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
  },
});
