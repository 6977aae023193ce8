/** The commands, in the order --help lists them. */
import type { Command } from "./command.js";
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

export const COMMANDS: readonly Command[] = [
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
];
