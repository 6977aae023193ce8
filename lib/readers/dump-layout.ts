/** Which files of a tree matter, and which dump each is part of, told by the paths of the whole tree. */
import type { DumpKind, Source } from "../source/source.js";

/** `Kustomization` is a name that kustomize knows without an ending. */
const MANIFEST = /\.(?:ya?ml|json)$|(?:^|\/)Kustomization$/i;
/** Written by the collectors about themselves. */
const IGNORED = new RegExp(
  [
    String.raw`-errors\.json$`,
    String.raw`\/host-collectors\/.*-info\.json$`,
    String.raw`(?:^|\/)(?:event-filter\.html|analysis\.json|aggregated-discovery-apis?\.yaml|sonobuoy_results\.yaml)$`,
    String.raw`(?:^|\/)must-gather[^/]*\/(?:[^/]+\/)?(?:(?:must-)?gather\.logs?|timestamp|version)$`,
  ].join("|"),
);
const SOS_OBJECTS = /(?:^|\/)sos_commands\/kubernetes\/(?:[^/]+\/)*[^/]*kubectl_[^/]*(?:_get_-o_json_|_version)[^/]*$/;
const PROXY_LOG = /(?:^|\/)kube-proxy[^/]*\/(?:logs\.txt|(?:.*\/)?(?:kube-proxy|current)\.log)$/;
const RULES =
  /(?:^|\/)(?:sos_commands\/(?:firewall_tables|networking|ipvs)\/[^/]*|host-collectors\/run-host\/[^/]*)(?:ip6?tables|ipvsadm|nft)[^/]*$/;

const OF_HOST =
  /(?:^|\/)(?:sos_commands\/(?:firewall_tables|networking|ipvs)|host-collectors\/run-host|network_logs|nodes\/[^/]+)\//;

/** Files that tell the reports on one node that scripts for EKS, Rancher and AKS write. */
const OF_HOST_REPORTS = ["sysctls/sysctl_all.txt", "networking/iptablessave", "collect/proc/net/dev"];

/** Whether a file tells by its name of which report others beside it are part. */
export function tellsReport(path: string): boolean {
  return OF_HOST_REPORTS.some((told) => `/${path}`.endsWith(`/${told}`));
}

/** Whoever wrote them, but not what a tool logs or is to do. */
const NAMED_AFTER_TOOL = /(?:^|[/_.-])(?:ip6?tables|ipvsadm|ipset|nft)(?![^/]*\.(?:log|ya?ml)$)[^/]*$/;

/** Of a bundle, docs/bundle.md; manifest and objects are JSON. */
const BUNDLED = /(?:^|\/)nodes\/[^/]+\/[a-z0-9-]+\.txt$/;

/** Below the folder of a namespace, as `oc adm inspect` writes it; people keep manifests in `namespaces/shop/apps/`, too. */
const OF_NAMESPACE = new RegExp(
  String.raw`(?:^|/)namespaces/[^/]+/(?:pods/|[^/]+\.k8s\.io/|(?:core|apps)/` +
    "(?:pods|services|endpoints|events|configmaps|secrets|persistentvolumeclaims|replicationcontrollers|serviceaccounts|" +
    String.raw`deployments|daemonsets|replicasets|statefulsets|controllerrevisions)(?:/[^/]+)?\.(?:ya?ml|json)$)`,
);

/** The same of what is in no namespace. */
const OF_CLUSTER = /(?:^|\/)cluster-scoped-resources\/(?:core|apps|[^/]+\.[^/]+)\//;

/** Somebody's own, in a folder `cluster-resources`: Troubleshoot writes JSON there, save for resources of other kinds. */
const OWN_MANIFEST = /(?:^|\/)cluster-resources\/(?!custom-resources\/).*\.ya?ml$/;

/** True for files that may hold objects or facts; the content decides. `path`: with "/" between names. */
export function isWantedFile(path: string): boolean {
  return (
    MANIFEST.test(path) || SOS_OBJECTS.test(path) || PROXY_LOG.test(path) || BUNDLED.test(path) || RULES.test(path)
  );
}

