/** Words that scripts and kubectl call, in the place of a command; not for people, so not in --help. */

/** One completion a line. */
export const COMPLETE = "__complete";

/** The same as kubectl reads it from plugins: a last line ":N" says what else the shell may do. */
export const COMPLETE_KUBECTL = "__complete-kubectl";

/** Source: cobra, ShellCompDirective: 4 offers no files, 0 does. */
export const NO_FILES = ":4";
export const FILES_TOO = ":0";
