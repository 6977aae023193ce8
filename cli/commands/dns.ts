import { INPUT_OPTIONS } from "../options.js";
import type { Command } from "./command.js";

export const dnsCommand: Command = {
  name: "dns",
  module: {
    command: "dns [arguments..]",
    describe: "the records cluster DNS serves, and what a name resolves to in a pod",
    builder: (yargs) =>
      yargs
        .positional("arguments", {
          type: "string",
          describe: "a NAME to look up, if wanted, then files, directories or - for stdin",
          default: undefined,
        })
        .options({
          from: {
            type: "string",
            requiresArg: true,
            describe: "the pod that asks: NS/POD, NS/WORKLOAD, or NS for a plain pod",
          },
          manifests: {
            type: "string",
            requiresArg: true,
            array: true,
            describe: "inputs, instead of arguments after NAME",
          },
          type: { type: "string", requiresArg: true, describe: "record type asked for [A and AAAA]" },
          resolver: {
            type: "string",
            requiresArg: true,
            describe: "the pod's C library: glibc (also Go) or musl (Alpine)",
            default: "glibc",
          },
          "cluster-domain": { type: "string", requiresArg: true, describe: "[the input's, else cluster.local]" },
          "resolv-conf": { type: "string", requiresArg: true, describe: "the node's resolv.conf, for its search list" },
          "kube-version": {
            type: "string",
            requiresArg: true,
            describe: "release of the controllers, 1.28 to 1.36 [1.36]",
          },
          output: { type: "string", requiresArg: true, alias: "o", describe: "text or json", default: "text" },
        })
        .options(INPUT_OPTIONS)
        .example("$0 dns manifests/", "every record, as a zone file")
        .example("$0 dns web --from staging/caller dump.json", "what the name is in that pod, step by step")
        .example("$0 dns _http._tcp.web.prod.svc.cluster.local --type SRV dump.json", "one question to the server"),
  },
  run: async (args, terminal) => (await import("../actions/dns.js")).runDNS(args, terminal),
};
