/** svcrules dns: the zone of a cluster, or one name as a pod would look it up. */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { featuresOf, NEWEST_VERSION } from "../../lib/config/features.js";
import { parseKubeVersion } from "../../lib/config/kube-version.js";
import { allRecords } from "../../lib/dns/all-records.js";
import { findClusterDNS, type ClusterDNS } from "../../lib/dns/cluster-dns.js";
import { findZone, fullyQualified, lookup } from "../../lib/dns/lookup.js";
import { parseResolvConf } from "../../lib/dns/parse-resolv-conf.js";
import { resolvConfOf, resolvConfOfPod, type ResolvConf } from "../../lib/dns/resolv-conf.js";
import { resolveName } from "../../lib/dns/resolve-name.js";
import { createEndpointResolver } from "../../lib/endpoints/resolve.js";
import type { Cluster } from "../../lib/cluster/types.js";
import type { Pod } from "../../lib/kube/types.js";
import { chunked } from "../../lib/render/chunks.js";
import { answerLines, recordJSON, resolutionJSON, resolutionLines } from "../../lib/render/dns-resolution.js";
import { zoneLines } from "../../lib/render/dns-zone.js";
import { nearest } from "../../lib/util/nearest.js";
import { printable } from "../../lib/util/printable.js";
import { UsageError } from "../errors.js";
import { inputsOf, loadInputs } from "../load.js";
import { choiceOf, stringOf, stringsOf, type Args } from "../options.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runDNS(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", ["text", "json"]) ?? "text";
  const library = choiceOf(args, "resolver", ["glibc", "musl"]) ?? "glibc";
  const type = stringOf(args, "type");
  const { name, inputs } = argumentsOf(args, terminal);
  const reporter = makeReporter(args, terminal);
  const loaded = await loadInputs(inputsOf({ input: inputs }, "input", terminal), args, terminal, reporter);
  reporter.flush();
  if (!loaded) return 2;
  const { cluster } = loaded;
  const version = parseKubeVersion(stringOf(args, "kube-version") ?? "") ?? NEWEST_VERSION;
  const dns = findClusterDNS(cluster, createEndpointResolver(cluster, featuresOf(version)), {
    domain: stringOf(args, "cluster-domain"),
    node: nodeSettings(args, terminal),
  });
  if (args["quiet"] !== true) for (const note of dns.notes) terminal.warn(`note: ${printable(note)}\n`);
  const print = (lines: Iterable<string>) => {
    for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  };
  if (name === undefined) {
    print(
      output === "json" ? [JSON.stringify(zoneJSON(dns), null, 2)] : zoneLines(allRecords(dns.data), zoneNotes(dns)),
    );
    return 0;
  }
  const from = stringOf(args, "from");
  const types = type ? [type] : ["A", "AAAA"];
  const complete = fullyQualified(name);
  const inZone = findZone([...dns.data.config.domains, ...dns.data.config.reverseZones], complete) !== undefined;
  if (from === undefined && (inZone || name.endsWith("."))) {
    const answers = types.map((asked) => lookup(dns.data, complete, asked));
    print(output === "json" ? [JSON.stringify(answers.map(answerJSON), null, 2)] : answers.flatMap(answerLines));
    return answers.some(({ status, answers: found }) => found.length > 0 || status === "upstream") ? 0 : 1;
  }
  const resolution = resolveName(dns.data, settingsOf(from ?? "default", cluster, dns), name, library, types);
  print(output === "json" ? [JSON.stringify(resolutionJSON(resolution), null, 2)] : resolutionLines(resolution));
  return ["resolved", "upstream", "address"].includes(resolution.outcome) ? 0 : 1;
}

/** The first argument is a name unless it is a file or directory; with --from or --manifests it always is one. */
function argumentsOf(args: Args, { cwd }: Terminal): { name: string | undefined; inputs: readonly string[] } {
  const given = stringsOf(args, "arguments");
  const manifests = [...stringsOf(args, "manifests"), ...stringsOf(args, "filename")];
  const [first, ...rest] = given;
  const isPath = (text: string) => text === "-" || existsSync(isAbsolute(text) ? text : join(cwd, text));
  const isName =
    first !== undefined &&
    (stringOf(args, "from") !== undefined || manifests.length > 0 || (!isPath(first) && !first.includes("/")));
  return isName
    ? { name: first, inputs: [...rest, ...manifests] }
    : { name: undefined, inputs: [...given, ...manifests] };
}

function nodeSettings(args: Args, { cwd }: Terminal) {
  const file = stringOf(args, "resolv-conf");
  if (file === undefined) return undefined;
  try {
    return parseResolvConf(readFileSync(isAbsolute(file) ? file : join(cwd, file), "utf8"));
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

/** The resolver settings of NS/POD, of the first pod of NS/WORKLOAD, or of a plain pod of NS. */
function settingsOf(from: string, cluster: Cluster, { node }: ClusterDNS): ResolvConf {
  const slash = from.indexOf("/");
  if (slash < 0) return resolvConfOf({}, from, node);
  const [namespace, name] = [from.slice(0, slash), from.slice(slash + 1)];
  const inNamespace = ({ metadata }: { metadata: Pod["metadata"] }) => (metadata.namespace ?? "default") === namespace;
  const pods = cluster.pods.filter(inNamespace);
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (pod) return resolvConfOfPod(pod, node);
  const workload = cluster.workloads.filter(inNamespace).find(({ metadata }) => metadata.name === name);
  if (workload) return resolvConfOf(workload.spec.template?.spec ?? {}, namespace, node);
  const near = nearest(
    name,
    pods.map(({ metadata }) => metadata.name),
  );
  throw new UsageError(
    `--from ${from}: the input holds no pod or workload of that name`,
    near === undefined
      ? `use --from ${namespace} for a plain pod of the namespace`
      : `did you mean ${namespace}/${near}?`,
  );
}

function zoneNotes({ data }: ClusterDNS): string[] {
  const { config } = data;
  return [
    `records that CoreDNS serves for zone ${config.domains[0]}`,
    ...(config.pods === "insecure"
      ? [`and A.B.C.D as A-B-C-D.NAMESPACE.pod.${config.domains[0]} for any address (pods insecure)`]
      : []),
  ];
}

function zoneJSON({ data, notes }: ClusterDNS): object {
  const { config } = data;
  return {
    schema: "svcrules.dev/dns/v1",
    domain: config.domains[0],
    ttl: config.ttlSeconds,
    pods: config.pods,
    assumptions: notes,
    records: [...allRecords(data)].map(recordJSON),
  };
}

function answerJSON(answer: ReturnType<typeof lookup>): object {
  const { name, type, status, reason, answers, additional, authority } = answer;
  return {
    schema: "svcrules.dev/dns-answer/v1",
    name,
    type,
    status,
    reason,
    answers: answers.map(recordJSON),
    additional: additional.map(recordJSON),
    authority: authority.map(recordJSON),
  };
}
