/** What a check asks of the files around its configuration. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";

export interface CheckFiles {
  /** Opens inputs by their shown names; what cannot be read is a diagnostic. */
  readonly open: (
    names: readonly string[],
  ) => Promise<{ readonly sources: readonly Source[]; readonly diagnostics: readonly Diagnostic[] }>;
  /** A golden file and the directory that holds it, named from the configuration's directory; undefined when there is none. */
  readonly golden: (file: string, directory: string) => Source | undefined;
  /** A path of the configuration as it is shown and opened. */
  readonly shown: (path: string) => string;
  /** A source's name as it is from the configuration's directory, whatever directory the check runs in. */
  readonly named: (name: string) => string;
}
