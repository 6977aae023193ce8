import { text } from "../builders.js";
import { defineCommand } from "../command.js";

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
});
