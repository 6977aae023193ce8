/** The commands, in the order --help lists them. */
import type { Command } from "./command.js";
import { compileCommand } from "./compile.js";
import { endpointsCommand } from "./endpoints.js";

export const COMMANDS: readonly Command[] = [compileCommand, endpointsCommand];
