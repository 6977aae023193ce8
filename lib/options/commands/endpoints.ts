import { INPUTS, INPUT_OPTIONS, SELECTION_OPTIONS, outputOption, releaseOption } from "../shared.js";
import { NEWEST_RELEASE } from "../releases.js";
import { defineCommand } from "../command.js";

export const endpointsCommand = defineCommand({
  name: "endpoints",
  describe: "the endpoints of every service, and why a pod is not one",
  positionals: INPUTS,
  options: {
    "kube-version": releaseOption("release of the EndpointSlice controller", {
      aliases: ["controller-version"],
      group: "rules",
      otherwise: NEWEST_RELEASE,
    }),
    output: outputOption(["text", "json"]),
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
  },
  examples: [
    ["$0 endpoints manifests/", "a table for each service, then the pods that are no endpoints"],
    ["$0 endpoints dump.json --service shop/web", "one service of a cluster dump"],
    ["kubectl get svc,pods,nodes -A -o yaml | $0 endpoints - -o json", "an array of rows"],
  ],
});
