import {
  readCollectOptions,
  renderCollectScript,
  renderNodeScript,
  UsageError,
  type RequestOf,
} from "../../lib/index.js";
import { saveChunks } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runCollect(request: RequestOf<"collect">, terminal: Terminal): Promise<ExitCode> {
  const { namespace: namespaces, nodeScript, out, ...own } = request;
  const read = readCollectOptions({ ...own, namespaces });
  if ("problem" in read) throw new UsageError(read.problem.message, read.problem.hint);
  const tool = `svcrules ${terminal.version ?? ""}`.trim();
  const script = nodeScript ? renderNodeScript() : renderCollectScript(read.options, tool);
  if (out !== undefined) return saveChunks(terminal, out, [script]);
  terminal.write(script);
  return 0;
}
