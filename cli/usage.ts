/** What the program is for, in a few lines. */
import { COMMANDS } from "../lib/index.js";
import type { Terminal } from "./terminal.js";

/** `program`: the name to show, "$0" for yargs. */
export function shortUsage(program: string): string[] {
  return [
    `Usage: ${program} COMMAND [INPUT..] [options]`,
    "",
    `  ${program} compile manifests/          the rules kube-proxy programs on a node`,
    `  ${program} diff node-iptables.txt      a node against what it should hold`,
    `  ${program} explain NS/SERVICE dump/    a service, rule by rule, in words`,
  ];
}

export function shortHelp({ programName }: Terminal): string[] {
  return [
    ...shortUsage(programName),
    "",
    `Commands: ${COMMANDS.map(({ name }) => name).join(", ")}`,
    `${programName} --help says what each does, ${programName} COMMAND --help shows its options.`,
  ];
}
