import type { Condition, Container, ContainerPort, ContainerStatus, Pod, PodSpec } from "../../kube/types.js";
import type { Pool } from "./pool.js";
import { booleanOf, compact, fieldsOf, mapsOf, numberOf, stringOf, stringsOf, type Fields } from "./shape.js";

export function trimPod(raw: Fields, pool: Pool): Pick<Pod, "spec" | "status"> {
  const status = fieldsOf(raw["status"]);
  const spec = fieldsOf(raw["spec"]) ?? {};
  const owner = ownerOf(raw);
  const trimmed = trimPodSpec(spec, owner, pool, pool.rulesOnly && !isComponent(raw));
  return status ? { spec: trimmed, status: trimStatus(status, owner, pool) } : { spec: trimmed };
}

/** A pod of a namespace in which the cluster's own parts run: its command line may tell kube-proxy's settings. */
function isComponent(raw: Fields): boolean {
  const namespace = stringOf(fieldsOf(raw["metadata"])?.["namespace"]) ?? "";
  return namespace === "kube-system" || namespace.startsWith("openshift-");
}

/** Pods of one owner have their containers and mostly their conditions in common. */
function ownerOf(raw: Fields): string {
  const owners = fieldsOf(raw["metadata"])?.["ownerReferences"];
  return (Array.isArray(owners) && stringOf(fieldsOf(owners[0])?.["uid"])) || "";
}

/** `owner`: what pods with the same containers have in common, "" when nothing is known. */
export function trimPodSpec(spec: Fields, owner: string, pool: Pool, onlyPorts = false): PodSpec {
  const { nodeName, hostNetwork, hostname, subdomain, dnsPolicy, dnsConfig, initContainers, readinessGates } = spec;
  const containers = pool.value(
    "containers",
    owner,
    mapsOf(spec["containers"], onlyPorts ? trimContainerPorts : trimContainer) ?? [],
  );
  const out: PodSpec = typeof nodeName === "string" ? { nodeName: pool.text(nodeName), containers } : { containers };
  if (typeof hostNetwork === "boolean") out.hostNetwork = hostNetwork;
  if (typeof hostname === "string") out.hostname = hostname;
  if (typeof subdomain === "string") out.subdomain = pool.text(subdomain);
  if (typeof dnsPolicy === "string") out.dnsPolicy = pool.text(dnsPolicy);
  if (dnsConfig !== undefined) out.dnsConfig = trimDNSConfig(dnsConfig);
  if (initContainers !== undefined)
    out.initContainers = pool.value(
      "initContainers",
      owner,
      mapsOf(initContainers, pool.rulesOnly ? trimContainerPorts : trimContainer),
    );
  if (readinessGates !== undefined)
    out.readinessGates = mapsOf(readinessGates, (gate) => ({ conditionType: stringOf(gate["conditionType"]) ?? "" }));
  return out;
}

/** What target ports are looked up in. */
function trimContainerPorts({ name, ports, restartPolicy }: Fields): Container {
  const out: Container = { name: stringOf(name) ?? "" };
  if (ports !== undefined) out.ports = mapsOf(ports, trimPort);
  if (typeof restartPolicy === "string") out.restartPolicy = restartPolicy;
  return out;
}

function trimContainer(container: Fields): Container {
  const out: Container = { name: stringOf(container["name"]) ?? "" };
  const { image, command, args, ports, restartPolicy, readinessProbe, env } = container;
  if (typeof image === "string") out.image = image;
  if (command !== undefined) out.command = stringsOf(command);
  if (args !== undefined) out.args = stringsOf(args);
  if (ports !== undefined) out.ports = mapsOf(ports, trimPort);
  if (typeof restartPolicy === "string") out.restartPolicy = restartPolicy;
  if (readinessProbe !== undefined) out.readinessProbe = fieldsOf(readinessProbe);
  if (env !== undefined) out.env = mapsOf(env, trimVariable);
  return out;
}

