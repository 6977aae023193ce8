/** What a change of mode or release does, as text. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";
import type { DifferenceView, MigrateView, ReasonView } from "../migrate/migrate-view.js";
import { wrap } from "./wrap.js";

export interface MigrateTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Frontends named for each reason; all of them when left out. */
  readonly most?: number;
}

/** Lines. Everything from the input is escaped. */
export function* renderMigrateText(view: MigrateView, options: MigrateTextOptions): Iterable<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const { columns, most = Infinity } = options;
  const para = (text: string, indent: string) => wrap(printable(text), columns, indent, `${indent}  `);
  const { from, to, summary } = view;
  yield chalk.bold(
    `from ${from.mode} mode, Kubernetes ${from.kubeVersion}, to ${to.mode} mode, Kubernetes ${to.kubeVersion}`,
  );
  yield* para(
    summary.differing === 0
      ? `No difference: ${summary.servicePorts} service ports of ${summary.services} Services are treated alike.`
      : `${summary.differing} of ${summary.services} Services are treated differently somewhere.`,
    "",
  );
  yield "";
  for (const reason of view.reasons) {
    yield chalk.bold(
      printable(`${reason.title} [${reason.id}]: ${reason.services} ${reason.services === 1 ? "Service" : "Services"}`),
    );
    yield* para(`why: ${reason.why}`, "  ");
    yield* para(`change: ${reason.change}`, "  ");
    for (const group of groupsOf(reason, most)) yield* groupLines(group, para);
    yield "";
  }
  yield chalk.bold("What each node must clean up");
  yield* para(`${nodesText(view.cleanup.nodes)}: ${view.cleanup.holds}`, "  ");
  if (view.cleanup.steps.length === 0) yield "  Nothing: kube-proxy rewrites its own rules.";
  for (const [i, { text, commands }] of view.cleanup.steps.entries()) {
    yield* para(`${i + 1}. ${text}`, "  ");
    for (const command of commands) yield `       ${command}`;
  }
  for (const note of view.notes) yield* para(`note: ${note}`, "");
}

interface Group {
  readonly before: string;
  readonly after: string;
  readonly clients: string;
  readonly node: string;
  readonly members: readonly DifferenceView[];
  readonly more: number;
}

/** Frontends that change in the same way stand together. */
function groupsOf({ differences }: ReasonView, most: number): Group[] {
  const groups = new Map<string, DifferenceView[]>();
  for (const difference of differences) {
    const key = [difference.before, difference.after, difference.clients.join(", "), difference.node].join("\n");
    const list = groups.get(key);
    if (list) list.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()].map((list) => ({
    before: list[0]!.before,
    after: list[0]!.after,
    clients: list[0]!.clients.join(", "),
    node: list[0]!.node,
    members: list.slice(0, most),
    more: Math.max(0, list.length - most),
  }));
}

function* groupLines(
  { before, after, clients, node, members, more }: Group,
  para: (text: string, indent: string) => string[],
): Iterable<string> {
  yield* para(`${clients}${node === "" ? "" : ` (node ${node})`}`, "  ");
  yield* para(`before: ${before}`, "    ");
  yield* para(`after:  ${after}`, "    ");
  for (const { servicePort, protocol, frontend, family } of members)
    yield* para(`- ${servicePort} ${protocol}${family === "IPv6" ? " IPv6" : ""}: ${frontend}`, "    ");
  if (more > 0) yield `    and ${more} more (--all names them)`;
}

function nodesText(nodes: readonly string[]): string {
  if (nodes.length === 0) return "every node";
  const shown = nodes.slice(0, 5).join(", ");
  return nodes.length > 5 ? `${shown} and ${nodes.length - 5} more nodes` : shown;
}
