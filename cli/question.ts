/** What a request names, opened, as the library's questions take it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  namedInputs,
  readingOf,
  UsageError,
  capturesAmong,
  type InputValues,
  type QuestionOptions,
  type Source,
} from "../lib/index.js";
import { chunked } from "../lib/render/chunks.js";
import { openInputs } from "./io/open-inputs.js";
import type { Reporter } from "./reporter.js";
import type { Terminal } from "./terminal.js";

/** Read when no INPUT is named. */
const DEFAULT_INPUT = "manifests";

export interface OpenedQuestion {
  readonly sources: readonly Source[];
  readonly options: QuestionOptions;
}

/** The inputs named, or ./manifests when none is and it exists; undefined when there is nothing. */
function findInputs(named: readonly string[], { cwd }: Terminal): readonly string[] | undefined {
  if (named.length > 0) return named;
  return existsSync(resolve(cwd, DEFAULT_INPUT)) ? [DEFAULT_INPUT] : undefined;
}

/** Whether there is a file or directory, by the name that a word gives it. */
export function isThere({ cwd }: Terminal): (path: string) => boolean {
  return (path) => existsSync(resolve(cwd, path));
}

/** As `findInputs`; nothing is a usage error. */
export function inputsOf(
  named: readonly string[],
  terminal: Terminal,
  hint = "name files or directories with Kubernetes objects, or - for stdin",
): readonly string[] {
  const inputs = findInputs(named, terminal);
  if (inputs) return inputs;
  throw new UsageError("no INPUT given, and ./manifests does not exist", hint);
}

/** Opens the inputs; `inputs` may be none where captures are all there is. */
export async function openQuestion(
  inputs: readonly string[],
  request: InputValues & { readonly kubeVersion?: string; readonly proxyConfig?: string },
  terminal: Terminal,
  reporter: Reporter,
): Promise<OpenedQuestion> {
  const { sources, diagnostics } = await openInputs(inputs, terminal, {
    ...readingOf(request),
    progress: request.progress,
  });
  const config = request.proxyConfig === undefined ? undefined : await openInputs([request.proxyConfig], terminal);
  return {
    sources,
    options: {
      simulate: request.simulate,
      serviceCIDR: request.serviceCidr,
      kubeVersion: request.kubeVersion,
      strict: request.strict,
      inputNames: inputs,
      opened: [...diagnostics, ...(config?.diagnostics ?? [])],
      ...(config && { proxyConfig: config.sources }),
      timed: reporter.timed,
    },
  };
}

/** As `openQuestion`, what INPUT.. and -f name, or ./manifests. */
export function openNamed(request: NamedRequest, terminal: Terminal, reporter: Reporter): Promise<OpenedQuestion> {
  return openQuestion(inputsOf(namedInputs(request), terminal), request, terminal, reporter);
}

interface NamedRequest extends InputValues {
  readonly input: readonly string[];
  readonly kubeVersion?: string;
  readonly proxyConfig?: string;
}

/** Objects and the captures of --on; objects may be missing where there are captures. */
export async function openNodeQuestion(
  request: NamedRequest & { readonly on: readonly string[] },
  terminal: Terminal,
  reporter: Reporter,
): Promise<OpenedQuestion & { readonly captures: readonly Source[] | undefined }> {
  const { on } = request;
  const reading = { ...readingOf(request), everyFile: true };
  const captures = on.length > 0 ? capturesAmong(await openInputs(on, terminal, reading), on) : undefined;
  const named = namedInputs(request);
  const inputs = (captures && findInputs(named, terminal)) ?? (captures ? [] : inputsOf(named, terminal));
  const { sources, options } = await openQuestion(inputs, request, terminal, reporter);
  const opened = [...(captures?.diagnostics ?? []), ...(options.opened ?? [])];
  return { sources, options: { ...options, opened }, captures: captures?.sources };
}

/** Prints lines until nobody reads any more. */
export function printLines(lines: Iterable<string>, { write }: Pick<Terminal, "write">): void {
  for (const chunk of chunked(lines)) if (!write(chunk)) return;
}