function trimPort(port: Fields): ContainerPort {
  const out: ContainerPort = { containerPort: numberOf(port["containerPort"]) ?? 0 };
  const { name, protocol, hostPort } = port;
  if (typeof name === "string") out.name = name;
  if (typeof protocol === "string") out.protocol = protocol as ContainerPort["protocol"];
  if (typeof hostPort === "number") out.hostPort = hostPort;
  return out;
}

/** Values of environment variables are kept only where they may be addresses of services, never secrets. */
function trimVariable(variable: Fields): { name: string; value?: string } | undefined {
  const name = stringOf(variable["name"]);
  if (name === undefined) return undefined;
  const value = stringOf(variable["value"]);
  return value === undefined ? { name } : { name, value };
}

function trimDNSConfig(value: unknown): PodSpec["dnsConfig"] {
  const config = fieldsOf(value);
  return (
    config &&
    compact({
      nameservers: stringsOf(config["nameservers"]),
      searches: stringsOf(config["searches"]),
      options: mapsOf(config["options"], (option) =>
        compact({ name: stringOf(option["name"]) ?? "", value: stringOf(option["value"]) }),
      ),
    })
  );
}

function trimStatus(status: Fields, owner: string, pool: Pool): NonNullable<Pod["status"]> {
  const { phase, reason, podIP, hostIP, initContainerStatuses } = status;
  const out: NonNullable<Pod["status"]> = {
    phase: typeof phase === "string" ? pool.text(phase) : undefined,
    podIP: stringOf(podIP),
    podIPs: trimPodIPs(status["podIPs"], podIP),
    hostIP: typeof hostIP === "string" ? pool.text(hostIP) : undefined,
    conditions: pool.value("conditions", owner, trimConditions(status["conditions"])),
    containerStatuses: pool.value("statuses", owner, mapsOf(status["containerStatuses"], trimContainerStatus)),
  };
  if (typeof reason === "string") out.reason = pool.text(reason);
  if (initContainerStatuses !== undefined)
    out.initContainerStatuses = pool.value("initStatuses", owner, mapsOf(initContainerStatuses, trimContainerStatus));
  return compact(out);
}

/** The address that stands in podIP as well is one string. */
function trimPodIPs(value: unknown, podIP: unknown): { ip: string }[] | undefined {
  return mapsOf(value, ({ ip }) => ({ ip: stringOf(ip === podIP ? podIP : ip) ?? "" }));
}

export function trimConditions(value: unknown): Condition[] | undefined {
  return mapsOf(value, (condition) => {
    const out: Condition = { type: stringOf(condition["type"]) ?? "", status: stringOf(condition["status"]) ?? "" };
    if (typeof condition["reason"] === "string") out.reason = condition["reason"];
    if (typeof condition["message"] === "string") out.message = condition["message"];
    return out;
  });
}

function trimContainerStatus(status: Fields): ContainerStatus {
  const out: ContainerStatus = { name: stringOf(status["name"]) ?? "" };
  const { ready, restartCount, state, lastState } = status;
  if (typeof ready === "boolean") out.ready = booleanOf(ready);
  if (typeof restartCount === "number") out.restartCount = restartCount;
  if (state !== undefined) out.state = trimState(state);
  if (lastState !== undefined && restartCount !== 0) out.lastState = trimLastState(lastState);
  return out;
}

function trimState(value: unknown): ContainerStatus["state"] {
  const state = fieldsOf(value);
  const waiting = fieldsOf(state?.["waiting"]);
  const terminated = fieldsOf(state?.["terminated"]);
  return (
    state &&
    compact({
      waiting: waiting && compact({ reason: stringOf(waiting["reason"]), message: stringOf(waiting["message"]) }),
      terminated: terminated && compact({ reason: stringOf(terminated["reason"]) }),
      running: fieldsOf(state["running"]) && {},
    })
  );
}

function trimLastState(value: unknown): ContainerStatus["lastState"] {
  const terminated = fieldsOf(fieldsOf(value)?.["terminated"]);
  if (!terminated) return undefined;
  return {
    terminated: compact({ reason: stringOf(terminated["reason"]), exitCode: numberOf(terminated["exitCode"]) }),
  };
}
