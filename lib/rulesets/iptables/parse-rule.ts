/** One rule from its command line, in either spelling. */
import { MATCH_FORMS } from "./matches/index.js";
import type { MatchForm, Option } from "./matches/match-form.js";
import { protocolName } from "./protocols.js";
import { TARGET_FORMS } from "./targets/index.js";
import type { TargetForm } from "./targets/target-form.js";
import { tokenize, type Token } from "./tokens.js";
import type { Clause, Counters, Match, Rule, Target } from "./types.js";

/** A rule, or what is wrong with the line. */
export type ParsedRule = { readonly rule: Rule } | { readonly problem: string };

/** Tells user-defined chains from targets of extensions that have no options. */
export type IsChain = (name: string) => boolean;

const FORM_BY_MODULE = new Map<string, MatchForm<Match>>();
for (const form of Object.values(MATCH_FORMS) as unknown as MatchForm<Match>[])
  for (const module of form.modules) FORM_BY_MODULE.set(module, form);

export const FORM_BY_TARGET = new Map<string, TargetForm<Target>>();
for (const form of Object.values(TARGET_FORMS) as unknown as TargetForm<Target>[])
  for (const name of form.names) FORM_BY_TARGET.set(name, form);

/** What a name, an address or a number never holds. */
const BLANK_OR_QUOTE = /[\s"']/;

const HEADER_OPTIONS: Readonly<Record<string, string>> = {
  "-s": "source",
  "--source": "source",
  "--src": "source",
  "-d": "destination",
  "--destination": "destination",
  "--dst": "destination",
  "-i": "in-interface",
  "--in-interface": "in-interface",
  "-o": "out-interface",
  "--out-interface": "out-interface",
  "-p": "protocol",
  "--protocol": "protocol",
  "-f": "fragment",
  "--fragment": "fragment",
  "-j": "jump",
  "--jump": "jump",
  "-g": "goto",
  "--goto": "goto",
  "-m": "match",
  "--match": "match",
  "-c": "counters",
  "--set-counters": "counters",
};

interface OpenMatch {
  readonly module: string;
  readonly form: MatchForm<Match> | undefined;
  readonly options: Option[];
}

/**
 * Reads "-A CHAIN ..." as kube-proxy writes it or iptables-save and iptables -S print it, with or without counters in
 * front ("[0:0]") or inside ("-c 0 0"). `-p tcp` beside `-m tcp` is one transport clause.
 */
export function parseRule(line: string, isChain: IsChain = () => false): ParsedRule {
  const tokens = tokenize(line);
  if (!tokens) return { problem: "a quote is not closed" };
  return new RuleReader(tokens, isChain).read();
}

/** Walks the words of one rule. */
class RuleReader {
  private at = 0;
  private counters: Counters | undefined;
  private readonly parts: (Clause | OpenMatch)[] = [];
  private target: { readonly name: string; readonly goto: boolean; readonly options: Option[] } | undefined;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly isChain: IsChain,
  ) {}

  read(): ParsedRule {
    const inFront = /^\[(\d+):(\d+)\]$/.exec(this.tokens[0]?.raw ?? "");
    if (inFront) {
      this.counters = { packets: Number(inFront[1]), bytes: Number(inFront[2]) };
      this.at++;
    }
    const command = this.take();
    const chain = this.take();
    if ((command?.value !== "-A" && command?.value !== "--append") || !chain || chain.value.startsWith("-"))
      return { problem: "a rule starts with -A and a chain" };
    if (chain.value === "" || BLANK_OR_QUOTE.test(chain.value))
      return { problem: "the name of a chain has no blanks or quotes" };
    while (this.at < this.tokens.length) {
      const problem = this.readOption();
      if (problem) return { problem };
    }
    const clauses = foldProtocol(this.parts.map((part) => ("options" in part ? buildMatch(part) : part)));
    const conflict = conflictOf(clauses);
    if (conflict) return { problem: conflict };
    return {
      rule: {
        chain: chain.value,
        clauses,
        target: this.buildTarget(),
        ...(this.counters && { counters: this.counters }),
      },
    };
  }

  private take(): Token | undefined {
    return this.tokens[this.at++];
  }

  /** Undefined when all went well. */
  private readOption(): string | undefined {
    const start = this.at;
    let negated = false;
    if (this.tokens[this.at]?.raw === "!") {
      negated = true;
      this.at++;
    }
    const token = this.take();
    if (!token) return "nothing follows the !";
    const header = this.headerOf(token.raw);
    if (header) return this.readHeader(header, negated);
    if (!token.raw.startsWith("-")) return `"${token.raw}" belongs to no option`;
    return this.readModuleOption(token.raw, negated, start);
  }

  /** Which part of the header an option is; an option of an open match or target comes before a header's of its name. */
  private headerOf(name: string): string | undefined {
    // `--proto` is short for the header's --protocol, and the whole name of an option of `-m policy`.
    if (name === "--proto") return this.hasOpenUnknown() ? undefined : "protocol";
    if (!Object.hasOwn(HEADER_OPTIONS, name)) return undefined;
    const isOwn = this.parts.some((part) => "options" in part && part.form && Object.hasOwn(part.form.options, name));
    return isOwn && !this.target ? undefined : HEADER_OPTIONS[name];
  }

  private hasOpenUnknown(): boolean {
    return this.target !== undefined || this.parts.some((part) => "options" in part && !part.form);
  }

  private readHeader(kind: string, negatedBefore: boolean): string | undefined {
    let negated = negatedBefore;
    if (kind === "fragment") {
      this.parts.push({ kind, ...(negated && { negated }) });
      return undefined;
    }
    if (this.tokens[this.at]?.raw === "!") {
      negated = true;
      this.at++;
    }
    const token = this.take();
    if (!token) return "an option stands without its value";
    const { value } = token;
    // Names, addresses and numbers are single words, quoted or not; printed without quotes "!" would negate.
    if (value === "" || value === "!" || BLANK_OR_QUOTE.test(value)) return `"${value}" is no value of such an option`;
    // As iptables refuses it.
    if (this.parts.some((part) => "kind" in part && part.kind === kind)) return `"${value}" is a second ${kind}`;
    const not = negated && { negated };
    switch (kind) {
      case "source":
      case "destination":
        this.parts.push({ kind, address: value, ...not });
        return undefined;
      case "in-interface":
      case "out-interface":
        this.parts.push({ kind, name: value, ...not });
        return undefined;
      case "protocol":
        this.parts.push({ kind, protocol: value, ...not });
        return undefined;
      case "match":
        this.parts.push({ module: value, form: FORM_BY_MODULE.get(value), options: [] });
        return undefined;
      case "counters": {
        const bytes = this.take()?.value ?? "";
        if (!/^\d+$/.test(value) || !/^\d+$/.test(bytes)) return "-c needs two numbers";
        this.counters = { packets: Number(value), bytes: Number(bytes) };
        return undefined;
      }
      default:
        if (this.target) return "a rule has one target";
        this.target = { name: value, goto: kind === "goto", options: [] };
        return undefined;
    }
  }

  private readModuleOption(name: string, negated: boolean, start: number): string | undefined {
    const { arity, options } = this.ownerOf(name);
    if (!options) return `${name} belongs to no module`;
    let taken = 0;
    while (this.at < this.tokens.length && (arity === undefined ? this.isValue() : taken < arity)) {
      this.at++;
      taken++;
    }
    if (arity !== undefined && taken < arity) return `${name} stands without its value`;
    const tokens = this.tokens.slice(start, this.at);
    options.push({
      name,
      negated,
      values: tokens.slice(negated ? 2 : 1).map((t) => t.value),
      tokens: tokens.map((t) => t.raw),
    });
    return undefined;
  }

  /** Whether the next word can be a value of an option that is not known. */
  private isValue(): boolean {
    const { raw } = this.tokens[this.at]!;
    return raw !== "!" && !/^-(-|[a-zA-Z]$)/.test(raw);
  }

  /** Where an option goes: the target, the last match that knows it, a transport loaded by -p, the last match. */
  private ownerOf(name: string): { readonly arity: number | undefined; readonly options: Option[] | undefined } {
    if (this.target) {
      const known = FORM_BY_TARGET.get(this.target.name)?.options ?? {};
      return { arity: Object.hasOwn(known, name) ? known[name] : undefined, options: this.target.options };
    }
    const open = this.parts.filter((part) => "options" in part);
    for (const part of open.toReversed()) {
      const known = part.form?.options;
      if (known && Object.hasOwn(known, name)) return { arity: known[name], options: part.options };
    }
    const implied = this.impliedTransport(name);
    if (implied) return implied;
    return { arity: undefined, options: open.at(-1)?.options };
  }

  private impliedTransport(name: string): { readonly arity: number; readonly options: Option[] } | undefined {
    const known = MATCH_FORMS.transport.options;
    const protocol = this.parts.find((part) => "kind" in part && part.kind === "protocol");
    if (!Object.hasOwn(known, name) || !protocol || !("protocol" in protocol)) return undefined;
    const module = protocolName(protocol.protocol!);
    const form = FORM_BY_MODULE.get(module);
    if (!form) return undefined;
    const options: Option[] = [];
    this.parts.push({ module, form, options });
    return { arity: known[name]!, options };
  }

  private buildTarget(): Target {
    if (!this.target) return { kind: "none" };
    const { name, options } = this.target;
    if (this.target.goto) return { kind: "goto", chain: name };
    const built = FORM_BY_TARGET.get(name)?.build(options, name);
    if (built) return built;
    if (options.length === 0 && (this.isChain(name) || !isExtensionName(name))) return { kind: "jump", chain: name };
    return { kind: "unknown", name, tokens: options.flatMap((option) => option.tokens) };
  }
}

