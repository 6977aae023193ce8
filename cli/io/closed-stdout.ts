/** Whether the program was started without a stdout (`>&-`), as far as Linux tells. */
import { fstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

const STDOUT = 1;
const ACCESS_MODE = 3;
const READ_AND_WRITE = 2;
const SHELLS: ReadonlySet<string> = new Set(["sh", "dash", "bash", "ash", "busybox", "zsh", "ksh", "mksh", "fish"]);

/**
 * Node puts /dev/null, opened for reading and writing, in the place of a stdout that is closed. Programs that want no
 * output (Node's `stdio: "ignore"`, Python's DEVNULL) hand over the very same, and are to get no error; no shell does,
 * whose `>/dev/null` opens it for writing only. So it is closed where a shell started the program.
 */
export function isStdoutClosed(): boolean {
  try {
    if (!fstatSync(STDOUT).isCharacterDevice() || !isNullForBoth("self")) return false;
    const parent = String(process.ppid);
    if (SHELLS.has(readFileSync(`/proc/${parent}/comm`, "utf8").trim())) return !isNullForBoth(parent);
    return wasShell(environmentOf("self"), environmentOf(parent), process.execPath);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EBADF";
  }
}

/** Whether stdout of a process is /dev/null, opened for reading and writing. A shell may have none itself. */
function isNullForBoth(process: string): boolean {
  if (!readdirSync(`/proc/${process}/fd`).includes("1")) return false;
  if (readlinkSync(`/proc/${process}/fd/1`) !== "/dev/null") return false;
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/${process}/fdinfo/1`, "latin1"))?.[1];
  return flags !== undefined && (parseInt(flags, 8) & ACCESS_MODE) === READ_AND_WRITE;
}

type Environment = ReadonlyMap<string, string>;

function environmentOf(process: string): Environment {
  const entries = readFileSync(`/proc/${process}/environ`, "latin1").split("\0").filter(Boolean);
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
}

/**
 * Whether a shell gave its own process to the program, as for the last command of `sh -c`: bash names the program in
 * `_`, dash and busybox pass the environment in the order of their table of variables.
 */
function wasShell(own: Environment, parent: Environment, executable: string): boolean {
  if (own.get("_") === executable && parent.get("_") !== executable) return true;
  const places = [...own.keys()].map(placeInTable);
  return places.length >= LEAST_NAMES && places.every((place, i) => i === 0 || place >= places[i - 1]!);
}

/** So many names stand in that order by chance in one of a hundred thousand cases. */
const LEAST_NAMES = 9;
const TABLE_SIZE = 39;

/** The hash of dash's table of variables. Source: dash src/var.c, hashvar. */
function placeInTable(name: string): number {
  let hash = name.charCodeAt(0) << 4;
  for (let i = 0; i < name.length; i++) hash += name.charCodeAt(i);
  return hash % TABLE_SIZE;
}
