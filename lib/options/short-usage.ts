/** What the program is for, in a few lines. */
import type { Command } from "./command.js";
import { COMMANDS } from "./commands/index.js";

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

export function shortHelp(programName: string): string[] {
  return [
    ...shortUsage(programName),
    "",
    `Commands: ${COMMANDS.map(({ name }) => name).join(", ")}`,
    `${programName} --help says what each does, ${programName} COMMAND --help shows its options.`,
  ];
}

/** The command's first example with the words added, or in place of what it says of the same option. */
export function exampleLine({ examples }: Command, rightWords: string, programName: string): string {
  const line = (examples[0]?.[0] ?? "$0 --help").replace("$0", programName);
  const option = rightWords.split(" ", 1)[0]!;
  if (rightWords === "" || line.split(" ").includes(option)) return line;
  return `${line} ${rightWords}`;
}
