/** Which files of a tree matter, and which dump each is part of, told by the paths of the whole tree. */
import type { DumpKind } from "../source/source.js";

const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Written by the collectors about themselves. */
const IGNORED =
  /(?:-errors\.json|\/host-collectors\/.*-info\.json|(?:^|\/)(?:event-filter\.html|analysis\.json|aggregated-discovery-apis?\.yaml))$/;
const SOS_OBJECTS = /(?:^|\/)sos_commands\/kubernetes\/(?:[^/]+\/)*[^/]*kubectl_[^/]*(?:_get_-o_json_|_version)[^/]*$/;
const PROXY_LOG = /(?:^|\/)kube-proxy[^/]*\/(?:logs\.txt|(?:.*\/)?(?:kube-proxy|current)\.log)$/;
const RULES =
  /(?:^|\/)(?:sos_commands\/(?:firewall_tables|networking|ipvs)\/[^/]*|host-collectors\/run-host\/[^/]*)(?:ip6?tables|ipvsadm|nft)[^/]*$/;

/** Of a bundle, docs/bundle.md; manifest and objects are JSON. */
const BUNDLED = /(?:^|\/)nodes\/[^/]+\/[a-z0-9-]+\.txt$/;

/** Below the folder of a namespace, as `oc adm inspect` writes it. */
const OF_NAMESPACE = /(?:^|\/)namespaces\/[^/]+\/(?:core|pods|apps|[^/]+\.k8s\.io)\//;

/** True for files that may hold objects or facts; the content decides. `path`: with "/" between names. */
export function isWantedFile(path: string): boolean {
  if (IGNORED.test(path)) return false;
  return (
    MANIFEST.test(path) ||
    SOS_OBJECTS.test(path) ||
    PROXY_LOG.test(path) ||
    BUNDLED.test(path) ||
    (RULES.test(path) && !/-info\.json$/.test(path))
  );
}

/** Finds the dumps in a tree of files: the kind of dump for a path, or undefined for plain manifests. */
export function findDumps(paths: Iterable<string>): (path: string) => DumpKind | undefined {
  const all = [...paths];
  const roots = clusterInfoRoots(all);
  const ofFolder = (path: string): DumpKind | undefined =>
    roots.some((root) => path.startsWith(root)) ? "cluster-info-dump" : undefined;
  return (path) => {
    const folders = `/${path.slice(0, path.lastIndexOf("/") + 1)}`;
    const isBelow = (name: string) => folders.includes(`/${name}/`);
    if (isBelow("sos_commands")) return "sos";
    if (isBelow("cluster-scoped-resources") || (isBelow("namespaces") && OF_NAMESPACE.test(path))) return "inspect";
    if (isBelow("cluster-resources") || isBelow("host-collectors")) return "troubleshoot";
    return `/${path}`.endsWith("/cluster-info/cluster_version.json") ? "troubleshoot" : ofFolder(path);
  };
}

/** How a file of `kubectl cluster-info dump` may end, by its `--output`. */
const LISTED = ["json", "yaml", "txt"];

/** Directories with a file of nodes beside directories of services and replication controllers, each ending in "/". */
function clusterInfoRoots(paths: readonly string[]): string[] {
  const nodes = new Set<string>();
  const controllers = new Set<string>();
  for (const path of paths) {
    const slash = path.lastIndexOf("/");
    const [directory, file] = [path.slice(0, slash + 1), path.slice(slash + 1)];
    if (LISTED.some((ending) => file === `nodes.${ending}`)) nodes.add(directory);
    else if (LISTED.some((ending) => file === `replication-controllers.${ending}`)) controllers.add(directory);
  }
  const parents = new Set(
    [...controllers].map((directory) => directory.slice(0, directory.slice(0, -1).lastIndexOf("/") + 1)),
  );
  return [...nodes].filter((directory) => parents.has(directory));
}
