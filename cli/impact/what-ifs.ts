/** The options of impact that say what changes. */
import { createCollector, readSource, UsageError, type Diagnostic, type WhatIf } from "../../lib/index.js";
import { openInputs } from "../io/open-inputs.js";
import type { Terminal } from "../terminal.js";

interface WhatIfOptions {
  readonly drain: readonly string[];
  readonly zoneDown: readonly string[];
  readonly scale: readonly string[];
  readonly notReady: readonly string[];
  readonly delete: readonly string[];
  readonly set: readonly string[];
  readonly apply: readonly string[];
}

/** Whether anything is said to change. */
export function hasWhatIfs(options: WhatIfOptions): boolean {
  const { drain, zoneDown, scale, notReady, apply } = options;
  return [drain, zoneDown, scale, notReady, options.delete, apply, serviceSettings(options)].some(
    (list) => list.length > 0,
  );
}

/** `NS/SERVICE path=value`. */
function serviceSettings({ set }: WhatIfOptions): readonly string[] {
  return set.filter((text) => /^[^\s=]+\s+\S/.test(text) || !text.includes("="));
}

/** `path=value` alone: kube-proxy's configuration, on both sides. */
export function proxySettings(options: WhatIfOptions): readonly string[] {
  const ofServices = new Set(serviceSettings(options));
  return options.set.filter((text) => !ofServices.has(text));
}

/**
 * In a fixed order, whatever the order of options: manifests are applied first, then fields set, objects deleted,
 * workloads scaled, nodes and zones lost, pods made not ready.
 */
export async function readWhatIfs(
  options: WhatIfOptions,
  terminal: Terminal,
): Promise<{ readonly whatIf: readonly WhatIf[]; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const applied: WhatIf[] = [];
  const edits = [
    ...serviceSettings(options).map(readSet),
    ...options.delete.map(readDelete),
    ...options.scale.map(readScale),
    ...options.drain.map((node): WhatIf => ({ kind: "drain", node })),
    ...options.zoneDown.map((zone): WhatIf => ({ kind: "zone-down", zone })),
    ...options.notReady.map((pod): WhatIf => ({ kind: "not-ready", pod })),
  ];
  for (const file of options.apply) applied.push(await readApply(file, terminal, diagnostics));
  return { whatIf: [...applied, ...edits], diagnostics };
}

async function readApply(file: string, terminal: Terminal, diagnostics: Diagnostic[]): Promise<WhatIf> {
  const opened = await openInputs([file], terminal);
  // Manifests may leave out what is there already, so that they are checked once they are laid over it.
  const collector = createCollector();
  for (const source of opened.sources) readSource(source, collector);
  const { cluster, diagnostics: read } = collector.finish();
  diagnostics.push(...opened.diagnostics, ...read.filter(({ severity }) => severity !== "note"));
  return { kind: "apply", name: file, manifests: cluster };
}

function readSet(text: string): WhatIf {
  const [, service, path, value] = /^(\S+)\s+([^=\s]+)=([\s\S]*)$/.exec(text) ?? [];
  if (service === undefined || path === undefined || value === undefined)
    throw new UsageError(
      `--set ${JSON.stringify(text)}: not 'NS/SERVICE PATH=VALUE'`,
      "e.g. --set 'shop/web spec.externalTrafficPolicy=Local'",
    );
  return { kind: "set", service, path, value };
}

function readDelete(text: string): WhatIf {
  const [, objectKind, object] = /^([A-Za-z]+)[\s/]+(\S+)$/.exec(text.trim()) ?? [];
  if (objectKind === undefined || object === undefined)
    throw new UsageError(`--delete ${JSON.stringify(text)}: not 'KIND NS/NAME'`, "e.g. --delete 'Service shop/web'");
  return { kind: "delete", objectKind, object };
}

function readScale(text: string): WhatIf {
  const [, workload, count] = /^([^=\s]+)=(\d{1,5})$/.exec(text) ?? [];
  if (workload === undefined) throw new UsageError(`--scale ${text}: not NS/WORKLOAD=N`, "e.g. --scale shop/web=3");
  return { kind: "scale", workload, replicas: Number(count) };
}
