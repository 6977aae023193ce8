/** The fields of cases and of the section doctor: one table for reading svcrules.yaml, for its JSON Schema and for its documentation. */
import { EXAMPLE_RELEASE } from "../config/feature-rows.js";

export interface ConfigField {
  /** "list": a list of texts, or one text alone. */
  readonly type: "text" | "list" | "flag";
  readonly describe: string;
  /** The only values. */
  readonly allowed?: readonly string[];
  /** What each value must match, as a whole; `means` says it in words. */
  readonly pattern?: string;
  readonly means?: string;
}

const VERSION = "v?1\\.[0-9]{1,3}(\\.[0-9]{1,4})?([-+.][A-Za-z0-9.+-]*)?";

/** A path; "-" alone would be stdin, which a check cannot read again. */
const PATH = { pattern: "(?!-$)[^\\u0000]+", means: "a file or directory" } as const;

export const CONFIG_FIELDS = {
  inputs: {
    type: "list",
    describe: "Files and directories with Kubernetes objects, relative to this file.",
    ...PATH,
  },
  nodes: {
    type: "list",
    describe: 'Nodes whose rules are compiled; "*" for every Node of the inputs. Default: the first by name.',
    pattern: "\\*|[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
    means: 'the name of a Node, or "*"',
  },
  modes: {
    type: "list",
    describe: "Modes of kube-proxy. Default: the mode of the configuration in use, else iptables.",
    allowed: ["iptables", "ipvs", "nftables"],
  },
  kubeVersions: {
    type: "list",
    describe: `Kubernetes releases, in quotes ("${EXAMPLE_RELEASE}"). Default: the release of the Node, else the newest.`,
    pattern: VERSION,
    means: `a release in quotes, such as "${EXAMPLE_RELEASE}"`,
  },
  ipFamilies: {
    type: "list",
    describe: "IP families. Default: ipv4, unless every Service is IPv6-only.",
    allowed: ["ipv4", "ipv6"],
  },
  proxyConfig: {
    type: "text",
    describe: "File with a KubeProxyConfiguration, or a ConfigMap that holds one. Default: found in the inputs.",
    ...PATH,
  },
  set: {
    type: "list",
    describe: "Overrides of single fields of it, PATH=VALUE.",
    pattern: "[^=]+=[^\\u0000]*",
    means: "PATH=VALUE",
  },
  artifacts: {
    type: "list",
    describe: "Texts to compare; those that a mode does not have are passed over. Default: all of the mode.",
    allowed: ["iptables", "ipvsadm", "ipset", "addresses", "nft"],
  },
  format: {
    type: "text",
    describe: "restore, save (of artifact iptables; others stay as they are) or json. Default: restore.",
    allowed: ["restore", "save", "json"],
  },
  golden: {
    type: "text",
    describe: "Directory of the golden files; in `defaults`, of the cases' directories. Default: golden/NAME.",
    ...PATH,
  },
  service: {
    type: "text",
    describe: "Only this Service, NAMESPACE/NAME.",
    pattern: "[^/\\u0000]+/[^/\\u0000]+",
    means: "NAMESPACE/NAME",
  },
  namespace: { type: "text", describe: "Only the Services of this namespace." },
  simulate: {
    type: "flag",
    describe: "Stand in for pods, addresses and node ports that plain manifests lack. Default: true.",
  },
  serviceCIDRs: { type: "list", describe: "Where simulated cluster IPs come from. Default: 10.96.0.0/12." },
  controllerVersion: {
    type: "text",
    describe: "Release of the EndpointSlice controller, when endpoints are computed from pods. Default: the newest.",
    pattern: VERSION,
    means: `a release in quotes, such as "${EXAMPLE_RELEASE}"`,
  },
  watchSelectors: { type: "flag", describe: "Leave out Services labelled for another proxy. Default: false." },
  nfacct: { type: "flag", describe: "The node has nfacct counters. Default: false." },
  randomFully: { type: "flag", describe: "The node's iptables knows --random-fully. Default: true." },
  tcpBeLiberal: { type: "flag", describe: "The node sets nf_conntrack_tcp_be_liberal. Default: false." },
} as const satisfies Record<string, ConfigField>;

/** Of the section doctor, beside its list `ignore`. */
export const DOCTOR_FIELDS = {
  baseline: {
    type: "text",
    describe: "File with findings that are known, from --write-baseline; relative to this file.",
    ...PATH,
  },
} as const satisfies Record<string, ConfigField>;

/** Of an item of its list `ignore`. */
export const IGNORE_FIELDS = {
  check: { type: "text", describe: "Id of a check; * stands for anything." },
  object: { type: "text", describe: 'Such as "Service prod/web"; * stands for anything. Default: every object.' },
} as const satisfies Record<string, ConfigField>;

export type ConfigFieldName = keyof typeof CONFIG_FIELDS;

/** Of a case's name, which is also a directory. */
export const NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
