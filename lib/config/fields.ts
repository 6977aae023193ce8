/**
 * The fields of a KubeProxyConfiguration that change rules, with their types: one table for reading and for `--set`.
 * Source: kubeproxy.config.k8s.io/v1alpha1.
 */
export type FieldType = "string" | "boolean" | "integer" | "strings" | "duration" | "gates";

export const PROXY_CONFIG_FIELDS = {
  mode: "string",
  bindAddress: "string",
  hostnameOverride: "string",
  clusterCIDR: "string",
  detectLocalMode: "string",
  "detectLocal.bridgeInterface": "string",
  "detectLocal.interfaceNamePrefix": "string",
  nodePortAddresses: "strings",
  featureGates: "gates",
  "conntrack.tcpBeLiberal": "boolean",
  "iptables.masqueradeBit": "integer",
  "iptables.masqueradeAll": "boolean",
  "iptables.localhostNodePorts": "boolean",
  "ipvs.scheduler": "string",
  "ipvs.excludeCIDRs": "strings",
  "ipvs.strictARP": "boolean",
  "ipvs.tcpTimeout": "duration",
  "ipvs.tcpFinTimeout": "duration",
  "ipvs.udpTimeout": "duration",
  "nftables.masqueradeBit": "integer",
  "nftables.masqueradeAll": "boolean",
} as const satisfies Record<string, FieldType>;

export type ProxyConfigField = keyof typeof PROXY_CONFIG_FIELDS;
