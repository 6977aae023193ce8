/** spec.ports of a Service. */
import { sinceRelease } from "../../config/feature-releases.js";
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, type Findings, warnOfRefusal } from "./findings.js";
import { DNS_LABEL_WORDS, isDNSLabel, isPortName, PORT_NAME_WORDS } from "./grammar.js";
import { checkAppProtocol, checkPortNumber, checkProtocol, isPort } from "./ports.js";
import { isGiven, listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

/** The API server's default --service-node-port-range. */
const NODE_PORT_RANGE = [30_000, 32_767] as const;
export const KUBELET_PORT = 10_250;

/** Whether any API server would give out the node port. */
export function isNodePortOfRange(port: number): boolean {
  return port >= NODE_PORT_RANGE[0] && port <= NODE_PORT_RANGE[1];
}

/** Whether the Service has no cluster IP on purpose. */
export function isHeadless(spec: RawRecord): boolean {
  return spec["clusterIP"] === "None" || listOf(spec["clusterIPs"])[0] === "None";
}

/** Checks each port and that no two claim the same. */
export function checkServicePorts(f: Findings, spec: RawRecord, type: string): void {
  const ports = listOf(spec["ports"]);
  if (ports.length === 0 && !isHeadless(spec) && type !== "ExternalName" && !isWrongList(spec["ports"]))
    refuse(
      f,
      "ports-missing",
      ["spec"],
      "this Service has no ports",
      "only headless and ExternalName Services may have none",
    );
  for (let i = 0; i < ports.length; i++) checkPort(f, recordOf(ports[i]), i, ports.length, type);
  if (ports.length > 1) checkDuplicates(f, ports);
}

function isWrongList(value: unknown): boolean {
  return isGiven(value) && !Array.isArray(value);
}

function checkPort(f: Findings, port: RawRecord, i: number, count: number, type: string): void {
  const { name, targetPort, nodePort } = port as { name?: unknown; targetPort?: unknown; nodePort?: unknown };
  if ((!isGiven(name) || name === "") && count > 1)
    refuse(
      f,
      "port-name-missing",
      ["spec", "ports", i],
      `port ${i + 1} of ${count} has no name`,
      "with more than one port each needs a name",
    );
  if (typeof name === "string" && name !== "" && !isDNSLabel(name))
    refuse(
      f,
      "port-name-invalid",
      ["spec", "ports", i, "name"],
      `${quoted(name)} is no valid port name`,
      DNS_LABEL_WORDS,
    );
  const number = checkPortNumber(f, port["port"], ["spec", "ports", i, "port"], "port");
  if (number === KUBELET_PORT && type === "LoadBalancer" && f.features.refusesLoadBalancerPort10250)
    warnOfRefusal(
      f,
      "load-balancer-port-10250",
      ["spec", "ports", i, "port"],
      "a LoadBalancer Service has port 10250, the kubelet's",
      `API servers before Kubernetes ${sinceRelease("refusesLoadBalancerPort10250")} refuse this Service; kube-proxy programs it when a newer one took it`,
    );
  checkProtocol(f, port["protocol"], ["spec", "ports", i, "protocol"]);
  checkTargetPort(f, targetPort, i);
  if (isGiven(port["appProtocol"])) checkAppProtocol(f, port["appProtocol"], ["spec", "ports", i, "appProtocol"]);
  if (typeof nodePort === "number" && nodePort !== 0) checkNodePort(f, nodePort, i, type);
}

function checkTargetPort(f: Findings, target: unknown, i: number): void {
  const path = ["spec", "ports", i, "targetPort"];
  if (typeof target === "number" && target !== 0 && !isPort(target))
    refuse(f, "target-port-invalid", path, `targetPort ${target} is outside 1-65535`);
  if (typeof target !== "string" || target === "" || isPortName(target)) return;
  const number = /^\d{1,5}$/.test(target);
  refuse(
    f,
    "target-port-invalid",
    path,
    `targetPort ${quoted(target)} is no valid port name`,
    number
      ? `a string is the name of a container port; for the number leave out the quotes: ${target}`
      : PORT_NAME_WORDS,
  );
}

function checkNodePort(f: Findings, nodePort: number, i: number, type: string): void {
  const path = ["spec", "ports", i, "nodePort"];
  if (type === "ClusterIP")
    refuse(
      f,
      "node-port-forbidden",
      path,
      `nodePort ${nodePort} is set, but the type is ClusterIP`,
      "leave it out, or set type: NodePort",
    );
  if (!isPort(nodePort))
    refuseAlways(
      f,
      "node-port-out-of-range",
      path,
      `nodePort ${nodePort} is outside 1-65535`,
      "node ports are 30000-32767 unless the API server says otherwise",
    );
  else if (!isNodePortOfRange(nodePort))
    warnOfRefusal(
      f,
      "node-port-outside-default-range",
      path,
      `nodePort ${nodePort} is outside 30000-32767`,
      "an API server without --service-node-port-range refuses this Service; kube-proxy programs any node port",
    );
}

/** Names, (protocol, port) and (protocol, nodePort) are unique within a Service. */
function checkDuplicates(f: Findings, ports: readonly unknown[]): void {
  const seen = new Map<string, number>();
  const once = (key: string, i: number): number | undefined => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, i);
    return first;
  };
  for (let i = 0; i < ports.length; i++) {
    const port = recordOf(ports[i]);
    const protocol = textOf(port["protocol"]) || "TCP";
    const name = textOf(port["name"]);
    if (name !== "" && once(`name ${name}`, i) !== undefined)
      refuse(f, "port-name-duplicate", ["spec", "ports", i, "name"], `port name ${quoted(name)} is used twice`);
    const number = port["port"];
    const samePort = typeof number === "number" ? once(`port ${protocol} ${number}`, i) : undefined;
    if (typeof number === "number" && samePort !== undefined)
      refuse(
        f,
        "port-duplicate",
        ["spec", "ports", i, "port"],
        `port ${number}/${quoted(protocol).slice(1, -1)} is the same as ports[${samePort}]`,
      );
    const nodePort = port["nodePort"];
    if (typeof nodePort !== "number" || nodePort === 0) continue;
    const sameNodePort = once(`node port ${protocol} ${nodePort}`, i);
    if (sameNodePort !== undefined) {
      refuse(
        f,
        "node-port-duplicate",
        ["spec", "ports", i, "nodePort"],
        `nodePort ${nodePort} is the same as that of ports[${sameNodePort}]`,
      );
      continue;
    }
    // The allocator does not look at protocols: one node port for two port numbers is refused as taken.
    const other = once(`allocated ${nodePort}`, i);
    if (other !== undefined && recordOf(ports[other])["port"] !== number)
      refuse(
        f,
        "node-port-duplicate",
        ["spec", "ports", i, "nodePort"],
        `nodePort ${nodePort} is taken by ports[${other}], which is another port number`,
        "protocols may share a node port only for one port number",
      );
  }
}
