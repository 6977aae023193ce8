import { QUESTION_TYPES } from "../../dns/types.js";
import { choice, list, text } from "../builders.js";
import { INPUT_OPTIONS, outputOption, releaseOption } from "../shared.js";
import { NEWEST_RELEASE } from "../releases.js";
import { defineCommand } from "../command.js";

export const dnsCommand = defineCommand({
  name: "dns",
  describe: "the records cluster DNS serves, and what a name resolves to in a pod",
  positionals: {
    arguments: { isMany: true, describe: "a NAME to look up, if wanted, then files, directories or - for stdin" },
  },
  options: {
    from: text("SENDER", "the pod that asks: NS/POD, NS/WORKLOAD, or NS for a plain pod", { example: "shop/web-1" }),
    manifests: list("INPUT", "inputs, instead of arguments after NAME", { group: "input", example: "manifests/" }),
    type: choice(QUESTION_TYPES, "record type asked for", { isUpperCase: true, otherwise: "A and AAAA" }),
    resolver: choice(["glibc", "musl"], "the pod's C library, glibc (also Go) or musl (Alpine)", { default: "glibc" }),
    "cluster-domain": text("DOMAIN", "of the cluster's names", {
      otherwise: "the input's, else cluster.local",
      example: "cluster.local",
    }),
    "resolv-conf": text("FILE", "the node's resolv.conf, for its search list"),
    "kube-version": releaseOption("release of the controllers", { group: "rules", otherwise: NEWEST_RELEASE }),
    output: outputOption(["text", "json"]),
    ...INPUT_OPTIONS,
  },
  examples: [
    ["$0 dns manifests/", "every record, as a zone file"],
    ["$0 dns web --from staging/caller dump.json", "what the name is in that pod, step by step"],
    ["$0 dns _http._tcp.web.prod.svc.cluster.local --type SRV dump.json", "one question to the server"],
  ],
});
