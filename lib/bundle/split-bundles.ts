/** Bundles among sources (docs/bundle.md): a dump of the cluster, taken twice, and captures of nodes, each as itself. */
import type { Source } from "../source/source.js";

export interface BundledNode {
  readonly node: string;
  /** What tools printed of the node's rules and addresses. */
  readonly sources: readonly Source[];
  /** When its capture began, RFC 3339; undefined when the manifest does not say. */
  readonly capturedAt?: string;
}

export interface SplitSources {
  /** What objects are read from: of a bundle the last dump of each kind, and everything that is in no bundle. */
  readonly objects: readonly Source[];
  /** The dumps of bundles that were taken before the nodes, where one was taken after them as well. */
  readonly before: readonly Source[];
  /** Nodes of bundles, by name. */
  readonly nodes: readonly BundledNode[];
  /** Folders of bundles, each ending in "/". */
  readonly roots: readonly string[];
  /** What is in no bundle. */
  readonly others: readonly Source[];
}

const MANIFEST = /(?:^|\/)bundle\.json$/;
const SCHEMA = /"schema"\s*:\s*"svcrules\.dev\/bundle\/v\d+"/;
/** Other files of a node tell no rules. */
const RULES =
  /^(?:ip6?tables(?:-nft|-legacy)?-save\.txt|nft-ruleset\.(?:json|txt)|ipvsadm-save\.txt|ipset-save\.txt|ip-addr\.(?:json|txt))$/;
const MOST_MANIFEST_BYTES = 32 << 20;

interface Manifest {
  readonly root: string;
  readonly startedOf: ReadonlyMap<string, string>;
}

/** Tells the parts of bundles apart. Where there is no bundle, everything is `others` and `objects`. */
export function splitBundles(sources: readonly Source[]): SplitSources {
  const manifests = sources.flatMap((source) => readManifest(source) ?? []);
  const objects: Source[] = [];
  const before: Source[] = [];
  const others: Source[] = [];
  const nodes = new Map<string, { sources: Source[]; capturedAt?: string | undefined }>();
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
    if (node === undefined || !RULES.test(capture!)) continue;
    const known = nodes.get(node) ?? { sources: [], capturedAt: manifest.startedOf.get(node) };
    nodes.set(node, known);
    known.sources.push(source);
  }
  return {
    objects,
    before,
    others,
    roots: manifests.map(({ root }) => root),
    nodes: [...nodes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([node, { sources: own, capturedAt }]) => ({ node, sources: own, ...(capturedAt && { capturedAt }) })),
  };
}

function readManifest(source: Source): Manifest | undefined {
  if (!MANIFEST.test(source.name) || source.size > MOST_MANIFEST_BYTES) return undefined;
  const text = new TextDecoder().decode(source.read(0, source.size));
  if (!SCHEMA.test(text)) return undefined;
  return { root: source.name.replace(/bundle\.json$/, ""), startedOf: new Map(timesOf(text)) };
}

/** Names of nodes with the time their capture began, as far as the manifest tells. */
function timesOf(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Times only say how old a capture is; everything else is told by the layout.
    return [];
  }
  const nodes = (value as { nodes?: unknown }).nodes;
  return (Array.isArray(nodes) ? (nodes as unknown[]) : []).flatMap((node): [string, string][] => {
    const { name, started } = (node ?? {}) as Record<string, unknown>;
    return typeof name === "string" && typeof started === "string" && !Number.isNaN(Date.parse(started))
      ? [[name, started]]
      : [];
  });
}
