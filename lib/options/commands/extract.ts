import { CHANGE_KINDS } from "../../diff/types.js";
import { choice, list, text } from "../builders.js";
import { INPUTS, INPUT_OPTIONS } from "../shared.js";
import { defineCommand } from "../command.js";

export const extractCommand = defineCommand({
  name: "extract",
  describe: "the smallest input that gives the same answers about one service",
  positionals: INPUTS,
  options: {
    service: text("[NS/]NAME", "the service", { group: "selection", names: "service", example: "shop/web" }),
    namespace: text("NS", "of a service named without one", { short: "n", group: "selection", names: "namespace" }),
    for: choice(CHANGE_KINDS, "a change that diff reports: leave out what it does not need", {
      group: "selection",
    }),
    from: list("POD", "keep this pod too, to trace from it", {
      group: "selection",
      names: "sender",
      example: "shop/cart-0",
    }),
    node: text("NAME", "node that the captures are of", {
      group: "node",
      names: "node",
      otherwise: "told by the captures",
    }),
    ...INPUT_OPTIONS,
    out: text("DIR", "directory that gets the files", { group: "output", example: "web/" }),
  },
  examples: [
    ["$0 extract --service shop/web svcrules-bundle.tar.gz --out web/", "one service of a bundle, as a bundle"],
    ["$0 extract --service shop/web --for endpoint-stale dump.json node.txt --out web/", "one change of it"],
    ["$0 anonymize web/ --out report/", "and without names: a good bug report"],
  ],
});
