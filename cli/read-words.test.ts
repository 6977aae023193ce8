/** What yargs' parser reads at once is what yargs reads itself. */
import { expect, test } from "@jest/globals";
import { COMMANDS } from "../lib/options/commands/index.js";
import type { Command } from "../lib/options/command.js";
import type { Parsed } from "../lib/options/parse-values.js";
import { readRequest } from "../lib/options/read-request.js";
import { fc } from "../lib/testing/fuzz/properties.js";
import { askYargs } from "./ask-yargs.js";
import { readWords } from "./read-words.js";
import type { Terminal } from "./terminal.js";

const TERMINAL: Terminal = {
  write: () => true,
  warn: () => {},
  env: {},
  cwd: "/",
  programName: "svcrules",
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  columns: 80,
  stdin: 0,
};
const VALUES = [
  "ipvs",
  "iptables",
  "json",
  "a",
  "shop/web:80",
  "a=b",
  "5",
  "-5",
  "0x10",
  "1.30",
  "true",
  "",
  "x y",
  "é",
];

function optionWords({ options, positionals }: Command): string[] {
  const asOptions = Object.keys(positionals).flatMap((name) => [`--${name}`, `--${name}=x`]);
  return Object.entries(options)
    .flatMap(([name, { short, aliases = [] }]) => [
      ...[name, ...aliases].flatMap((long) => [`--${long}`, `--no-${long}`, `--${long}=ipvs`, `--${long}=true`]),
      ...(short === undefined ? [] : [`-${short}`, `-${short}5`, `-${short}=json`, `-q${short}`]),
    ])
    .concat(asOptions);
}

/** A command with words behind it: options, values, words of no option, and what is behind "--". */
const lines = fc.constantFrom<readonly Command[]>(...[COMMANDS]).chain((commands) =>
  fc.constantFrom(...commands).chain((command) => {
    const word = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...optionWords(command)) },
      { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("--", "\u0000-", "--nope", "-Z", "--nope=1", "--_", "--help=false"),
      },
    );
    return fc.tuple(fc.constant(command), fc.array(word, { maxLength: 8 }));
  }),
);

function outcome(command: Command, parsed: Parsed, words: readonly string[]): unknown {
  try {
    return readRequest(command, parsed, words);
  } catch (error) {
    return String(error);
  }
}

test("a request read at once is the one that yargs reads", async () => {
  await fc.assert(
    fc.asyncProperty(lines, async ([command, rest]) => {
      const words = [command.name, ...rest];
      const parsed = readWords(command, words);
      if (!parsed) return;
      let expected: unknown;
      await askYargs(words, TERMINAL, "1.0.0", async (asked, theirs) => {
        expected = [asked.name, outcome(asked, theirs, words)];
        await Promise.resolve();
      });
      expect([command.name, outcome(command, parsed, words)]).toEqual(expected);
    }),
  );
});

test("help, the version and what the parser cannot read are left to yargs", () => {
  const [compile] = COMMANDS;
  for (const word of ["--help", "-h", "help", "--version", "-qh", "--input=b"]) {
    expect(readWords(compile, ["compile", "a.json", word])).toBeUndefined();
    expect(readWords(compile, ["compile", "a.json", "--", word, "b"])).toBeDefined();
  }
});

test("an argument is taken as it is written, dashes and quotation marks too", () => {
  const [compile] = COMMANDS;
  const words = ["compile", "---", '"a b"', "-q"];
  expect(readRequest(compile, readWords(compile, words)!, words)).toMatchObject({
    input: ["---", '"a b"'],
    quiet: true,
  });
});

test("a name of an option is of small letters, digits and dashes, with a capital for some short ones", () => {
  const names = COMMANDS.flatMap(({ options }) =>
    Object.entries(options).flatMap(([name, { short = name, aliases = [] }]) => [name, short, ...aliases]),
  );
  expect(names.filter((name) => !/^[a-z\d-]+$|^[A-Z]$/.test(name))).toEqual([]);
});
