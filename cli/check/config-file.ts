/** The configuration file of `svcrules check`: which one, and where its paths start. */
import { closeSync, openSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError, type Source } from "../../lib/index.js";
import { fileSource } from "../io/file-source.js";
import { reasonOf } from "../io/walk-directory.js";
import type { Terminal } from "../terminal.js";

export const CONFIG_FILE = "svcrules.yaml";
const CONFIG_FILES = [CONFIG_FILE, "svcrules.yml", "svcrules.json"];

export interface ConfigFile {
  /** As shown and as named in commands. */
  readonly name: string;
  /** Whether a command without arguments finds it. */
  readonly isDefault: boolean;
  readonly source: Source;
  /** Of the file, as a prefix of shown paths ("." for the current directory), and in full. */
  readonly directory: string;
  readonly path: string;
}

/** What the arguments name: FILE, --config FILE, a directory with one, or ./svcrules.yaml. */
export function findConfigFile(
  { file: positional, config: option }: { readonly file?: string; readonly config?: string },
  terminal: Terminal,
): ConfigFile {
  if (positional !== undefined && option !== undefined && positional !== option)
    throw new UsageError(`two configuration files: ${positional} and --config ${option}`);
  const asked = positional ?? option;
  const name = asked === undefined ? findIn(".", terminal) : nameOf(asked, terminal);
  if (name === undefined)
    throw new UsageError(
      `there is no ${asked === undefined ? CONFIG_FILE : join(asked, CONFIG_FILE)}`,
      `${terminal.programName} check --init writes one to start from`,
    );
  const path = resolve(terminal.cwd, name);
  try {
    closeSync(openSync(path, "r"));
    const { size } = statSync(path);
    const isDefault = name === findIn(".", terminal);
    return { name, isDefault, source: fileSource(name, path, size), directory: dirname(name), path: dirname(path) };
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
}

/** As above, but a file that nobody names need not be there. */
export function findNamedConfigFile(config: string | undefined, terminal: Terminal): ConfigFile | undefined {
  const isThere = config !== undefined || findIn(".", terminal) !== undefined;
  return isThere ? findConfigFile({ config }, terminal) : undefined;
}

function nameOf(asked: string, terminal: Terminal): string | undefined {
  const stat = statSync(resolve(terminal.cwd, asked), { throwIfNoEntry: false });
  return stat?.isDirectory() ? findIn(asked, terminal) : asked;
}

function findIn(directory: string, { cwd }: Terminal): string | undefined {
  return CONFIG_FILES.map((file) => join(directory, file)).find((file) =>
    statSync(resolve(cwd, file), { throwIfNoEntry: false })?.isFile(),
  );
}

/** A path of the configuration as it is from the current directory; "./-" is a file. */
export function shownPath(path: string, config: Pick<ConfigFile, "directory">): string {
  const joined = isAbsolute(path) ? path : join(config.directory, path);
  return joined === "-" ? "./-" : joined;
}

/** A shown path as it is from the configuration's directory, whatever directory the command runs in. */
export function fromConfig(name: string, config: ConfigFile, { cwd }: Terminal): string {
  return relative(config.path, resolve(cwd, name)).split(sep).join("/");
}
