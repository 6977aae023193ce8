/** The man page, from the tables of commands and options. */
import type { Command } from "./command.js";
import { COMMANDS } from "./commands/index.js";
import type { Option, OptionTable } from "./option.js";
import { RELEASE_RANGE } from "./releases.js";
import { GLOBAL_OPTIONS } from "./shared.js";
import { describeOption, usageOf, valueWord } from "./words.js";

/** Text that roff takes literally. */
function roff(text: string): string {
  return text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function optionLines([name, option]: readonly [string, Option]): string[] {
  const { short, aliases = [] } = option;
  const spellings = [...(short === undefined ? [] : [`-${short}`]), ...[name, ...aliases].map((word) => `--${word}`)];
  const value = valueWord(option);
  const off = option.kind === "flag" && option.isOn ? `; --no-${name} turns it off` : "";
  return [
    ".TP",
    `${spellings.map((n) => `\\fB${roff(n)}\\fR`).join(", ")}${value === undefined ? "" : ` \\fI${roff(value)}\\fR`}`,
    roff(describeOption(option) + off),
  ];
}

function optionsOf(table: OptionTable): string[] {
  return Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(optionLines);
}

function commandLines({ name, describe, positionals, options }: Command): string[] {
  const own = Object.fromEntries(Object.entries(options).filter(([option]) => !(option in GLOBAL_OPTIONS)));
  return [`.SS svcrules ${roff(usageOf(name, positionals))}`, roff(describe), ...optionsOf(own)];
}

/** Lines of svcrules(1) in man macros. */
export function manPage(version: string): string[] {
  return [
    `.TH SVCRULES 1 "" "svcrules ${roff(version)}" "User Commands"`,
    ".SH NAME",
    "svcrules \\- the rules kube\\-proxy programs for Kubernetes Services, and comparisons with what a node holds",
    ".SH SYNOPSIS",
    ".B svcrules",
    "\\fIcommand\\fR [\\fIinput\\fR...] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    roff(
      `Compiles Services into the exact rules of kube-proxy (iptables, IPVS, nftables; Kubernetes ${RELEASE_RANGE}) and ` +
        "compares them with a node. Reads manifests, cluster dumps and node captures; needs no cluster.",
    ),
    ".SH COMMANDS",
    ...COMMANDS.flatMap(commandLines),
    ".SH OPTIONS OF EVERY COMMAND",
    ...optionsOf(GLOBAL_OPTIONS),
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
