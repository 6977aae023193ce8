/** The whole state in the fragment of a link: compressed, and sent to nobody. */
import { deflateSync, Inflate, strToU8 } from "fflate";
import { EMPTY_STATE, TABS, type State } from "./state.js";

/** Characters after which programs are known to cut links off. */
export const LONG_LINK = 8000;
/** Characters of state that a link may hold. */
const MOST_CHARACTERS = 16 << 20;

/** "#s=..." */
export function fragmentOf(state: State): string {
  const bytes = deflateSync(strToU8(JSON.stringify(state)), { level: 9 });
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `#s=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The state in a fragment; undefined when there is none, or none that can be read. */
export function stateFrom(fragment: string): State | undefined {
  if (!fragment.startsWith("#s=")) return undefined;
  try {
    const text = atob(fragment.slice(3).replaceAll("-", "+").replaceAll("_", "/"));
    return checked(JSON.parse(inflated(Uint8Array.from(text, (c) => c.charCodeAt(0)))));
  } catch {
    return undefined;
  }
}

function inflated(bytes: Uint8Array): string {
  let text = "";
  const pieces: Uint8Array[] = [];
  let size = 0;
  const expand = new Inflate((piece) => {
    size += piece.length;
    if (size > MOST_CHARACTERS) throw new Error("too long");
    pieces.push(piece);
  });
  for (let at = 0; at < bytes.length; at += 4096) expand.push(bytes.subarray(at, at + 4096), at + 4096 >= bytes.length);
  const decoder = new TextDecoder();
  for (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

const MODES = ["iptables", "ipvs", "nftables"] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Only what a state may hold is taken from what somebody made a link of. */
function checked(value: unknown): State | undefined {
  if (!isFields(value)) return undefined;
  const files = filesIn(value["files"]);
  if (!files || files.length === 0) return undefined;
  const text = (name: string, from: Fields = value) => (typeof from[name] === "string" ? from[name] : "");
  const inner = (name: string) => (isFields(value[name]) ? value[name] : {});
  const family = text("ipFamily");
  const current = text("current");
  return {
    ...EMPTY_STATE,
    files,
    current: files.some(({ name }) => name === current) ? current : files[0]!.name,
    captures: capturesIn(value["captures"]),
    kept: filesIn(value["kept"]),
    mode: MODES.find((name) => name === value["mode"]) ?? "",
    kubeVersion: text("kubeVersion"),
    node: text("node"),
    ipFamily: family === "ipv4" || family === "ipv6" ? family : "",
    tab: TABS.find((name) => name === value["tab"]) ?? "rules",
    artifact: text("artifact"),
    format: value["format"] === "save" ? "save" : "restore",
    trace: { from: text("from", inner("trace")), to: text("to", inner("trace")) },
    dns: { name: text("name", inner("dns")), from: text("from", inner("dns")) },
    step: typeof value["step"] === "number" && value["step"] >= 0 ? Math.floor(value["step"]) : undefined,
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function capturesIn(value: unknown): State["captures"] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((file) =>
    (filesIn([file]) ?? []).map((own) =>
      isFields(file) && typeof file["node"] === "string" ? { ...own, node: file["node"] } : own,
    ),
  );
}

function filesIn(value: unknown): State["files"] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((file: unknown) =>
    isFields(file) && typeof file["name"] === "string" && typeof file["text"] === "string"
      ? [{ name: file["name"], text: file["text"] }]
      : [],
  );
}
