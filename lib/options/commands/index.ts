/** The commands, in the order --help lists them. */
import type { ValuesOf, WordsOfTable } from "../option.js";
import { anonymizeCommand } from "./anonymize.js";
import { checkCommand } from "./check.js";
import { collectCommand } from "./collect.js";
import { compileCommand } from "./compile.js";
import { completionCommand } from "./completion.js";
import { diffCommand } from "./diff.js";
import { dnsCommand } from "./dns.js";
import { doctorCommand } from "./doctor.js";
import { endpointsCommand } from "./endpoints.js";
import { explainCommand } from "./explain.js";
import { extractCommand } from "./extract.js";
import { impactCommand } from "./impact.js";
import { migrateCommand } from "./migrate.js";
import { playgroundCommand } from "./playground.js";
import { traceCommand } from "./trace.js";

export const COMMANDS = [
  compileCommand,
  diffCommand,
  checkCommand,
  endpointsCommand,
  explainCommand,
  traceCommand,
  doctorCommand,
  dnsCommand,
  impactCommand,
  migrateCommand,
  collectCommand,
  extractCommand,
  anonymizeCommand,
  playgroundCommand,
  completionCommand,
] as const;

type Declared = (typeof COMMANDS)[number];
type DeclaredAs<N extends CommandName> = Extract<Declared, { readonly name: N }>;

export type CommandName = Declared["name"];

/** What a command line says, by name in camel case; typed by the command's tables. */
export type RequestOf<N extends CommandName> = ValuesOf<DeclaredAs<N>["options"]> &
  WordsOfTable<DeclaredAs<N>["positionals"]>;
