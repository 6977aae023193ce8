/** One rule, element, entry or server of a capture is deleted, repeated, moved or altered. */
import { randomFrom, type Random } from "../fuzz/mutate.js";

export type CaptureTexts = Readonly<Record<string, string>>;

export interface CaptureMutation {
  readonly what: string;
  readonly how: "delete" | "alter" | "duplicate" | "move";
  readonly texts: CaptureTexts;
}

interface Place {
  readonly file: string;
  readonly line: number;
  /** Lines of one group may change places: rules of a chain. */
  readonly group: string;
  readonly kind: "rule" | "entry";
}

/** The lines that can be mutated. `files`: lines by file name. */
function placesOf(files: ReadonlyMap<string, readonly string[]>): Place[] {
  const places: Place[] = [];
  for (const [file, lines] of files) {
    let block = "";
    let table = "";
    for (const [line, text] of lines.entries()) {
      if (text.startsWith("*")) table = text;
      const opened = /^\t(chain|set|map) (\S+) \{$/.exec(text);
      if (opened) block = `${opened[1]} ${opened[2]}`;
      else if (text === "\t}") block = "";
      const chain = /^-A ([A-Z]\S*) /.exec(text)?.[1];
      if (chain !== undefined && table !== "") places.push({ file, line, group: `${table} ${chain}`, kind: "rule" });
      else if (/^(add|create|-A|-a) /.test(text)) places.push({ file, line, group: "", kind: "entry" });
      else if (block.startsWith("chain ") && /^\t\t(?!type |comment )/.test(text))
        places.push({ file, line, group: block, kind: "rule" });
      else if (block !== "" && /^\t\t\t/.test(text)) places.push({ file, line, group: block, kind: "entry" });
      else if (block !== "" && /^\t\t(timeout|type) /.test(text))
        places.push({ file, line, group: block, kind: "entry" });
    }
  }
  return places;
}

const TOKEN = /\d+\.\d+\.\d+\.\d+(?:\/\d+)?|\bf[0-9a-f]*:[0-9a-f:]+[0-9a-f](?:\/\d+)?|\b0x[0-9a-f]+\b|\b\d+\b/g;

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ ! /, " "],
  [/ != /, " "],
  [/\btcp\b/g, "udp"],
  [/\budp\b/g, "tcp"],
  [/-j DROP$/, "-j ACCEPT"],
  [/-j REJECT.*$/, "-j ACCEPT"],
  [/-j ACCEPT$/, "-j DROP"],
  [/-j RETURN$/, "-j DROP"],
  [/\bdrop$/, "accept"],
  [/\bgoto (?=\S+$)/, "jump "],
  [/ -s (rr|lc|wrr|sh)\b/, " -s lblc"],
  [/ -m( -w)/, " -g$1"],
  [/ -w 1$/, " -w 0"],
  [/hash:ip,port\b(?!,)/, "hash:net,port"],
  [/range 0-65535/, "range 1-1000"],
  [/maxelem 65536/, "maxelem 1"],
  [/dst,dst\b/, "dst,src"],
  [/ -d \S+/, ""],
  [/ -s \S+\/\d+/, ""],
  [/ --dst-type LOCAL/, " --dst-type UNICAST"],
  [/--ctstate \S+/, "--ctstate UNTRACKED"],
];

const TARGET = /(?:-j|goto|jump) (KUBE-\S+|\S+-[A-Z2-7]{8}-\S+|reject-chain)/;

function alterToken(line: string, random: Random): string {
  const tokens = [...line.replace(/comment "[^"]*"|^-A \S+/g, (text) => " ".repeat(text.length)).matchAll(TOKEN)];
  const token = tokens[random(Math.max(tokens.length, 1))];
  if (!token) return line;
  const [text] = token;
  const altered = text.includes(".")
    ? text.replace(/^[\d.]+/, "10.9.8.7")
    : text.includes(":")
      ? text.replace(/^[0-9a-f:]+/, "fd00:9::7")
      : text.startsWith("0x")
        ? "0x8000"
        : String(Number(text) + 1);
  return line.slice(0, token.index) + altered + line.slice(token.index + text.length);
}

function alter(line: string, other: string, random: Random): string {
  const target = TARGET.exec(other)?.[1];
  switch (random(4)) {
    case 0:
      return target === undefined ? line : line.replace(TARGET, (text, own: string) => text.replace(own, target));
    case 1:
    case 2:
      return alterToken(line, random);
    default: {
      const able = WORDS.filter(([pattern]) => line.replace(pattern, "") !== line);
      const [pattern, words] = able[random(Math.max(able.length, 1))] ?? [/$^/, ""];
      return line.replace(pattern, words);
    }
  }
}

/** One mutation of a node's captures; the same for the same seed. Undefined when the line cannot be changed that way. */
export function mutateCapture(texts: CaptureTexts, seed: number): CaptureMutation | undefined {
  const random = randomFrom(seed);
  const files = new Map(Object.entries(texts).map(([file, text]) => [file, text.split("\n")]));
  const places = placesOf(files);
  const { file, line: at, group, kind } = places[random(places.length)]!;
  const lines = files.get(file)!;
  const line = lines[at]!;
  const done = (how: CaptureMutation["how"], changed: readonly string[], now = ""): CaptureMutation => ({
    how,
    what: `${file} ${how}: ${line.trim()}${now && ` => ${now.trim()}`}`,
    texts: { ...texts, [file]: changed.join("\n") },
  });
  switch (random(kind === "rule" ? 5 : 3)) {
    case 0:
      return done("delete", lines.toSpliced(at, 1));
    case 1:
    case 2: {
      const place = places[random(places.length)]!;
      const altered = alter(line, files.get(place.file)![place.line]!, random);
      return altered === line ? undefined : done("alter", lines.with(at, altered), altered);
    }
    case 3:
      return done("duplicate", lines.toSpliced(at, 0, line));
    default: {
      const others = places.filter((place) => place.file === file && place.group === group && place.line !== at);
      const to = others[random(Math.max(others.length, 1))]?.line;
      if (to === undefined) return undefined;
      return done("move", lines.toSpliced(at, 1).toSpliced(to, 0, line), `line ${to - at > 0 ? "+" : ""}${to - at}`);
    }
  }
}