/** True for files that tell nothing but how a dump was made. Of other files such a name says nothing. */
export function isAboutDump({ name, dump }: Pick<Source, "name" | "dump">): boolean {
  return dump !== undefined && IGNORED.test(name);
}

/** True for files of a dump that hold what a tool printed of a node's rules, whatever that is. */
export function isRulesFile(path: string): boolean {
  return (RULES.test(path) || NAMED_AFTER_TOOL.test(path)) && !path.endsWith("-info.json");
}

/** True for files in the folders of a dump in which stands what was run on nodes. */
export function isOfHost(path: string): boolean {
  return OF_HOST.test(path);
}

/** Logs of pods and services hold any program's words. */
export function isOfLogs(path: string): boolean {
  return /(?:^|\/)(?:host_service_)?logs(?:\.txt$|\/)/.test(path);
}

/** Finds the dumps in a tree of files: the kind of dump for a path, or undefined for plain manifests. */
export function findDumps(paths: Iterable<string>): (path: string) => DumpKind | undefined {
  const all = [...paths];
  const roots = clusterInfoRoots(all);
  const gathered = gatheredBeside(all);
  const sonobuoy = sonobuoyRoots(all);
  const hosts = OF_HOST_REPORTS.flatMap((told) => foldersWith(all, told));
  const reports = foldersWith(all, "sos_commands/");
  const besides = rootsBeside(all);
  const shot = foldersWith(all, "cluster-info/cluster_version.json");
  const ofFolder = (path: string): DumpKind | undefined =>
    roots.some((root) => path.startsWith(root)) ? "cluster-info-dump" : undefined;
  return (path) => {
    const folders = `/${path.slice(0, path.lastIndexOf("/") + 1)}`;
    const isBelow = (name: string) => folders.includes(`/${name}/`);
    if (reports.some((root) => path.startsWith(root))) return "sos";
    if (hosts.some((root) => path.startsWith(root))) return "host";
    if (OF_CLUSTER.test(path) || (isBelow("namespaces") && OF_NAMESPACE.test(path))) return "inspect";
    if (gathered.some((folder) => path.startsWith(folder))) return "inspect";
    if (sonobuoy.some((root) => path.startsWith(root))) return "sonobuoy";
    if ((isBelow("cluster-resources") && !OWN_MANIFEST.test(path)) || isBelow("host-collectors")) return "troubleshoot";
    if (shot.some((root) => path.startsWith(root))) return "troubleshoot";
    return ofFolder(path) ?? (IGNORED.test(path) ? besides.find(([root]) => path.startsWith(root))?.[1] : undefined);
  };
}

/** What must-gather puts beside the resources. */
const GATHERED = [
  "audit_logs",
  "etcd_info",
  "host_service_logs",
  "insights-data",
  "monitoring",
  "network_logs",
  "nodes",
  "pod_network_connectivity_check",
  "static-pods",
];

/** Such folders of a must-gather, each ending in "/". */
function gatheredBeside(paths: readonly string[]): string[] {
  return foldersWith(paths, "cluster-scoped-resources/").flatMap((root) => GATHERED.map((name) => `${root}${name}/`));
}

/** Directories in which such dumps stand, with the collectors' own files beside their folders. */
function rootsBeside(paths: readonly string[]): [root: string, kind: DumpKind][] {
  const inspected = foldersWith(paths, "cluster-scoped-resources/").map((root) => {
    // must-gather makes a folder for each of its images.
    const gather = /^(?:.*\/)?must-gather[^/]*\//.exec(root)?.[0];
    return [gather ?? root, "inspect"] as [string, DumpKind];
  });
  const shot = ["cluster-resources/", "host-collectors/"].flatMap((name) => foldersWith(paths, name));
  return [...inspected, ...shot.map((root) => [root, "troubleshoot"] as [string, DumpKind])];
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
