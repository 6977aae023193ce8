/** The man page, from the commands and options themselves. */
import { COMMANDS } from "./commands/index.js";
import type { Command } from "./commands/command.js";
import { optionTable, type OptionEntry } from "./option-table.js";
import { GLOBAL_OPTIONS } from "./options.js";

/** Text that roff takes literally. */
function roff(text: string): string {
  return text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function optionLines({ name, short, describe, takesValue, default: value }: OptionEntry): string[] {
  const names = [...short.map((letter) => `-${letter}`), `--${name}`].map((n) => `\\fB${roff(n)}\\fR`).join(", ");
  const shown = value === undefined || value === false ? "" : ` [${String(value)}]`;
  return [
    ".TP",
    `${names}${takesValue ? " \\fIvalue\\fR" : ""}`,
    roff(describe + (value === true ? " [on; --no-" + name + " turns it off]" : shown)),
  ];
}

function commandLines(command: Command): string[] {
  const global = new Set(Object.keys(GLOBAL_OPTIONS));
  const own = optionTable(command).filter(({ name }) => !global.has(name));
  return [
    `.SS svcrules ${roff(String(command.module.command))}`,
    roff(String(command.module.describe)),
    ...own.flatMap(optionLines),
  ];
}

/** Lines of svcrules(1) in man macros. */
export function manPage(version: string): string[] {
  const global = new Set(Object.keys(GLOBAL_OPTIONS));
  return [
    `.TH SVCRULES 1 "" "svcrules ${roff(version)}" "User Commands"`,
    ".SH NAME",
    "svcrules \\- the rules kube\\-proxy programs for Kubernetes Services, and comparisons with what a node holds",
    ".SH SYNOPSIS",
    ".B svcrules",
    "\\fIcommand\\fR [\\fIinput\\fR...] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    roff(
      "Compiles Services into the exact rules of kube-proxy (iptables, IPVS, nftables; Kubernetes 1.28 to 1.36) and " +
        "compares them with a node. Reads manifests, cluster dumps and node captures; needs no cluster.",
    ),
    ".SH COMMANDS",
    ...COMMANDS.flatMap(commandLines),
    ".SH OPTIONS OF EVERY COMMAND",
    ...optionTable(COMMANDS[0]!)
      .filter(({ name }) => global.has(name))
      .flatMap(optionLines),
    ".SH EXIT STATUS",
    ".TP",
    "0",
    "nothing to report",
    ".TP",
    "1",
    "differences or findings",
    ".TP",
    "2",
    "usage, unreadable input, or an object the API server would refuse",
    ".TP",
    "3",
    "a bug in svcrules",
    ".SH ENVIRONMENT",
    ".TP",
    "NO_COLOR, FORCE_COLOR",
    roff("no colour, or colour where there is no terminal; --color wins"),
    ".TP",
    "CI",
    roff("check --update writes nothing"),
    ".TP",
    "JOB_COMPLETION_INDEX",
    roff("the index of diff --shard /COUNT"),
    ".TP",
    "SVCRULES_DEBUG",
    roff("a stack trace with exit status 3"),
  ];
}
