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
    if (!path.includes("/")) return ofFolder(path);
    if (/(?:^|\/)sos_commands\//.test(path)) return "sos";
    if (
      /(?:^|\/)cluster-scoped-resources\//.test(path) ||
      /(?:^|\/)namespaces\/[^/]+\/(?:core|pods|apps|[^/]+\.k8s\.io)\//.test(path)
    )
      return "inspect";
    if (
      /(?:^|\/)(?:cluster-resources|host-collectors)\//.test(path) ||
      /(?:^|\/)cluster-info\/cluster_version\.json$/.test(path)
    )
      return "troubleshoot";
    return ofFolder(path);
  };
}

/** Directories with a file of nodes beside directories of services and replication controllers, each ending in "/". */
function clusterInfoRoots(paths: readonly string[]): string[] {
  const nodes = new Set<string>();
  const controllers = new Set<string>();
  for (const path of paths) {
    const slash = path.lastIndexOf("/");
    const [directory, file] = [path.slice(0, slash + 1), path.slice(slash + 1)];
    if (/^nodes\.(?:json|yaml|txt)$/.test(file)) nodes.add(directory);
    else if (/^replication-controllers\.(?:json|yaml|txt)$/.test(file)) controllers.add(directory);
  }
  const parents = new Set(
    [...controllers].map((directory) => directory.slice(0, directory.slice(0, -1).lastIndexOf("/") + 1)),
  );
  return [...nodes].filter((directory) => parents.has(directory));
}
