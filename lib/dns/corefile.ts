/** Corefile syntax: server blocks of plugins. Source: Caddyfile lexer, as CoreDNS uses it. */

/** A line: name, arguments and the lines of its `{ }` block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[];
}

export interface ServerBlock {
  /** As written: ".:53", "cluster.local", "dns://example.org:1053". */
  readonly keys: readonly string[];
  readonly directives: readonly Directive[];
}

type Token = string | { readonly newline: true };
const NEWLINE: Token = { newline: true };
const MAX_DEPTH = 16;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const line of text.split(/\r?\n/)) {
    for (const [word] of line.matchAll(/"(?:\\.|[^"\\])*"|#.*$|[^\s"#][^\s]*/g)) {
      if (word.startsWith("#")) break;
      tokens.push(word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word);
    }
    tokens.push(NEWLINE);
  }
  return tokens;
}

/** Directives up to the closing brace; `position` is moved past it. */
function parseBlock(tokens: readonly Token[], position: { at: number }, depth: number): Directive[] {
  const directives: Directive[] = [];
  let words: string[] = [];
  const finish = (block: Directive[]) => {
    const [name, ...args] = words;
    if (name !== undefined) directives.push({ name, args, block });
    words = [];
  };
  while (position.at < tokens.length) {
    const token = tokens[position.at++]!;
    if (typeof token !== "string") finish([]);
    else if (token === "}") {
      finish([]);
      return directives;
    } else if (token === "{" && depth < MAX_DEPTH) finish(parseBlock(tokens, position, depth + 1));
    else words.push(token);
  }
  finish([]);
  return directives;
}

/** Snippets `(name) { }` put in place of `import name`; each at most once deep, so a cycle ends. */
function expandImports(
  directives: readonly Directive[],
  snippets: ReadonlyMap<string, readonly Directive[]>,
): readonly Directive[] {
  return directives.flatMap((directive) => {
    const snippet = directive.name === "import" ? snippets.get(directive.args[0] ?? "") : undefined;
    return snippet ?? [directive];
  });
}

/** Reads a Corefile; what is not understood is kept as a directive or ends up nowhere, never an error. */
export function parseCorefile(text: string): ServerBlock[] {
  const snippets = new Map<string, readonly Directive[]>();
  const servers: ServerBlock[] = [];
  for (const { name, args, block } of parseBlock(tokenize(text), { at: 0 }, 0)) {
    const snippet = /^\((.+)\)$/.exec(name);
    if (snippet) snippets.set(snippet[1]!, block);
    else {
      const keys = [name, ...args].flatMap((word) => word.split(",")).filter((word) => word !== "");
      servers.push({ keys, directives: expandImports(block, snippets) });
    }
  }
  return servers;
}
