/** The script that gathers a bundle, and the part of it that runs on a node. */
import type { CollectOptions } from "./options.js";
import { NODE_FILES } from "./node-files.js";
import { NODE_SCRIPT } from "./node-script.js";
import { BASICS, CLUSTER, FINISH, NODES } from "./script-parts.js";

/** Templates of kubectl for what the script itself has to know. */
const TEMPLATES = {
  SELECTORLESS:
    '{{range .items}}{{if not .spec.selector}}{{if ne .spec.type "ExternalName"}}{{.metadata.namespace}} {{.metadata.name}}{{"\\n"}}{{end}}{{end}}{{end}}',
  UDP_PORTS:
    '{{range .items}}{{range .spec.ports}}{{if eq .protocol "UDP"}}{{.port}} {{if .nodePort}}{{.nodePort}} {{end}}{{end}}{{end}}{{end}}',
  NODE_NAMES:
    '{{range .items}}{{.metadata.name}}{{range .status.addresses}}{{if eq .type "InternalIP"}} {{.address}}{{end}}{{end}}{{"\\n"}}{{end}}',
  POD_NAMES: '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}',
};

/**
 * A POSIX shell script that writes one bundle (docs/bundle.md) and asks nothing.
 * Exit status of the script: 0 everything was got, 1 a bundle without some of it, 2 no bundle, 130 interrupted.
 * `createdBy`: program and version for the manifest.
 */
export function renderCollectScript(options: CollectOptions, createdBy: string): string {
  return [
    head(options, createdBy),
    BASICS,
    CLUSTER,
    NODES,
    overSSH(options.ssh),
    `cat >"$work/node.tail" <<'END_OF_NODE_SCRIPT'\n${NODE_SCRIPT}END_OF_NODE_SCRIPT`,
    FINISH,
    main(options),
  ].join("\n\n");
}

/** What runs on one node by itself: prints the stream that `unpack` of the collecting script reads. */
export function renderNodeScript(udpPorts: readonly number[] = []): string {
  return `#!/bin/sh\n# What the tools of a node say, as one stream on standard output; nothing is changed.\nroot=''\nudp_ports='${udpPorts.join(" ")}'\n${NODE_SCRIPT}`;
}

function head({ nodes, via, namespaces, podNamespace, image, timeout, parallel, withEnv }: CollectOptions, by: string) {
  const names = typeof nodes === "string" ? nodes : nodes.join(" ");
  const assignments = {
    created_by: by.replace(/[^ -~]|["\\']/g, ""),
    nodes: names,
    via,
    namespaces: namespaces.join(" "),
    pod_namespace: podNamespace,
    image,
    timeout: String(timeout),
    parallel: String(parallel),
    with_env: withEnv ? "yes" : "no",
    node_files: NODE_FILES.join(" "),
    ...TEMPLATES,
  };
  const lines = Object.entries(assignments).map(([name, value]) => `${name}=${shellQuoted(value)}`);
  return `#!/bin/sh
# Gathers what svcrules needs of a cluster and its nodes into one file, and changes nothing but that file.
# Usage: sh collect.sh [BUNDLE]     (default: svcrules-bundle.tar.gz; $KUBECTL names another kubectl)
# No Secret is read, and of ConfigMaps only kube-proxy's and CoreDNS's. ${
    withEnv
      ? "Environments and arguments of containers are kept."
      : "Environments and arguments of containers are left out."
  }
# shellcheck disable=SC2034 # which of these are used depends on how nodes are reached
# shellcheck disable=SC2317,SC2329 # functions are called by name from traps and "limited"
${lines.join("\n")}`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The words with the node's name and address put in by the shell. */
function overSSH(words: readonly string[]): string {
  const needsAddress = words.some((word) => word.includes("{address}"));
  const command = words.map((word) =>
    `"${word.replaceAll("{node}", "$1").replaceAll("{address}", "$2")}"`.replace(/^"([\w@%+=:,./-]+)"$/, "$1"),
  );
  return `# over_ssh NAME ADDRESS
over_ssh() {
${needsAddress ? '  [ -n "$2" ] || { echo "its address is not known" >&2; return 1; }\n' : ""}  input=$work/node.sh
  limited "$timeout" ${command.join(" ")} sh -s
  outcome=$?
  input=/dev/null
  return "$outcome"
}`;
}

function main({ cluster, nodes, via }: CollectOptions): string {
  const needsKubectl = cluster || (via !== "local" && nodes !== "none");
  return `${
    needsKubectl
      ? 'command -v "$kubectl" >/dev/null 2>&1 || { say "$kubectl is needed, and is not there"; exit 2; }\n'
      : ""
  }${cluster ? "take_cluster before\n" : ""}${nodes === "none" ? ': >"$work/wanted"' : nodeLines(cluster, via)}
${cluster && nodes !== "none" ? "take_cluster after\n" : ""}write_manifest
[ "$(find "$top" -type f | grep -c .)" -gt 1 ] || { say "nothing could be got: no bundle written"; summary; exit 2; }
write_bundle || { say "$bundle could not be written"; exit 2; }
summary
outcome=$?
trap - INT TERM HUP
exit "$outcome"
`;
}

function nodeLines(cluster: boolean, via: CollectOptions["via"]): string {
  return `{
  echo "root='${via === "debug" ? "/host" : ""}'"
  echo "udp_ports='${cluster ? "$(ask_udp_ports)" : ""}'"
  cat "$work/node.tail"
} >"$work/node.sh"
take_nodes`;
}
