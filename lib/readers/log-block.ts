/** Log blocks in the stream of `kubectl cluster-info dump`: skipped, save for the line that names kube-proxy's mode. */
import { readOn, type ByteWindow } from "./byte-window.js";
import type { ReaderSink } from "./sink.js";

const LOG_BLOCK_START = "==== START logs for container ";
const LONGEST_MARKER = 1024;
/** How much of a log is searched for the mode line; kube-proxy writes it when it starts. */
const SEARCHED = 1 << 20;

/** True when a log block begins at the window's place. */
export function startsLogBlock(window: ByteWindow): boolean {
  if (window.bytes[window.at] !== 0x3d) return false;
  if (window.bytes.length - window.at < LONGEST_MARKER) readOn(window, window.at);
  return window.bytes.toString("latin1", window.at, window.at + LOG_BLOCK_START.length) === LOG_BLOCK_START;
}

/** Moves past the block: up to and including the first later END marker of the same container and pod. */
export function skipLogBlock(window: ByteWindow, sink: ReaderSink): void {
  const newline = window.bytes.indexOf(0x0a, window.at);
  const lineEnd = newline < 0 ? window.bytes.length : newline;
  const line = window.bytes.toString("latin1", window.at, lineEnd).replace(/\r$/, "");
  const pod = /of pod ([^ ]*) ====/.exec(line)?.[1] ?? "";
  const end = line.replace("==== START ", "==== END ");
  sink.fact?.({ kind: "cluster-info-dump", source: window.source });
  window.at = lineEnd;
  const isProxy = line.startsWith("==== START logs for container kube-proxy ");
  for (;;) {
    const found = window.bytes.indexOf(end, window.at, "latin1");
    if (isProxy) noteMode(window, found < 0 ? window.bytes.length : found, pod, sink);
    if (found >= 0) {
      window.at = found + end.length;
      return;
    }
    window.at = Math.max(window.at, window.bytes.length - end.length);
    if (!readOn(window, window.at)) {
      window.at = window.bytes.length;
      return;
    }
  }
}

function noteMode(window: ByteWindow, logEnd: number, pod: string, sink: ReaderSink): void {
  const mode = modeOfLog(window.bytes.toString("latin1", window.at, Math.min(logEnd, window.at + SEARCHED)));
  if (mode) sink.fact?.({ kind: "kube-proxy-log-mode", mode, pod, source: window.source });
}

/** The mode that a kube-proxy log names, or undefined. */
export function modeOfLog(text: string): "iptables" | "ipvs" | "nftables" | undefined {
  const m = /Using (iptables|ipvs|nftables) [Pp]roxier/.exec(text);
  return m?.[1] as "iptables" | "ipvs" | "nftables" | undefined;
}
