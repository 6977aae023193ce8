/** From INPUT arguments to a Cluster, with everything wrong in them said on stderr. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../lib/cluster/types.js";
import type { KubeProxyConfiguration } from "../lib/kube/types.js";
import { loadCluster, readObjects, type LoadOptions } from "../lib/pipeline/load.js";
import type { Source } from "../lib/source/source.js";
import { UsageError } from "./errors.js";
import { openInputs } from "./io/open-inputs.js";
import { stringOf, stringsOf, type Args } from "./options.js";
import type { Reporter } from "./reporter.js";
import type { Terminal } from "./terminal.js";

export interface Loaded {
  readonly cluster: Cluster;
  /** Of --proxy-config. */
  readonly proxyConfiguration: KubeProxyConfiguration | undefined;
  /** What was read, for a digest of it. */
  readonly sources: readonly Source[];
}

/** Read when no INPUT is named. */
export const DEFAULT_INPUT = "manifests";

/** The inputs named, or ./manifests when none is and it exists. */
export function inputsOf(args: Args, name: string, terminal: Terminal): readonly string[] {
  const given = [...stringsOf(args, name), ...stringsOf(args, "filename")];
  if (given.length > 0) return given;
  if (existsSync(join(terminal.cwd, DEFAULT_INPUT))) return [DEFAULT_INPUT];
  throw new UsageError(
    "no INPUT given, and ./manifests does not exist",
    "name files or directories with Kubernetes objects, or - for stdin",
  );
}

/** Reads, checks and completes the inputs (`rulesOnly`: for commands that explain nothing); undefined when something is wrong that must end the run. */
export async function loadInputs(
  inputs: readonly string[],
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  { rulesOnly = false }: Pick<LoadOptions, "rulesOnly"> = {},
): Promise<Loaded | undefined> {
  const options: LoadOptions = {
    rulesOnly,
    kubeVersion: stringOf(args, "kube-version"),
    simulate: args["simulate"] !== false,
    serviceCIDR: stringsOf(args, "service-cidr"),
  };
  const opened = await openInputs(inputs, terminal, { progress: args["progress"] !== false });
  reporter.add(opened.diagnostics);
  const { cluster, diagnostics } = reporter.timed("read", () => loadCluster(opened.sources, options));
  reporter.add(diagnostics);
  const proxyConfiguration = await readProxyFile(args, terminal, reporter, options);
  if (!reporter.failed() && isEmpty(cluster))
    reporter.add([
      {
        code: "no-objects",
        severity: "error",
        message: `${inputs.join(", ")}: no Service, Pod, Node or other object that svcrules reads`,
        notes: ["directories are searched for .yaml, .yml and .json files"],
      },
    ]);
  return reporter.failed() ? undefined : { cluster, proxyConfiguration, sources: opened.sources };
}

function isEmpty({ facts: _facts, ...lists }: Cluster): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}

async function readProxyFile(
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  options: LoadOptions,
): Promise<KubeProxyConfiguration | undefined> {
  const file = stringOf(args, "proxy-config");
  if (file === undefined) return undefined;
  const opened = await openInputs([file], terminal);
  const { cluster, diagnostics } = readObjects(opened.sources, options);
  reporter.add(opened.diagnostics);
  reporter.add(diagnostics);
  const found = cluster.proxyConfigurations[0];
  if (!found && opened.diagnostics.length === 0)
    reporter.add([
      {
        code: "no-proxy-configuration",
        severity: "error",
        message: `${file} holds no KubeProxyConfiguration and no ConfigMap with one`,
        at: { file },
      },
    ]);
  return found;
}
