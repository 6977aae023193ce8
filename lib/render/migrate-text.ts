/** What a change of mode or release does, as text. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";
import { renderImpactText, type ImpactTextOptions } from "./impact-text.js";
import { counted } from "./impact-words.js";
import type { MigrateView } from "../results/migrate-report.js";
import { wrap } from "./wrap.js";

/** Lines: those of impact, then why and what to clean up. Everything from the input is escaped. */
export function* renderMigrateText(view: MigrateView, options: ImpactTextOptions): Iterable<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const para = (text: string, indent: string) => wrap(printable(text), options.columns, indent, `${indent}  `);
  const { from, to, reasons, cleanup } = view;
  yield chalk.bold(
    `from ${from.mode} mode, Kubernetes ${from.kubeVersion}, to ${to.mode} mode, Kubernetes ${to.kubeVersion}`,
  );
  yield* renderImpactText({ ...view, notes: [] }, options);
  if (reasons.length > 0) {
    yield "";
    yield chalk.bold("Why");
    for (const { id, title, why, change, services, frontends } of reasons) {
      yield* para(`${title} [${id}]: ${counted(services, "Service")}, ${counted(frontends, "frontend")}`, "  ");
      yield* para(`why: ${why}`, "    ");
      yield* para(`change: ${change}`, "    ");
    }
  }
  yield "";
  yield chalk.bold("What each node must clean up");
  yield* para(`${nodesText(cleanup.nodes)}: ${cleanup.holds}`, "  ");
  if (cleanup.steps.length === 0) yield "  Nothing: kube-proxy rewrites its own rules.";
  for (const [i, { text, commands }] of cleanup.steps.entries()) {
    yield* para(`${i + 1}. ${text}`, "  ");
    for (const command of commands) yield `       ${command}`;
  }
  for (const note of view.notes) yield* para(`note: ${note}`, "");
}

function nodesText(nodes: readonly string[]): string {
  if (nodes.length === 0) return "every node";
  const shown = nodes.slice(0, 5).join(", ");
  return nodes.length > 5 ? `${shown} and ${nodes.length - 5} more nodes` : shown;
}
