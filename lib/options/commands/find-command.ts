/** A command by its name, so that a compile, which is small most often, need not make the tables of all others. */
import type { Command } from "../command.js";
import { compileCommand } from "./compile.js";

/** The command that the first of the words names, else undefined. */
export async function findCommand(word: string | undefined): Promise<Command | undefined> {
  if (word === compileCommand.name) return compileCommand;
  const { COMMANDS } = await import("./index.js");
  return COMMANDS.find(({ name }) => name === word);
}
