/** What a golden file says about itself before the rules begin. */
import { printable } from "../util/printable.js";

export interface GoldenHeader {
  /** Empty: a node that is not named. */
  readonly node: string;
  readonly mode: string;
  /** "1.34.2", or "newest" where neither configuration nor inputs name one. */
  readonly release: string;
  readonly family: "ipv4" | "ipv6";
  /** Name and version of the program that wrote the file. */
  readonly tool: string;
  /** "sha256:" and the digest of the inputs. */
  readonly inputs: string;
}

const TITLE = "# svcrules golden file: written by svcrules, not by hand";
const FIELDS = ["node", "mode", "release", "family", "tool", "inputs"] as const;
/** What may differ while the rules are the same: another svcrules, or a change of the inputs that no rule shows. */
const UNCOMPARED: readonly string[] = ["tool", "inputs"];
const JSON_START = '{ "golden": ';

/** The lines in front of a text, or of JSON, whose first line then goes without its bracket. */
export function headerLines(header: GoldenHeader, form: "text" | "json"): string[] {
  const values = FIELDS.map((field) => [field, printable(header[field])] as const);
  if (form === "json") return [`${JSON_START}${JSON.stringify(Object.fromEntries(values))},`];
  return [TITLE, ...values.map(([field, value]) => `# ${field}: ${value}`.trimEnd())];
}

/** The lines of a JSON text as they follow its header. */
export function* afterJsonHeader(lines: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const line of lines) {
    yield isFirst && line.startsWith("{") ? ` ${line.slice(1)}` : line;
    isFirst = false;
  }
}

export type HeaderFields = Readonly<Partial<Record<keyof GoldenHeader, string>>>;

export interface SplitGolden {
  /** Undefined when the file has none: somebody else's, or made with `svcrules compile -o`. */
  readonly header: HeaderFields | undefined;
  /** Lines of the header. */
  readonly headerLength: number;
  readonly body: Iterator<string>;
}

/** Takes the header off; the body is read while it is iterated. */
export function splitGolden(lines: Iterator<string>, form: "text" | "json"): SplitGolden {
  const first = lines.next();
  if (first.done === true) return { header: undefined, headerLength: 0, body: lines };
  if (form === "json") {
    const header = jsonHeader(first.value);
    if (header) return { header, headerLength: 1, body: lines };
    return { header: undefined, headerLength: 0, body: afterJsonHeader(chain([first.value], lines)) };
  }
  if (first.value !== TITLE) return { header: undefined, headerLength: 0, body: chain([first.value], lines) };
  const header: Record<string, string> = {};
  let headerLength = 1;
  for (;;) {
    const next = lines.next();
    if (next.done === true) return { header, headerLength, body: lines };
    const field = /^# ([a-z]+):(?: (.*))?$/.exec(next.value);
    const name = field && FIELDS.find((known) => known === field[1]);
    if (!name || Object.hasOwn(header, name)) return { header, headerLength, body: chain([next.value], lines) };
    header[name] = field[2] ?? "";
    headerLength++;
    if (name === FIELDS.at(-1)) return { header, headerLength, body: lines };
  }
}

function jsonHeader(line: string): HeaderFields | undefined {
  if (!line.startsWith(JSON_START) || !line.endsWith(",")) return undefined;
  try {
    const value = JSON.parse(line.slice(JSON_START.length, -1)) as Record<string, unknown>;
    return Object.fromEntries(
      FIELDS.flatMap((field) => {
        const text = Object.hasOwn(value, field) ? value[field] : undefined;
        return typeof text === "string" ? [[field, text]] : [];
      }),
    );
  } catch {
    return undefined;
  }
}

function* chain(first: Iterable<string>, rest: Iterator<string>): Generator<string> {
  yield* first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** Whether what begins so is a golden file that svcrules wrote and may delete. */
export function isGoldenStart(firstLine: string): boolean {
  return firstLine === TITLE || jsonHeader(firstLine) !== undefined;
}

/** Fields in which the headers differ and which count. */
export function differingFields(found: HeaderFields, wanted: GoldenHeader): string[] {
  return FIELDS.filter((field) => !UNCOMPARED.includes(field) && (found[field] ?? "") !== printable(wanted[field]));
}
