import { list, text } from "../builders.js";
import { INPUTS } from "../shared.js";
import { defineCommand } from "../command.js";

export const anonymizeCommand = defineCommand({
  name: "anonymize",
  describe: "the same objects and captures without names and addresses, for a bug report",
  positionals: INPUTS,
  options: {
    filename: list("INPUT", "an input, as kubectl names it", { short: "f", group: "input", example: "manifests/" }),
    out: text("PATH", "directory that gets the files, or a file where there is only one", {
      group: "output",
      example: "anonymous/",
    }),
    map: text("FILE", "where to write which name became what; keep it to yourself", {
      group: "output",
      example: "names.json",
    }),
  },
  examples: [
    ["$0 anonymize svcrules-bundle.tar.gz --out anonymous/", "a bundle that can be shown to others"],
    ["$0 anonymize dump.json node.txt --out anonymous/ --map names.json", "and which name became what"],
  ],
});
