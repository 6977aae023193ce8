/** Reads a source of any kind: told by content, never by name. */
import { Buffer } from "../platform/bytes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sourceFromText, type Source } from "../source/source.js";
import { detectContent, type Content } from "./detect-content.js";
import { readJSON } from "./json/read-json.js";
import { kubectlTable } from "./kubectl-table.js";
import { forDump } from "./lenient-sink.js";
import { modeOfLog } from "./log-block.js";
import { objectsRefused } from "./refused-objects.js";
import type { ReaderSink } from "./sink.js";
import { unrenderedYtt } from "./unrendered.js";
import { parseYAMLDocument } from "./yaml/parse-document.js";
import { readYAML } from "./yaml/read-yaml.js";
import { isYttTemplate } from "./ytt.js";

/** JSON up to this size that is none is tried as YAML, which has braces, too. */
const SMALL = 1 << 20;

/** Hands every object of the source to the sink; trouble becomes diagnostics, nothing is thrown. */
export function readSource(source: Source, sink: ReaderSink): void {
  if (isLog(source)) return readLog(source, sink);
  if (source.size > 0 && source.read(0, 1).length === 0) return sink.diagnostic(changed(source));
  const content = detectContent(source);
  const target = source.dump === undefined ? sink : forDump(sink);
  if ("skippedLines" in content && content.skippedLines > 0) target.diagnostic(skipped(source, content.skippedLines));
  switch (content.kind) {
    case "blank":
      return void tellRefused(source, target);
    case "json":
      return isFlowYAML(source, content.start)
        ? readYAML(source, target, content.start)
        : readJSON(source, target, content.start);
    case "yaml":
      if (content.hasYttMarks && isYtt(source))
        return target.diagnostic(unrenderedYtt(source, { source, start: content.start, end: content.start + 1 }));
      if (tellRefused(source, target)) return;
      return readYAML(source, target, content.start);
    case "utf-16":
      return readSource(decoded(source, content.encoding), sink);
    case "kube-proxy-log":
      return target.fact?.({ kind: "kube-proxy-log-mode", mode: content.mode, pod: podOfLog(source.name), source });
    case "rule-dump":
      target.fact?.({ kind: "rule-dump", mode: content.mode, source });
      return source.dump === undefined ? target.diagnostic(nodeCapture(source)) : undefined;
    case "binary":
    case "table":
      return target.diagnostic(notText(source, content));
  }
}

/** True where a tool said why it gave no objects; the sink knows then. */
function tellRefused(source: Source, sink: ReaderSink): boolean {
  const refused = objectsRefused(source);
  if (refused) sink.diagnostic(refused);
  return refused !== undefined;
}

const LOGS = ["logs.txt", "current.log", "kube-proxy.log"];

/** Logs of pods hold anything, objects included, none of which counts. */
function isLog({ name, dump }: Source): boolean {
  return LOGS.includes(name.slice(name.lastIndexOf("/") + 1)) || (dump !== undefined && name.endsWith(".log"));
}

function readLog(source: Source, sink: ReaderSink): void {
  const bytes = source.read(0, Math.min(source.size, SMALL));
  const mode = modeOfLog(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
  if (mode) sink.fact?.({ kind: "kube-proxy-log-mode", mode, pod: podOfLog(source.name), source });
}

/** The pod in `kube-system/kube-proxy-x/logs.txt` or `pods/kube-proxy-x/.../current.log`. */
function podOfLog(name: string): string {
  return name.split("/").findLast((part) => part.startsWith("kube-proxy-")) ?? "";
}

function decoded(source: Source, encoding: "utf-16le" | "utf-16be"): Source {
  const text = new TextDecoder(encoding).decode(source.read(0, source.size));
  const { name, dump, archive } = source;
  return { ...sourceFromText(name, text), ...(dump && { dump }), ...(archive && { archive }) };
}

/** `{a: 1}` and kyaml without its "---": refused by JSON.parse, fine for YAML. */
function isFlowYAML(source: Source, start: number): boolean {
  if (source.size - start > SMALL) return false;
  const bytes = source.read(start, source.size);
  let next = 1;
  while (next < bytes.length && bytes[next]! <= 0x20) next++;
  // JSON has a quote, a bracket or nothing here, and only its lists hold anything else.
  if (bytes[0] !== 0x7b || bytes[next] === 0x22 || bytes[next] === 0x7d) return false;
  return "values" in parseYAMLDocument(new TextDecoder().decode(bytes));
}

/** Templates are written by people; what is larger is some program's output. */
function isYtt(source: Source): boolean {
  return source.size <= SMALL && isYttTemplate(new TextDecoder().decode(source.read(0, source.size)));
}

function changed(source: Source): Diagnostic {
  return {
    code: "input-changed",
    severity: "error",
    message: "the file went away while it was read",
    at: { file: source.name },
  };
}

function skipped(source: Source, lines: number): Diagnostic {
  return {
    code: "text-skipped",
    severity: "note",
    message: `${lines === 1 ? "a line" : `${lines} lines`} of other output in front of the first object passed over`,
    at: { source, start: 0, end: 1 },
  };
}

function nodeCapture(source: Source): Diagnostic {
  return {
    code: "node-capture",
    severity: "warning",
    message: "these are rules captured on a node, not objects; passed over",
    at: { file: source.name },
    notes: [
      `compare them with: svcrules diff ${source.name} --manifests INPUT; explain, trace and doctor take them with --on`,
    ],
  };
}

function notText(source: Source, content: Extract<Content, { kind: "binary" | "table" }>): Diagnostic {
  if (content.kind === "binary")
    return {
      code: "binary-file",
      severity: "error",
      message: `this is no text: there is a NUL byte at offset ${content.at}`,
      at: { file: source.name },
    };
  return kubectlTable({ source, start: content.start, end: content.end });
}
