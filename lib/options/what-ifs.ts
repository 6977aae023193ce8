/** The options of impact that say what changes. */
import type { WhatIf } from "../impact/what-if/types.js";
import { UsageError } from "./usage-error.js";

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
function hasWhatIfs(options: WhatIfOptions): boolean {
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

/** The edits in a fixed order, whatever the order of options. Throws a UsageError. */
export function editsOf(options: WhatIfOptions): readonly WhatIf[] {
  return [
    ...serviceSettings(options).map(readSet),
    ...options.delete.map(readDelete),
    ...options.scale.map(readScale),
    ...options.drain.map((node): WhatIf => ({ kind: "drain", node })),
    ...options.zoneDown.map((zone): WhatIf => ({ kind: "zone-down", zone })),
    ...options.notReady.map((pod): WhatIf => ({ kind: "not-ready", pod })),
  ];
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

/** Throws a UsageError where the inputs and what is asked of them do not go together. */
export function checkStates(
  inputs: readonly string[],
  request: WhatIfOptions & { readonly worst?: number; readonly report: readonly string[] },
): void {
  if (inputs.length > 2)
    throw new UsageError(
      `impact takes two states, or one: ${inputs.length} were named`,
      "put the files of a state into one directory",
    );
  if (request.worst === 0)
    throw new UsageError("--worst 0: no failure is asked about", "--worst 3 tells the three worst");
  if (inputs.length === 2 && request.worst !== undefined)
    throw new UsageError("--worst asks about one state", "leave one of the inputs out");
  if (request.worst !== undefined && request.report.length > 0)
    throw new UsageError("--worst makes no findings for --report", "print it with -o json or -o markdown");
  if (inputs.length === 2 && inputs.every((input) => input === "-"))
    throw new UsageError("only one state can be read from stdin", "name a file for the other one");
  if (inputs.length === 1 && request.worst === undefined && !hasWhatIfs(request))
    throw new UsageError(
      "one state alone does not change",
      request.set.length > 0
        ? "--set PATH=VALUE overrides kube-proxy's configuration on both sides; of a Service it is --set 'NS/SERVICE PATH=VALUE'"
        : "name the state after, too, or say what changes: --drain NODE, --apply FILE, --worst N",
    );
}
