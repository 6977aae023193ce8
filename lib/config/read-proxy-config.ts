/** From a KubeProxyConfiguration document to a ProxyConfig. */
import { parseDurationSeconds } from "./duration.js";
import { PROXY_CONFIG_FIELDS, type FieldType, type ProxyConfigField } from "./fields.js";
import { DEFAULT_PROXY_CONFIG, type DetectLocalMode, type ProxyConfig, type ProxyMode } from "./proxy-config.js";
import { isRecord } from "../util/is-record.js";

/** One field that cannot be used. `path`: steps from the document's root. */
export interface ConfigProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly note: string;
}

export interface ProxyConfigResult {
  readonly config: ProxyConfig;
  /** The mode as written: "", "iptables", "ipvs", "nftables", "userspace", "kernelspace" or something else. */
  readonly writtenMode: string;
  readonly problems: readonly ConfigProblem[];
}

const TYPE_WORDS: Readonly<Record<FieldType, string>> = {
  string: "a string",
  boolean: "true or false",
  integer: "a whole number",
  strings: "a list of strings",
  duration: 'a duration such as "30s"',
  gates: "names with true or false",
};

const DETECT_LOCAL_MODES: readonly string[] = ["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"];

function fits(type: FieldType, value: unknown): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value);
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "duration":
      return typeof value === "string" && parseDurationSeconds(value) !== undefined;
    case "gates":
      return isRecord(value) && Object.values(value).every((on) => typeof on === "boolean");
  }
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const step of path) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/**
 * Reads the fields that matter and fills in kube-proxy's defaults. A field of a wrong type is a problem and counts as
 * absent. Source: kube-proxy pkg/proxy/apis/config/v1alpha1/defaults.go.
 */
export function readProxyConfig(document: Readonly<Record<string, unknown>>): ProxyConfigResult {
  const problems: ConfigProblem[] = [];
  const get = <T>(field: ProxyConfigField, fallback: T): T => {
    const path = field.split(".");
    const value = valueAt(document, path);
    if (value === undefined || value === null) return fallback;
    const type = PROXY_CONFIG_FIELDS[field];
    if (fits(type, value)) return value as T;
    problems.push({
      path,
      message: `${field} must be ${TYPE_WORDS[type]}`,
      note: "kube-proxy would not start with this configuration",
    });
    return fallback;
  };
  const bit = (field: "iptables.masqueradeBit" | "nftables.masqueradeBit"): number => {
    const value = get(field, 14);
    if (value >= 0 && value <= 31) return value;
    problems.push({
      path: field.split("."),
      message: `${field} ${value} is outside 0-31`,
      note: "the masquerade bit is one bit of the 32-bit packet mark; kube-proxy's default is 14",
    });
    return 14;
  };
  const seconds = (field: ProxyConfigField) => parseDurationSeconds(get(field, "0s")) ?? 0;

  const writtenMode = get("mode", "");
  const detect = get("detectLocalMode", "") || DEFAULT_PROXY_CONFIG.detectLocalMode;
  if (!DETECT_LOCAL_MODES.includes(detect))
    problems.push({
      path: ["detectLocalMode"],
      message: `detectLocalMode "${detect}" is not one of ${DETECT_LOCAL_MODES.join(", ")}`,
      note: "kube-proxy would not start with this configuration",
    });
  const bridgeInterface = get("detectLocal.bridgeInterface", "");
  const interfaceNamePrefix = get("detectLocal.interfaceNamePrefix", "");
  const needs = (mode: string, field: string, value: string) => {
    if (detect === mode && value === "")
      problems.push({
        path: ["detectLocalMode"],
        message: `detectLocalMode ${mode} needs detectLocal.${field}`,
        note: "kube-proxy would not start with this configuration",
      });
  };
  needs("BridgeInterface", "bridgeInterface", bridgeInterface);
  needs("InterfaceNamePrefix", "interfaceNamePrefix", interfaceNamePrefix);

  const config: ProxyConfig = {
    mode: (["iptables", "ipvs", "nftables"].includes(writtenMode) ? writtenMode : "iptables") as ProxyMode,
    bindAddress: get("bindAddress", "") || DEFAULT_PROXY_CONFIG.bindAddress,
    hostnameOverride: get("hostnameOverride", "").trim().toLowerCase(),
    clusterCIDR: get("clusterCIDR", ""),
    detectLocalMode: (DETECT_LOCAL_MODES.includes(detect) ? detect : "ClusterCIDR") as DetectLocalMode,
    bridgeInterface,
    interfaceNamePrefix,
    nodePortAddresses: get("nodePortAddresses", [] as string[]),
    featureGates: get("featureGates", {} as Record<string, boolean>),
    conntrackTcpBeLiberal: get("conntrack.tcpBeLiberal", false),
    iptables: {
      masqueradeBit: bit("iptables.masqueradeBit"),
      masqueradeAll: get("iptables.masqueradeAll", false),
      localhostNodePorts: get("iptables.localhostNodePorts", true),
    },
    ipvs: {
      scheduler: get("ipvs.scheduler", ""),
      excludeCIDRs: get("ipvs.excludeCIDRs", [] as string[]),
      strictARP: get("ipvs.strictARP", false),
      tcpTimeoutSeconds: seconds("ipvs.tcpTimeout"),
      tcpFinTimeoutSeconds: seconds("ipvs.tcpFinTimeout"),
      udpTimeoutSeconds: seconds("ipvs.udpTimeout"),
    },
    nftables: {
      masqueradeBit: bit("nftables.masqueradeBit"),
      masqueradeAll: get("nftables.masqueradeAll", false),
    },
  };
  return { config, writtenMode, problems };
}
