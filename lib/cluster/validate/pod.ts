/** The parts of a Pod that decide endpoints. Source: kubernetes pkg/apis/core/validation ValidatePodSpec. */
import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import type { FieldPath } from "../../source/origin.js";
import { refuse, refuseAlways, warn, type Findings } from "./findings.js";
import { DNS_LABEL_WORDS, isDNSLabel, isPortName, PORT_NAME_WORDS } from "./grammar.js";
import { checkPortNumber, checkProtocol, isPort } from "./ports.js";
import { isGiven, listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

/** Checks `spec` and the addresses in `status` of a Pod. */
export function checkPod(f: Findings, object: RawRecord): void {
  if (!isGiven(object["spec"])) {
    refuseAlways(f, "spec-missing", [], "this Pod has no spec");
    return;
  }
  checkPodSpec(f, recordOf(object["spec"]), ["spec"]);
  const status = recordOf(object["status"]);
  checkPodIP(f, status["podIP"], ["status", "podIP"]);
  const ips = listOf(status["podIPs"]);
  for (let i = 0; i < ips.length; i++) {
    const ip = recordOf(ips[i])["ip"];
    if (typeof ip !== "string" || familyOfIP(ip) === undefined) checkPodIP(f, ip, ["status", "podIPs", i, "ip"]);
  }
}

function checkPodIP(f: Findings, ip: unknown, path: FieldPath): void {
  if (typeof ip === "string" && ip !== "" && familyOfIP(ip) === undefined)
    warn(
      f,
      "pod-ip-invalid",
      path,
      `pod IP ${quoted(ip)} is no IP address`,
      "the address counts as not there; was it redacted?",
    );
}

/** A pod's spec, or that of a workload's template. `path`: of the spec. */
export function checkPodSpec(f: Findings, spec: RawRecord, path: FieldPath): void {
  for (const field of ["hostname", "subdomain"] as const) {
    const name = spec[field];
    if (typeof name === "string" && name !== "" && !isDNSLabel(name))
      refuse(
        f,
        "pod-hostname-invalid",
        [...path, field],
        `${field} ${quoted(name)} is no valid DNS label`,
        DNS_LABEL_WORDS,
      );
  }
  const claimed: HostPorts = { first: undefined, rest: undefined };
  const hostNetwork = spec["hostNetwork"] === true;
  checkContainers(f, spec, "containers", path, hostNetwork, claimed);
  checkContainers(f, spec, "initContainers", path, hostNetwork, claimed);
}

/** Claims on ports of the host; most pods have one at most. */
interface HostPorts {
  first: string | undefined;
  rest: Set<string> | undefined;
}

function checkContainers(
  f: Findings,
  spec: RawRecord,
  field: "containers" | "initContainers",
  path: FieldPath,
  hostNetwork: boolean,
  claimed: HostPorts,
): void {
  const containers = listOf(spec[field]);
  for (let c = 0; c < containers.length; c++) {
    const container = recordOf(containers[c]);
    const ports = listOf(container["ports"]);
    if (ports.length === 0) continue;
    // Init containers run one after another, so only sidecars keep their host ports.
    const keeps = field === "containers" || container["restartPolicy"] === "Always";
    for (let i = 0; i < ports.length; i++) {
      const port = recordOf(ports[i]);
      const at = (name: string): FieldPath => [...path, field, c, "ports", i, name];
      checkPortName(f, ports, i, at);
      checkContainerPort(f, port, at, hostNetwork, keeps ? claimed : undefined);
    }
  }
}

type At = (name: string) => FieldPath;

function checkPortName(f: Findings, ports: readonly unknown[], i: number, at: At): void {
  const name = recordOf(ports[i])["name"];
  if (typeof name !== "string" || name === "") return;
  if (!isPortName(name))
    refuse(
      f,
      "container-port-name-invalid",
      at("name"),
      `container port name ${quoted(name)} is not valid`,
      PORT_NAME_WORDS,
    );
  for (let j = 0; j < i && j < 1000; j++)
    if (recordOf(ports[j])["name"] === name) {
      refuse(
        f,
        "container-port-name-duplicate",
        at("name"),
        `container port name ${quoted(name)} is used twice in one container`,
      );
      return;
    }
}

function checkContainerPort(
  f: Findings,
  port: RawRecord,
  at: At,
  hostNetwork: boolean,
  claimed: HostPorts | undefined,
): void {
  const number = port["containerPort"];
  if (typeof number !== "number" || !isPort(number)) checkPortNumber(f, number, at("containerPort"), "containerPort");
  const written = port["protocol"];
  const protocol = written === "TCP" ? written : checkProtocol(f, written, at("protocol"));
  const hostPort = port["hostPort"];
  if (typeof hostPort === "number" && hostPort !== 0) {
    if (!isPort(hostPort))
      refuseAlways(f, "port-out-of-range", at("hostPort"), `hostPort ${hostPort} is outside 1-65535`);
    else if (hostNetwork && typeof number === "number" && hostPort !== number)
      refuse(
        f,
        "host-port-mismatch",
        at("hostPort"),
        `hostPort ${hostPort} differs from containerPort ${number}, but the pod uses the host's network`,
        "leave hostPort out",
      );
  }
  const effective = typeof hostPort === "number" && hostPort !== 0 ? hostPort : hostNetwork ? number : 0;
  if (!claimed || typeof effective !== "number" || effective === 0) return;
  if (!claim(claimed, `${protocol} ${textOf(port["hostIP"])} ${effective}`))
    refuse(
      f,
      "host-port-duplicate",
      at(typeof hostPort === "number" ? "hostPort" : "containerPort"),
      `host port ${effective} is claimed twice in this ${f.kind}`,
    );
}

function claim(ports: HostPorts, key: string): boolean {
  if (ports.first === undefined) {
    ports.first = key;
    return true;
  }
  ports.rest ??= new Set([ports.first]);
  if (ports.rest.has(key)) return false;
  ports.rest.add(key);
  return true;
}
