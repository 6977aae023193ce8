/** What a run may touch outside itself; tests give their own. */
export interface Terminal {
  /** Writes to stdout; false once nobody reads it any more. */
  readonly write: (text: string | Uint8Array) => boolean;
  /** Writes to stderr. */
  readonly warn: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The name the program was called by: "svcrules" or "kubectl svcrules". */
  readonly programName: string;
  /** The program's version, set by `run`. */
  readonly version?: string;
  /** The arguments as they were given, set by `run`. */
  readonly argv?: readonly string[];
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Width of the terminal in characters; 80 when not known. */
  readonly columns: number;
  /** File descriptor of stdin. */
  readonly stdin: number;
}

/** Columns of the help where the terminal has more. */
export const WIDEST_HELP = 120;

/** 0 nothing to report; 1 differences or findings; 2 usage or input; 3 a bug. */
export type ExitCode = 0 | 1 | 2 | 3;
