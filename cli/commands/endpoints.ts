import { FILTER_OPTIONS, INPUT_OPTIONS } from "../options.js";
import type { Command } from "./command.js";

export const endpointsCommand: Command = {
  name: "endpoints",
  module: {
    command: "endpoints [input..]",
    describe: "the endpoints of every service, and why a pod is not one",
    builder: (yargs) =>
      yargs
        .positional("input", { type: "string", describe: "files, directories or - for stdin", default: undefined })
        .options({
          "kube-version": {
            type: "string",
            requiresArg: true,
            alias: "controller-version",
            describe: "release of the EndpointSlice controller, 1.28 to 1.36 [1.36]",
          },
          output: {
            type: "string",
            requiresArg: true,
            alias: "o",
            describe: "text or json",
            default: "text",
          },
        })
        .options(INPUT_OPTIONS)
        .options(FILTER_OPTIONS)
        .example("$0 endpoints manifests/", "a table for each service, then the pods that are no endpoints")
        .example("$0 endpoints dump.json --service shop/web", "one service of a cluster dump")
        .example("kubectl get svc,pods,nodes -A -o yaml | $0 endpoints - -o json", "an array of rows"),
  },
  run: async (args, terminal) => (await import("../actions/endpoints.js")).runEndpoints(args, terminal),
};
