/** Options that several commands share, and what they mean to the library. */
import type { Options } from "yargs";
import type { ServiceFilter } from "../lib/pipeline/compile.js";
import type { Wishes } from "../lib/pipeline/situation.js";
import { UsageError } from "./errors.js";

/** The last value of an option that was given more than once. */
export const last = (value: unknown) => (Array.isArray(value) ? (value.at(-1) as unknown) : value);
const all = (value: unknown) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const text = (describe: string, more: Options = {}): Options => ({
  type: "string",
  requiresArg: true,
  coerce: last,
  describe,
  ...more,
});
const list = (describe: string): Options => ({ type: "string", requiresArg: true, coerce: all, describe });
const flag = (describe: string, more: Options = {}): Options => ({ type: "boolean", describe, coerce: last, ...more });

export const GROUPS = { rules: "Whose rules:", output: "Output:", node: "Facts of the node:" };

/** Whose rules: node, release, mode, family, configuration. */
export const SITUATION_OPTIONS = {
  mode: text("kube-proxy's mode: iptables, ipvs or nftables [configured mode, else iptables]", { group: GROUPS.rules }),
  "kube-version": text("Kubernetes release, 1.28 to 1.36 [the node's, else 1.36]", { group: GROUPS.rules }),
  node: text("node whose rules are meant [the only or first Node]", { group: GROUPS.rules }),
  "ip-family": text("ipv4 or ipv6 [ipv4, unless every service is IPv6-only]", { group: GROUPS.rules }),
  "proxy-config": text("file with a KubeProxyConfiguration or a ConfigMap that holds one [found in the input]", {
    group: GROUPS.rules,
  }),
  set: { ...list("override one field of it, PATH=VALUE; may be repeated"), group: GROUPS.rules },
  "controller-version": text("release of the EndpointSlice controller, when endpoints are computed from pods [1.36]", {
    group: GROUPS.rules,
  }),
  "watch-selectors": flag("leave out Services labelled for another proxy, as kube-proxy's watch does", {
    group: GROUPS.rules,
  }),
  nfacct: flag("nfacct counters are available", { group: GROUPS.node }),
  "random-fully": flag("iptables knows --random-fully", { group: GROUPS.node, default: true }),
  "tcp-be-liberal": flag("nf_conntrack_tcp_be_liberal is set", { group: GROUPS.node }),
} as const satisfies Record<string, Options>;

/** How the input is read. */
export const INPUT_OPTIONS = {
  simulate: flag("stand in for pods, addresses and node ports that plain manifests lack", { default: true }),
  "service-cidr": list("where simulated cluster IPs come from [10.96.0.0/12]"),
  progress: flag("show progress on stderr when reading takes long", { default: true }),
} as const satisfies Record<string, Options>;

export const FILTER_OPTIONS = {
  service: text("only this service's rules, NS/NAME"),
  namespace: text("only this namespace's services", { alias: "n" }),
} as const satisfies Record<string, Options>;

/** Of every command. */
export const GLOBAL_OPTIONS = {
  quiet: flag("no notes on stderr", { alias: "q" }),
  verbose: flag("timings of each stage on stderr", { alias: "v" }),
  strict: flag("warnings count as errors: exit 2"),
  color: text("auto, always or never", { default: "auto" }),
  diagnostics: text("form of warnings and errors on stderr: text or json", { default: "text" }),
} as const satisfies Record<string, Options>;

/** Stands for "-" while yargs parses: in a list of positionals it takes a lone dash for the start of an option. */
export const STDIN_WORD = "\u0000-";

const written = (word: string) => (word === STDIN_WORD ? "-" : word);

/** Parsed options as yargs hands them over: unknown until checked. */
export type Args = Readonly<Record<string, unknown>>;

export function stringOf(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" ? written(value) : undefined;
}

export function stringsOf(args: Args, name: string): readonly string[] {
  const value = args[name];
  return (Array.isArray(value) ? value : [value])
    .filter((item) => item !== undefined)
    .map((item) => written(String(item)));
}

/** One of the allowed words, or a usage error that names them. */
export function choiceOf<T extends string>(args: Args, name: string, allowed: readonly T[]): T | undefined {
  const value = stringOf(args, name);
  if (value === undefined) return undefined;
  if (allowed.includes(value as T)) return value as T;
  throw new UsageError(`--${name} ${value}: not one of ${allowed.join(", ")}`);
}

/** Wishes of the situation options, without the proxy configuration, which has to be read. */
export function wishesOf(args: Args): Omit<Wishes, "proxyConfiguration"> {
  return {
    mode: stringOf(args, "mode"),
    kubeVersion: stringOf(args, "kube-version"),
    node: stringOf(args, "node"),
    ipFamily: choiceOf(args, "ip-family", ["ipv4", "ipv6"]),
    set: stringsOf(args, "set"),
    controllerVersion: stringOf(args, "controller-version"),
    watchSelectors: args["watch-selectors"] === true,
    nodeFeatures: {
      nfacct: args["nfacct"] === true,
      randomFully: args["random-fully"] !== false,
      tcpBeLiberal: args["tcp-be-liberal"] === true,
    },
  };
}

export function filterOf(args: Args): ServiceFilter {
  const service = stringOf(args, "service");
  const namespace = stringOf(args, "namespace");
  if (service === undefined) return { namespace };
  if (service.includes("/")) return { service, namespace };
  return { service: `${namespace ?? "default"}/${service}` };
}
