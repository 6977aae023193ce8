import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { dns, dnsWords, printable, UsageError, type DNSReply, type RequestOf, type Zone } from "../../lib/index.js";
import { jsonLines } from "../../lib/render/json-lines.js";
import { inputsOf, isThere, openQuestion, printLines } from "../question.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runDNS(request: RequestOf<"dns">, terminal: Terminal): Promise<ExitCode> {
  const reporter = makeReporter(request, terminal);
  const { name, inputs } = dnsWords(request, isThere(terminal));
  const { clusterDomain, from, type, resolver: library } = request;
  const resolvConf = resolvConfText(request.resolvConf, terminal);
  const { sources, options } = await openQuestion(inputsOf(inputs, terminal), request, terminal, reporter);
  const { zone, diagnostics } = dns(sources, {
    ...options,
    clusterDomain,
    resolvConf,
    ...(name !== undefined && { about: { name, from } }),
  });
  reporter.tell(diagnostics);
  if (!zone) return 2;
  if (!request.quiet) for (const note of zone.notes) terminal.warn(`note: ${printable(note)}\n`);
  const reply = name === undefined ? undefined : zone.ask({ name, from, type, library });
  if (reply?.kind === "unknown-sender") throw new UsageError(reply.message, reply.note);
  printLines(await linesOf(zone, reply, request.output), terminal);
  if (reporter.failed()) return 2;
  return reply === undefined || reply.isFound ? 0 : 1;
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
