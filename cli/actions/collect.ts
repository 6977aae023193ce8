/** What `svcrules collect` does: it prints a script, and runs nothing. */
import { resolve } from "node:path";
import { readCollectOptions, renderCollectScript, renderNodeScript } from "../../lib/collect/index.js";
import { UsageError } from "../errors.js";
import { writeFileAtomically } from "../io/write-output.js";
import { writing } from "../io/writing.js";
import { stringOf, type Args } from "../options.js";
import type { ExitCode, Terminal } from "../terminal.js";

export function runCollect(args: Args, terminal: Terminal): Promise<ExitCode> {
  const read = readCollectOptions({
    nodes: stringOf(args, "nodes"),
    via: stringOf(args, "via"),
    ssh: stringOf(args, "ssh"),
    namespaces: stringOf(args, "namespace"),
    podNamespace: stringOf(args, "pod-namespace"),
    image: stringOf(args, "image"),
    timeout: stringOf(args, "timeout"),
    parallel: stringOf(args, "parallel"),
    withEnv: args["withEnv"] === true,
    cluster: args["cluster"] !== false,
  });
  if ("problem" in read) throw new UsageError(read.problem.message, read.problem.hint);
  const script =
    args["nodeScript"] === true
      ? renderNodeScript()
      : renderCollectScript(read.options, `svcrules ${terminal.version ?? ""}`.trim());
  const out = stringOf(args, "out");
  if (out === undefined) terminal.write(script);
  else writing(out, () => writeFileAtomically(resolve(terminal.cwd, out), [script]));
  return Promise.resolve(0);
}
