/** Bundles among sources (docs/bundle.md): a dump of the cluster, taken twice, and captures of nodes, each as itself. */
import { NODE_FILES } from "../collect/node-files.js";
import type { Source } from "../source/source.js";

export interface BundledNode {
  readonly node: string;
  /** What tools printed of the node's rules and addresses. */
  readonly sources: readonly Source[];
  /** What else was captured there that tells of failures: connections and settings. */
  readonly facts: readonly Source[];
  /** When its capture began, RFC 3339; undefined when the manifest does not say. */
  readonly capturedAt?: string;
}

/** A node whose capture the manifest calls partial or unreachable, or of which the bundle holds no rules. */
export interface MissedNode {
  readonly node: string;
  /** As the manifest says: "unreachable", "partial" or "complete". */
  readonly state: string;
  readonly error: string;
}

export interface SplitSources {
  /** What objects are read from: of a bundle the last dump of each kind, and everything that is in no bundle. */
  readonly objects: readonly Source[];
  /** The dumps of bundles that were taken before the nodes, where one was taken after them as well. */
  readonly before: readonly Source[];
  /** Nodes of bundles, by name. */
  readonly nodes: readonly BundledNode[];
  /** Nodes that a bundle was to hold and does not, or not whole, by name. */
  readonly missed: readonly MissedNode[];
  /** Folders of bundles, each ending in "/". */
  readonly roots: readonly string[];
  /** Those whose objects were taken, where a bundle does not hold those of all namespaces; sorted. */
  readonly namespaces: readonly string[];
  /** What stands in a bundle under a name that none of its parts has. */
  readonly strange: readonly Source[];
  /** What is in no bundle. */
  readonly others: readonly Source[];
}

const SCHEMA = /"schema"\s*:\s*"svcrules\.dev\/bundle\/v\d+"/;
/** Other files of a node tell no rules. */
const RULES =
  /^(?:ip6?tables(?:-nft|-legacy)?-save\.txt|nft-ruleset\.(?:json|txt)|ipvsadm-save\.txt|ipset-save\.txt|ip-addr\.(?:json|txt))$/;
const FACTS = /^(?:conntrack-udp|sysctl)\.txt$/;
const OF_NODE = new Set(NODE_FILES);
const MOST_MANIFEST_BYTES = 32 << 20;

interface Manifest {
  readonly root: string;
  readonly startedOf: ReadonlyMap<string, string>;
  readonly named: readonly MissedNode[];
  readonly namespaces: readonly string[];
}

/** Tells the parts of bundles apart. Where there is no bundle, everything is `others` and `objects`. */
export function splitBundles(sources: readonly Source[]): SplitSources {
  const manifests = sources.flatMap((source) => readManifest(source) ?? []);
  const objects: Source[] = [];
  const before: Source[] = [];
  const others: Source[] = [];
  const strange: Source[] = [];
  const nodes = new Map<string, { sources: Source[]; facts: Source[]; capturedAt?: string | undefined }>();
  const names = new Set(sources.map(({ name }) => name));
  for (const source of sources) {
    const manifest = manifests.find(({ root }) => source.name.startsWith(root));
    if (!manifest) {
      others.push(source);
      objects.push(source);
      continue;
    }
    const path = source.name.slice(manifest.root.length);
    const [, round, file] = /^cluster\/(before|after)\/([^/]+\.json)$/.exec(path) ?? [];
    if (round === "after") objects.push(source);
    else if (round === "before") (names.has(`${manifest.root}cluster/after/${file!}`) ? before : objects).push(source);
    const [, node, capture] = /^nodes\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (round === undefined && path !== "bundle.json" && !OF_NODE.has(capture ?? "")) strange.push(source);
    if (node === undefined || !(RULES.test(capture!) || FACTS.test(capture!))) continue;
    const known = nodes.get(node) ?? { sources: [], facts: [], capturedAt: manifest.startedOf.get(node) };
    nodes.set(node, known);
    (RULES.test(capture!) ? known.sources : known.facts).push(source);
  }
  return {
    objects,
    before,
    others,
    strange,
    missed: manifests
      .flatMap(({ named }) => named)
      .filter(({ node, state }) => state === "partial" || !(nodes.get(node)?.sources.length ?? 0))
      .sort((a, b) => (a.node < b.node ? -1 : 1)),
    roots: manifests.map(({ root }) => root),
    // One bundle that holds all namespaces makes up for what others lack.
    namespaces: manifests.every(({ namespaces }) => namespaces.length > 0)
      ? [...new Set(manifests.flatMap(({ namespaces }) => namespaces))].sort()
      : [],
    nodes: [...nodes]
      .filter(([, { sources: own }]) => own.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([node, { sources: own, facts, capturedAt }]) => ({
        node,
        sources: own,
        facts,
        ...(capturedAt && { capturedAt }),
      })),
  };
}

function readManifest(source: Source): Manifest | undefined {
  if (!`/${source.name}`.endsWith("/bundle.json") || source.size > MOST_MANIFEST_BYTES) return undefined;
  const text = new TextDecoder().decode(source.read(0, source.size));
  if (!SCHEMA.test(text)) return undefined;
  const { nodes, namespaces } = fieldsOf(text);
  return {
    root: source.name.replace(/bundle\.json$/, ""),
    startedOf: new Map(listOf(nodes).flatMap(startOf)),
    named: listOf(nodes).flatMap(stateOf),
    namespaces: listOf(namespaces).filter((name) => typeof name === "string"),
  };
}

/** Of a manifest that is cut off nothing: everything that must be known is told by the layout. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The name of a node with the time its capture began, as far as the manifest tells. */
function startOf(node: unknown): [string, string][] {
  const { name, started } = (node ?? {}) as Record<string, unknown>;
  return typeof name === "string" && typeof started === "string" && !Number.isNaN(Date.parse(started))
    ? [[name, started]]
    : [];
}

function stateOf(entry: unknown): MissedNode[] {
  const { name, state, error } = (entry ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return typeof name === "string" ? [{ node: name, state: text(state), error: text(error) }] : [];
}
