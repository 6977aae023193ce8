/** The commands, in the order --help lists them. */
import type { Command } from "./command.js";
import { compileCommand } from "./compile.js";

export const COMMANDS: readonly Command[] = [compileCommand];
