/** An object as it was written, read again at its place. */
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import type { KubeObject } from "../kube/types.js";
import { isRecord } from "../util/is-record.js";

/** Annotations that an answer may need, by their keys; others hold whatever people write, and leave with no extract. */
const ANNOTATIONS = /^(?!kubectl\.)(?:[a-z0-9-]+\.)*(?:kubernetes\.io|svcrules\.dev)\/|proxy[-_]?protocol/i;
/** Programs of Kubernetes itself, whose flags tell how the cluster is set up. */
const COMPONENT = /^kube-(?:proxy|apiserver|controller-manager)$/;

/** With apiVersion and kind, which items of lists may lack; undefined when it is not there any more. */
export function rawObject({ origin, apiVersion, kind }: KubeObject): Readonly<Record<string, unknown>> | undefined {
  if (!origin) return undefined;
  const text = new TextDecoder().decode(origin.source.read(origin.start, origin.end));
  let value = origin.syntax === "json" ? parseJSON(text) : parseYAML(text);
  for (const step of origin.path)
    value = Array.isArray(value) ? (value as unknown[])[step as number] : isRecord(value) ? value[step] : undefined;
  return isRecord(value) ? { apiVersion, kind, ...bare(value) } : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Without what no rule is made of and much of an object is: who set its fields, copies of it, notes, environments and arguments. */
function bare({ metadata, ...others }: Fields): Fields {
  const { managedFields: _, annotations, ...head } = isRecord(metadata) ? metadata : {};
  const kept = Object.entries(isRecord(annotations) ? annotations : {}).filter(([key]) => ANNOTATIONS.test(key));
  return {
    ...(metadata !== undefined && {
      metadata: { ...head, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    }),
    ...(withoutContainers(others) as Fields),
  };
}

/** Without sentences about the state; a pod's containers, wherever they stand, without environments and arguments. */
function withoutContainers(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map(withoutContainers);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, own]) => key !== "message" || typeof own !== "string")
      .map(([key, own]) => [
        key,
        /^(?:init|ephemeral)?[cC]ontainers$/.test(key) && Array.isArray(own)
          ? (own as unknown[]).map(container)
          : withoutContainers(own),
      ]),
  );
}

function container(value: unknown): unknown {
  if (!isRecord(value) || (typeof value["name"] === "string" && COMPONENT.test(value["name"]))) return value;
  const { env: _env, envFrom: _from, command: _command, args: _args, ...kept } = value;
  return kept;
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseYAML(text: string): unknown {
  const parsed = parseYAMLText(text);
  return "values" in parsed ? parsed.values[0] : undefined;
}
