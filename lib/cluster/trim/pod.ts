import type { Condition, Container, ContainerPort, ContainerStatus, Pod, PodSpec } from "../../kube/types.js";
import { booleanOf, compact, fieldsOf, mapsOf, numberOf, stringOf, stringsOf, type Fields } from "./shape.js";

export function trimPod(raw: Fields): Pick<Pod, "spec" | "status"> {
  const status = fieldsOf(raw["status"]);
  return compact({ spec: trimPodSpec(fieldsOf(raw["spec"]) ?? {}), status: status && trimStatus(status) });
}

export function trimPodSpec(spec: Fields): PodSpec {
  const out: PodSpec = { containers: mapsOf(spec["containers"], trimContainer) ?? [] };
  const { nodeName, hostNetwork, hostname, subdomain, dnsPolicy, dnsConfig, initContainers, readinessGates } = spec;
  if (typeof nodeName === "string") out.nodeName = nodeName;
  if (typeof hostNetwork === "boolean") out.hostNetwork = hostNetwork;
  if (typeof hostname === "string") out.hostname = hostname;
  if (typeof subdomain === "string") out.subdomain = subdomain;
  if (typeof dnsPolicy === "string") out.dnsPolicy = dnsPolicy;
  if (dnsConfig !== undefined) out.dnsConfig = trimDNSConfig(dnsConfig);
  if (initContainers !== undefined) out.initContainers = mapsOf(initContainers, trimContainer);
  if (readinessGates !== undefined)
    out.readinessGates = mapsOf(readinessGates, (gate) => ({ conditionType: stringOf(gate["conditionType"]) ?? "" }));
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

function trimStatus(status: Fields): Pod["status"] {
  return compact({
    phase: stringOf(status["phase"]),
    reason: stringOf(status["reason"]),
    podIP: stringOf(status["podIP"]),
    podIPs: mapsOf(status["podIPs"], (entry) => ({ ip: stringOf(entry["ip"]) ?? "" })),
    hostIP: stringOf(status["hostIP"]),
    conditions: trimConditions(status["conditions"]),
    containerStatuses: mapsOf(status["containerStatuses"], trimContainerStatus),
    initContainerStatuses: mapsOf(status["initContainerStatuses"], trimContainerStatus),
  });
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
