import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { DNSReply, Zone } from "../../lib/index.js";
import { printable, QUESTION_TYPES } from "../../lib/index.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { UsageError } from "../errors.js";
import { choice, list, text } from "../options/builders.js";
import { INPUT_OPTIONS, outputOption, releaseOption } from "../options/shared.js";
import { NEWEST_RELEASE } from "../options/releases.js";
import { inputsOf, openQuestion, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { Terminal } from "../terminal.js";
import { defineCommand } from "./command.js";

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
  run: async (request, terminal) => {
    const { dns } = await import("../../lib/index.js");
    const reporter = makeReporter(request, terminal);
    const { name, inputs } = argumentsOf(request, terminal);
    const { clusterDomain, from, type, resolver: library } = request;
    const resolvConf = resolvConfText(request.resolvConf, terminal);
    const { sources, options } = await openQuestion(inputsOf(inputs, terminal), request, terminal, reporter);
    const { zone, diagnostics } = dns(sources, {
      ...options,
      clusterDomain,
      resolvConf,
      ...(name !== undefined && { about: { name, from } }),
    });
    reporter.add(diagnostics);
    reporter.flush();
    if (!zone) return 2;
    if (!request.quiet) for (const note of zone.notes) terminal.warn(`note: ${printable(note)}\n`);
    const reply = name === undefined ? undefined : zone.ask({ name, from, type, library });
    if (reply?.kind === "unknown-sender") throw new UsageError(reply.message, reply.note);
    printLines(await linesOf(zone, reply, request.output), terminal);
    if (reporter.failed()) return 2;
    return reply === undefined || reply.isFound ? 0 : 1;
  },
});

interface Words {
  readonly arguments: readonly string[];
  readonly manifests: readonly string[];
  readonly filename: readonly string[];
  readonly from?: string;
}

/** The first argument is a name unless it is a file or directory; with --from, --manifests or -f it always is one. */
function argumentsOf(
  { arguments: given, manifests, filename, from }: Words,
  { cwd }: Terminal,
): { readonly name: string | undefined; readonly inputs: readonly string[] } {
  const named = [...manifests, ...filename];
  const [first, ...rest] = given;
  const isPath = (text: string) => text === "-" || existsSync(isAbsolute(text) ? text : join(cwd, text));
  const isName =
    first !== undefined && (from !== undefined || named.length > 0 || (!isPath(first) && !first.includes("/")));
  return isName ? { name: first, inputs: [...rest, ...named] } : { name: undefined, inputs: [...given, ...named] };
}

function resolvConfText(file: string | undefined, { cwd }: Terminal): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(isAbsolute(file) ? file : join(cwd, file), "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

async function linesOf(
  zone: Zone,
  reply: Exclude<DNSReply, { kind: "unknown-sender" }> | undefined,
  output: "text" | "json",
): Promise<Iterable<string>> {
  const { replyJSON, replyLines, zoneJSON, zoneNotes } = await import("../../lib/render/dns-json.js");
  if (reply) return output === "json" ? jsonLines(replyJSON(reply)) : replyLines(reply);
  if (output === "json") return jsonLines(zoneJSON(zone));
  const { zoneLines } = await import("../../lib/render/dns-zone.js");
  return zoneLines(zone.records(), zoneNotes(zone));
}
