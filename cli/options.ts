/** What parsed options mean to the library. */
import type { ServiceFilter } from "../lib/pipeline/compile.js";
import type { Wishes } from "../lib/pipeline/situation.js";
import { UsageError } from "./errors.js";
import { camelCase } from "./options/option.js";

/** The last value of an option that was given more than once. */
export type Args = Readonly<Record<string, unknown>>;

export function stringOf(args: Args, name: string): string | undefined {
  const value = args[camelCase(name)];
  return typeof value === "string" ? value : undefined;
}

export function stringsOf(args: Args, name: string): readonly string[] {
  const value = args[camelCase(name)];
  return (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined).map(String);
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
    watchSelectors: args["watchSelectors"] === true,
    nodeFeatures: {
      nfacct: args["nfacct"] === true,
      randomFully: args["randomFully"] !== false,
      tcpBeLiberal: args["tcpBeLiberal"] === true,
    },
  };
}

export function filterOf(args: Args): ServiceFilter {
  const service = stringOf(args, "service");
  const namespace = args["allNamespaces"] === true ? undefined : stringOf(args, "namespace");
  if (service === undefined) return { namespace };
  if (service.includes("/")) return { service, namespace };
  return { service: `${namespace ?? "default"}/${service}` };
}
