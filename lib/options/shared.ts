/** Options that several commands share. A command picks whole groups, or single ones of them. */
import { USERSPACE_REFUSED } from "../config/deprecations.js";
import { REPORT_FORMATS } from "../report/formats.js";
import { choice, flag, list, text } from "./builders.js";
import { checkByteSize } from "./byte-size.js";
import { checkRelease, NEWEST_RELEASE, RELEASE_RANGE, RELEASES } from "./releases.js";
import { checkReportTarget } from "./report-target.js";
import type { ChoiceOption, OptionTable, PositionalTable } from "./option.js";

/** INPUT.. of most commands. */
export const INPUTS = {
  input: { isMany: true, describe: "files, directories or - for stdin" },
} as const satisfies PositionalTable;

const MODES = ["iptables", "ipvs", "nftables"] as const;

/** Why a kube-proxy mode that exists or existed is none of ours. */
const REFUSED_MODES = {
  userspace: USERSPACE_REFUSED,
  kernelspace: "mode kernelspace is kube-proxy on Windows, which programs no rules that svcrules knows",
};

export const modeOption = <const M extends object>(describe: string, more: M) =>
  choice(MODES, describe, { refused: REFUSED_MODES, ...more });

export const releaseOption = <const M extends object>(describe: string, more: M) =>
  text("RELEASE", `${describe}, ${RELEASE_RANGE}`, { suggestions: RELEASES, check: checkRelease, ...more });

/** `-o/--output FORMAT`; the first form is the default. */
export function outputOption<const T extends string>(
  forms: readonly [T, ...T[]],
  more: Pick<ChoiceOption, "aliases"> = {},
): ChoiceOption<T> & { readonly default: T } {
  const describe = "form of what is printed";
  return { kind: "choice", choices: forms, describe, short: "o", group: "output", default: forms[0], ...more };
}

/** Whose rules: node, release, mode, family, configuration. */
export const SITUATION_OPTIONS = {
  mode: modeOption("kube-proxy's mode", { group: "rules", otherwise: "configured mode, else iptables" }),
  "kube-version": releaseOption("Kubernetes release", {
    group: "rules",
    otherwise: `the node's, else ${NEWEST_RELEASE}`,
  }),
  node: text("NAME", "node whose rules are meant", {
    group: "rules",
    names: "node",
    otherwise: "the only or first Node",
  }),
  "ip-family": choice(["ipv4", "ipv6"], "which of the two rule sets", {
    group: "rules",
    otherwise: "ipv4, unless every service is IPv6-only",
  }),
  "proxy-config": text("FILE", "a KubeProxyConfiguration or a ConfigMap that holds one", {
    group: "rules",
    otherwise: "found in the input",
  }),
  set: list("PATH=VALUE", "override one field of it", { group: "rules", example: "iptables.masqueradeAll=true" }),
  "controller-version": releaseOption("release of the EndpointSlice controller, where endpoints come from pods", {
    group: "rules",
    otherwise: NEWEST_RELEASE,
  }),
  "watch-selectors": flag("leave out Services labelled for another proxy, as kube-proxy's watch does", {
    group: "rules",
  }),
  nfacct: flag("nfacct counters are available", { group: "node" }),
  "random-fully": flag("iptables knows --random-fully", { group: "node", isOn: true }),
  "tcp-be-liberal": flag("nf_conntrack_tcp_be_liberal is set", { group: "node" }),
} as const satisfies OptionTable;

/** How the input is read. */
export const INPUT_OPTIONS = {
  filename: list("INPUT", "an input, as kubectl names it", { short: "f", group: "input", example: "manifests/" }),
  simulate: flag("stand in for pods, addresses and node ports that plain manifests lack", {
    group: "input",
    isOn: true,
  }),
  "service-cidr": list("CIDR", "where simulated cluster IPs come from", {
    group: "input",
    otherwise: "10.96.0.0/12",
    example: "10.96.0.0/12",
  }),
  "max-input": text("SIZE", "bytes that archives and compressed files may expand to, all together", {
    group: "input",
    otherwise: "8G",
    example: "16G",
    check: checkByteSize,
  }),
  "follow-links": flag("follow links below a directory that lead out of it", { group: "input" }),
  progress: flag("show progress on stderr when reading takes long", { group: "input", isOn: true }),
} as const satisfies OptionTable;

/** Which Services are meant. */
export const SELECTION_OPTIONS = {
  service: text("[NS/]NAME", "only this service", { group: "selection", names: "service", example: "shop/web" }),
  namespace: text("NS", "only this namespace's services", {
    short: "n",
    group: "selection",
    names: "namespace",
    example: "shop",
  }),
  "all-namespaces": flag("the services of every namespace, whatever -n says", { short: "A", group: "selection" }),
  selector: text("SELECTOR", "only services with these labels, as kubectl reads them", {
    short: "l",
    group: "selection",
    example: "app=web,tier!=test",
  }),
} as const satisfies OptionTable;

export const REPORT_OPTIONS = {
  report: list("FORMAT[=FILE]", `a report for CI: ${REPORT_FORMATS.join(", ")}`, {
    group: "output",
    suggestions: REPORT_FORMATS,
    check: checkReportTarget,
    example: "junit=report.xml",
  }),
} as const satisfies OptionTable;

/** Of every command. */
export const GLOBAL_OPTIONS = {
  quiet: flag("no notes on stderr", { short: "q", group: "general" }),
  verbose: flag("timings of each stage on stderr", { short: "v", group: "general" }),
  strict: flag("warnings count as errors: exit 2", { group: "general" }),
  color: choice(["auto", "always", "never"], "colour", { default: "auto", group: "general" }),
  diagnostics: choice(["text", "json"], "form of warnings and errors on stderr", { default: "text", group: "general" }),
} as const satisfies OptionTable;
