/** What happens when a program in a pod looks a name up: which questions are asked and which answer ends it. */
import { canonicalIP } from "../net/ip.js";
import { fullyQualified, lookup, serviceName } from "./lookup.js";
import { ndotsOf, type ResolvConf } from "./resolv-conf.js";
import type { DNSAnswer, DNSRecord } from "./types.js";
import type { ServiceEntry, ZoneData } from "./zone-data.js";

/** musl is Alpine's; "glibc" also stands for Go's own resolver. */
export type ResolverLibrary = "glibc" | "musl";

export interface ResolutionStep {
  /** The complete name asked, with its final dot. */
  readonly name: string;
  /** The search entry appended; undefined for the name as typed. */
  readonly search?: string;
  readonly answers: readonly DNSAnswer[];
}

/**
 * How a lookup ends.
 * `no-server`: the nameserver is a Service without ready endpoints. `upstream`: an answer depends on a resolver outside.
 */
export type ResolutionOutcome = "resolved" | "not-found" | "no-data" | "upstream" | "no-server" | "address";

export interface Resolution {
  readonly typed: string;
  readonly conf: ResolvConf;
  readonly library: ResolverLibrary;
  readonly steps: readonly ResolutionStep[];
  readonly outcome: ResolutionOutcome;
  /** The name that answered. */
  readonly answeredBy?: string;
  readonly records: readonly DNSRecord[];
  /** One sentence. */
  readonly summary: string;
  readonly notes: readonly string[];
}

/** The complete names a resolver tries, in order. */
export function searchSequence(
  typed: string,
  conf: ResolvConf,
  library: ResolverLibrary,
): { name: string; search?: string }[] {
  const literal = { name: fullyQualified(typed) };
  if (typed.endsWith(".")) return [literal];
  const dots = typed.split(".").length - 1;
  const searched = conf.searches.map((search) => ({
    name: fullyQualified(search === "." ? typed : `${typed}.${search}`),
    search,
  }));
  if (dots < ndotsOf(conf)) return [...searched, literal];
  return library === "musl" ? [literal] : [literal, ...searched];
}

/** The Service whose cluster IP is the nameserver's address. */
function serverEntry(data: ZoneData, nameserver: string): ServiceEntry | undefined {
  const address = canonicalIP(nameserver);
  for (const entry of data.services.values())
    if (entry.kind === "cluster-ip" && entry.clusterIPs.some((ip) => ip.address === address)) return entry;
  return undefined;
}

/** Whether the pod's nameservers can be the cluster's DNS server, and what is known against it. */
function judgeServers(data: ZoneData, conf: ResolvConf): { cluster: boolean; broken?: ServiceEntry; notes: string[] } {
  if (conf.from === "node") return { cluster: false, notes: [] };
  const entries = conf.nameservers.map((nameserver) => serverEntry(data, nameserver));
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length === 0)
    return conf.from === "pod"
      ? { cluster: false, notes: [] }
      : {
          cluster: true,
          notes: [
            `no Service in the input has address ${conf.nameservers.join(", ")}: it is taken for the cluster's DNS server`,
          ],
        };
  if (
    known.length === conf.nameservers.length &&
    known.every((entry) => entry.endpoints().length === 0 && entry.endpointsKnown())
  )
    return { cluster: true, broken: known[0]!, notes: [] };
  return { cluster: true, notes: [] };
}

const OUTSIDE = "the pod does not ask the cluster's DNS server, so a resolver outside answers";

type StepVerdict = "answered" | "go-on" | "stop";

function judgeStep(answers: readonly DNSAnswer[], library: ResolverLibrary): StepVerdict {
  if (answers.some((answer) => answer.answers.length > 0)) return "answered";
  if (library === "musl" && answers.some(({ status }) => status === "NOERROR")) return "stop";
  return "go-on";
}

/**
 * Follows a lookup from a pod.
 * `types`: record types asked at each step, normally A and AAAA.
 * A step that an upstream resolver would answer counts as "not there" when search entries follow, and as unknown at the end.
 */