function buildMatch({ module, form, options }: OpenMatch): Match {
  return form?.build(options, module) ?? { kind: "unknown", module, tokens: options.flatMap((o) => o.tokens) };
}

/** The kernel takes no `-m tcp` beside the protocol of another, or another's `-m udp`: such a line is damaged. */
function conflictOf(clauses: readonly Clause[]): string | undefined {
  const transports = clauses.filter((clause) => clause.kind === "transport");
  const [first] = transports;
  if (!first) return undefined;
  const other = transports.find(({ protocol }) => protocol !== first.protocol);
  if (other) return `-m ${other.protocol} does not go with -m ${first.protocol}`;
  const header = clauses.find((clause) => clause.kind === "protocol" && !clause.negated);
  return header?.kind === "protocol" ? `-m ${first.protocol} does not go with -p ${header.protocol}` : undefined;
}

/** `-p tcp` is said by a transport clause already. */
function foldProtocol(clauses: readonly Clause[]): readonly Clause[] {
  const transport = clauses.find((clause) => clause.kind === "transport");
  if (!transport) return clauses;
  return clauses.filter(
    (clause) => clause.kind !== "protocol" || clause.negated || protocolName(clause.protocol) !== transport.protocol,
  );
}

/** Targets of extensions that are used without options. Source: iptables(8) and iptables-extensions(8). */
const EXTENSION_NAMES: ReadonlySet<string> = new Set([
  "AUDIT",
  "CHECKSUM",
  "CLASSIFY",
  "CLUSTERIP",
  "CONNMARK",
  "CONNSECMARK",
  "CT",
  "DSCP",
  "ECN",
  "HL",
  "HMARK",
  "IDLETIMER",
  "LED",
  "LOG",
  "MARK",
  "NETMAP",
  "NFLOG",
  "NFQUEUE",
  "NOTRACK",
  "QUEUE",
  "RATEEST",
  "REDIRECT",
  "SECMARK",
  "SET",
  "SYNPROXY",
  "TCPMSS",
  "TCPOPTSTRIP",
  "TEE",
  "TOS",
  "TPROXY",
  "TRACE",
  "TTL",
  "ULOG",
]);

/** Whether a name that is not a declared chain means an extension. */
export function isExtensionName(name: string): boolean {
  return EXTENSION_NAMES.has(name) || FORM_BY_TARGET.has(name);
}
