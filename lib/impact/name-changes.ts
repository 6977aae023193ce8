/** DNS names of Services that change or go, and who still asks for them. */
import { findClusterDNS } from "../dns/cluster-dns.js";
import { lookup, serviceName } from "../dns/lookup.js";
import type { ZoneData } from "../dns/zone-data.js";
import { findReferences } from "../doctor/references.js";
import type { ImpactChange } from "../results/impact-report.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import type { Features } from "../config/features.js";
import { compareText } from "./collect-changes.js";
import type { Side, Sides } from "./types.js";
import { isSameService } from "./units.js";

type NameChange = Omit<ImpactChange, "allowed">;

const TYPES = ["A", "AAAA", "CNAME"] as const;

/** `only`: those Services alone; `features`: of the controllers. */
export function nameChanges(sides: Sides, features: Features, only?: ReadonlySet<string>): NameChange[] {
  const names = [...new Set([...sides.before.services.keys(), ...sides.after.services.keys()])].sort(compareText);
  const changed = names.filter((name) => (!only || only.has(name)) && !isSameService(name, sides));
  if (changed.length === 0) return [];
  const [before, after] = [zoneOf(sides.before, features), zoneOf(sides.after, features)];
  const found = changed.flatMap((name) => changeOf(name, before, after) ?? []);
  const references = found.some(({ after: words }) => words === GONE) ? referencesIn(sides.after) : [];
  return grouped(found, references);
}

function zoneOf({ cluster }: Side, features: Features): ZoneData {
  return findClusterDNS(cluster, createEndpointResolver(cluster, features), {}).data;
}

interface Found {
  readonly service: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const GONE = "no such name";

function changeOf(service: string, before: ZoneData, after: ZoneData): Found | undefined {
  const entry = before.services.get(service.toLowerCase()) ?? after.services.get(service.toLowerCase());
  if (!entry) return undefined;
  const zones = [before, after].map((data) => {
    const name = serviceName(data.services.get(service.toLowerCase()) ?? entry, data.config.domains[0]!);
    return { name, words: answerWords(data, name) };
  });
  const [a, b] = zones as [(typeof zones)[0], (typeof zones)[0]];
  if (a.words === b.words && a.name === b.name) return undefined;
  return { service, name: (b.words === GONE ? a : b).name.slice(0, -1), before: a.words, after: b.words };
}

function answerWords(data: ZoneData, name: string): string {
  const answers = TYPES.map((type) => lookup(data, name, type));
  if (answers.every(({ status }) => status === "NXDOMAIN")) return GONE;
  const words = new Set<string>();
  for (const { answers: records } of answers)
    for (const { data: record } of records) {
      if ("address" in record) words.add(record.address);
      else if ("target" in record) words.add(record.target);
    }
  return words.size === 0 ? "no addresses" : [...words].sort(compareText).join(", ");
}

interface Referrer {
  readonly service: string;
  readonly text: string;
}

/** Settings that name a Service in a form that means nothing else, or by its short name in its own namespace. */
function referencesIn({ cluster }: Side): Referrer[] {
  const found: Referrer[] = [];
  for (const { host, namespace, form, text } of findReferences(cluster)) {
    const [name, second, third] = host.split(".");
    const isLong = second !== undefined && (third === undefined || third === "svc");
    if (second !== undefined && !isLong) continue;
    if (second === undefined && form === "bare" && name === "") continue;
    found.push({ service: `${second ?? namespace}/${name}`, text: `${text} in namespace ${namespace} names ${host}` });
  }
  return found;
}

/** Names that go, that come and that answer otherwise stand together; each with its answers. */
function grouped(found: readonly Found[], references: readonly Referrer[]): NameChange[] {
  const kindOf = ({ before, after }: Found) => (after === GONE ? GONE : before === GONE ? "new" : "changed");
  return [GONE, "changed", "new"].flatMap((kind): NameChange[] => {
    const list = found.filter((one) => kindOf(one) === kind);
    if (list.length === 0) return [];
    const services = new Set(list.map(({ service }) => service));
    const referrers = kind === GONE ? references.filter(({ service }) => services.has(service)) : [];
    return [
      {
        kind: "names",
        message: "",
        services: [...services],
        count: list.length,
        nodes: { count: 0, all: true, names: [] },
        clients: [],
        before: kind === "new" ? GONE : list.length === 1 ? list[0]!.before : "resolves",
        after:
          kind === GONE
            ? GONE
            : list.length === 1
              ? list[0]!.after
              : kind === "new"
                ? "resolves"
                : "resolves otherwise",
        frontends: [],
        details: [
          ...list.map(({ name, before, after }) => `${name}: ${before} -> ${after}`),
          ...referrers.map(({ text }) => `still used: ${text}`),
        ],
      },
    ];
  });
}