export function resolveName(
  data: ZoneData,
  conf: ResolvConf,
  typed: string,
  library: ResolverLibrary = "glibc",
  types: readonly string[] = ["A", "AAAA"],
): Resolution {
  const base = { typed, conf, library };
  if (canonicalIP(typed) !== undefined)
    return {
      ...base,
      steps: [],
      outcome: "address",
      records: [],
      summary: `${typed} is an address: nothing is looked up`,
      notes: conf.notes,
    };
  const servers = judgeServers(data, conf);
  const notes = [...conf.notes, ...servers.notes];
  if (servers.broken) {
    const { metadata } = servers.broken.service;
    const summary = `no answer: the nameserver ${conf.nameservers.join(", ")} is Service ${metadata.namespace}/${metadata.name}, which has no ready endpoint, so every lookup of the pod fails`;
    return { ...base, steps: [], outcome: "no-server", records: [], summary, notes };
  }
  const steps: ResolutionStep[] = [];
  for (const { name, search } of searchSequence(typed, conf, library)) {
    const answers = types.map((type) => (servers.cluster ? lookup(data, name, type) : upstreamAnswer(name, type)));
    const step: ResolutionStep = { name, ...(search === undefined ? {} : { search }), answers };
    steps.push(step);
    const verdict = judgeStep(answers, library);
    if (verdict === "answered") {
      const records = withoutDoubles(answers.flatMap((answer) => answer.answers));
      const skipped = steps.slice(0, -1).some(isUpstream);
      if (skipped)
        notes.push(
          "an earlier question went to the upstream resolver; it is taken to say that the name does not exist",
        );
      return { ...base, steps, outcome: "resolved", answeredBy: name, records, summary: `${typed} is ${name}`, notes };
    }
    if (verdict === "stop") {
      const summary = `${name} exists without data, and musl ends the search there`;
      return { ...base, steps, outcome: "no-data", records: [], summary, notes };
    }
  }
  return { ...base, steps, ...ending(typed, steps, data), records: [], notes };
}

function isUpstream(step: ResolutionStep): boolean {
  return step.answers.some(({ status }) => status === "upstream");
}

function upstreamAnswer(name: string, type: string): DNSAnswer {
  return { name, type, status: "upstream", answers: [], additional: [], authority: [], reason: OUTSIDE };
}

/** No public name looks like this: one label, or one that ends like a name of the cluster. */
function looksLikeClusterName(typed: string, data: ZoneData): boolean {
  const labels = typed.toLowerCase().replace(/\.$/, "").split(".");
  const last = labels.at(-1)!;
  return labels.length === 1 || last === "svc" || data.namespaces.has(last);
}

function ending(
  typed: string,
  steps: readonly ResolutionStep[],
  data: ZoneData,
): { outcome: ResolutionOutcome; summary: string } {
  if (steps.length > 0 && steps.every(isUpstream) && steps[0]!.answers[0]?.reason === OUTSIDE)
    return { outcome: "upstream", summary: `every question about ${typed} goes to a resolver outside the cluster` };
  const literal = steps.find(({ search }) => search === undefined);
  if (literal && isUpstream(literal) && !looksLikeClusterName(typed, data))
    return {
      outcome: "upstream",
      summary: `${typed} is no name of the cluster; what it is, the upstream resolver decides`,
    };
  const told = steps.flatMap(({ answers }) => answers.filter(({ status }) => status !== "upstream"));
  const empty = told.some(({ status }) => status === "NOERROR");
  const closest =
    told.find(({ status }) => status === "NOERROR") ??
    told.find(({ reason }) => reason.startsWith("there is no Service")) ??
    told[0];
  return {
    outcome: empty ? "no-data" : "not-found",
    summary: `${typed} does not resolve: ${elsewhere(typed, steps, data) ?? closest?.reason ?? "no server of the cluster knows it"}`,
  };
}

/** For a short name: the namespaces that do hold a Service of that name. */
function elsewhere(typed: string, steps: readonly ResolutionStep[], data: ZoneData): string | undefined {
  const label = typed.toLowerCase().split(".")[0]!;
  if (typed.includes(".") || steps.length === 0) return undefined;
  const found = [...data.services.values()].filter(
    ({ name, namespace }) => name === label && data.namespaces.has(namespace),
  );
  const zone = data.config.domains[0]!;
  const asked = steps.find((step) => found.some((entry) => serviceName(entry, zone) === step.name));
  if (asked) return asked.answers[0]?.reason;
  if (found.length === 0) return `no namespace holds a Service "${label}"`;
  const names = found.map(({ namespace }) => `"${namespace}"`);
  return `Service "${label}" is in namespace ${names.join(", ")}, and a short name finds only Services of the pod's own namespace; ask for ${label}.${found[0]!.namespace}`;
}

/** The alias of a name stands in the answers of every type. */
function withoutDoubles<R>(records: readonly R[]): R[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}
