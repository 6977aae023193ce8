/** Which files of a tree matter, and which dump each is part of, told by the paths of the whole tree. */
import type { DumpKind } from "../source/source.js";

const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Written by the collectors about themselves. */
const IGNORED = new RegExp(
  [
    String.raw`-errors\.json$`,
    String.raw`\/host-collectors\/.*-info\.json$`,
    String.raw`(?:^|\/)(?:event-filter\.html|analysis\.json|aggregated-discovery-apis?\.yaml|sonobuoy_results\.yaml)$`,
    String.raw`(?:^|\/)must-gather[^/]*\/(?:[^/]+\/)?(?:(?:must-)?gather\.logs|timestamp|version)$`,
  ].join("|"),
);
const SOS_OBJECTS = /(?:^|\/)sos_commands\/kubernetes\/(?:[^/]+\/)*[^/]*kubectl_[^/]*(?:_get_-o_json_|_version)[^/]*$/;
const PROXY_LOG = /(?:^|\/)kube-proxy[^/]*\/(?:logs\.txt|(?:.*\/)?(?:kube-proxy|current)\.log)$/;
const RULES =
  /(?:^|\/)(?:sos_commands\/(?:firewall_tables|networking|ipvs)\/[^/]*|host-collectors\/run-host\/[^/]*)(?:ip6?tables|ipvsadm|nft)[^/]*$/;

const OF_HOST =
  /(?:^|\/)(?:sos_commands\/(?:firewall_tables|networking|ipvs)|host-collectors\/run-host|network_logs)\//;

/** Of a bundle, docs/bundle.md; manifest and objects are JSON. */
const BUNDLED = /(?:^|\/)nodes\/[^/]+\/[a-z0-9-]+\.txt$/;

/** Below the folder of a namespace, as `oc adm inspect` writes it. */
const OF_NAMESPACE = /(?:^|\/)namespaces\/[^/]+\/(?:core|pods|apps|[^/]+\.k8s\.io)\//;

/** True for files that may hold objects or facts; the content decides. `path`: with "/" between names. */
export function isWantedFile(path: string): boolean {
  if (IGNORED.test(path)) return false;
  return (
    MANIFEST.test(path) || SOS_OBJECTS.test(path) || PROXY_LOG.test(path) || BUNDLED.test(path) || RULES.test(path)
  );
}

/** True for files that tell nothing but how a dump was made. */
export function isAboutDump(path: string): boolean {
  return IGNORED.test(path);
}

/** True for files of a dump that hold what a tool printed of a node's rules, whatever that is. */
export function isRulesFile(path: string): boolean {
  return RULES.test(path) && !IGNORED.test(path);
}

/** True for files in the folders of a dump in which stands what was run on nodes. */
export function isOfHost(path: string): boolean {
  return OF_HOST.test(path);
}

/** Finds the dumps in a tree of files: the kind of dump for a path, or undefined for plain manifests. */
export function findDumps(paths: Iterable<string>): (path: string) => DumpKind | undefined {
  const all = [...paths];
  const roots = clusterInfoRoots(all);
  const gathered = gatheredBeside(all);
  const sonobuoy = sonobuoyRoots(all);
  const reports = foldersWith(all, "sos_commands/");
  const ofFolder = (path: string): DumpKind | undefined =>
    roots.some((root) => path.startsWith(root)) ? "cluster-info-dump" : undefined;
  return (path) => {
    const folders = `/${path.slice(0, path.lastIndexOf("/") + 1)}`;
    const isBelow = (name: string) => folders.includes(`/${name}/`);
    if (reports.some((root) => path.startsWith(root))) return "sos";
    if (isBelow("cluster-scoped-resources") || (isBelow("namespaces") && OF_NAMESPACE.test(path))) return "inspect";
    if (gathered.some((folder) => path.startsWith(folder))) return "inspect";
    if (sonobuoy.some((root) => path.startsWith(root))) return "sonobuoy";
    if (isBelow("cluster-resources") || isBelow("host-collectors")) return "troubleshoot";
    return `/${path}`.endsWith("/cluster-info/cluster_version.json") ? "troubleshoot" : ofFolder(path);
  };
}

/** What must-gather puts beside the resources. */
const GATHERED = ["etcd_info", "host_service_logs", "monitoring", "network_logs", "pod_network_connectivity_check"];

/** Such folders of a must-gather, each ending in "/". */
function gatheredBeside(paths: readonly string[]): string[] {
  return foldersWith(paths, "cluster-scoped-resources/").flatMap((root) => GATHERED.map((name) => `${root}${name}/`));
}

/** Directories of Sonobuoy's results: resources by namespace, beside the groups that the server had. */
function sonobuoyRoots(paths: readonly string[]): string[] {
  const known = new Set(paths);
  return foldersWith(paths, "resources/ns/").filter((root) => known.has(`${root}servergroups.json`));
}

/** Directories that files stand in below a folder of the name, each ending in "/" or empty. */
function foldersWith(paths: readonly string[], below: string): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const at = `/${path}`.indexOf(`/${below}`);
    if (at >= 0) folders.add(path.slice(0, at));
  }
  return [...folders];
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
