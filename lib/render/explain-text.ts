/** What `explain` found, as text of a given width. */
import { Chalk, type ChalkInstance } from "chalk";
import { printable } from "../util/printable.js";
import type {
  ChainTreeView,
  ChainView,
  EndpointView,
  ExplainView,
  FrontendView,
  PlaceView,
  PodView,
  PortView,
  RuleView,
  ServiceView,
} from "../explain/explain-view.js";
import { wrap } from "./wrap.js";

export interface ExplainTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Each rule as its tool lists it, under its sentence. */
  readonly rules?: boolean;
}

interface Style extends ExplainTextOptions {
  readonly chalk: ChalkInstance;
}

/** Lines. Everything from the input is escaped. */
export function* renderExplainText(view: ExplainView, options: ExplainTextOptions): Iterable<string> {
  const style: Style = { ...options, chalk: new Chalk({ level: options.color ? 1 : 0 }) };
  for (const answer of view.answers) yield* para(answer, 0, style);
  if (view.answers.length > 0) yield "";
  for (const chain of view.chains) yield* chainLines(chain, style);
  for (const pod of view.pods) yield* podLines(pod, style);
  for (const service of view.services) yield* serviceLines(service, style);
  const rules =
    view.captures.length > 0
      ? `rules captured in ${view.captures.join(", ")}`
      : `rules compiled for Kubernetes ${view.kubeVersion}`;
  yield* para(`node ${view.node || "(none: no endpoint is local)"}, mode ${view.mode}, ${rules}`, 0, style);
}

/** " [web.yaml:9]". */
export function placeText(place: PlaceView | undefined): string {
  return place === undefined ? "" : ` [${place.file}${place.line === undefined ? "" : `:${place.line}`}]`;
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function para(text: string, depth: number, { columns }: Style, hanging = 2): string[] {
  const indent = "  ".repeat(depth);
  return wrap(printable(text), columns, indent, indent + " ".repeat(hanging));
}

function* serviceLines(view: ServiceView, style: Style): Iterable<string> {
  const { chalk } = style;
  yield `${chalk.bold(printable(`Service ${view.name}`))}${printable(placeText(view.at))}`;
  yield* para([view.type, ...view.about].join(", "), 1, style);
  for (const { family, reason } of view.withoutRules) yield* para(`No ${family} rules: ${reason}`, 1, style);
  for (const note of view.notes) yield* para(note, 1, style);
  for (const { pod, reason, at } of view.leftOut)
    yield* para(`No endpoint: Pod ${pod}: ${reason}${placeText(at)}`, 1, style);
  yield "";
  for (const port of view.ports) yield* portLines(port, style);
}

function* portLines(view: PortView, style: Style): Iterable<string> {
  const { chalk } = style;
  const title = `Port ${view.portName === "" ? "" : `${view.portName}: `}${view.protocol} ${view.port} -> ${view.targetPort}`;
  const family = view.family === "IPv6" ? ", IPv6" : "";
  const [first = "", ...rest] = para(`${title}${family}${placeText(view.at)}`, 0, style);
  yield chalk.bold(first);
  yield* rest;
  for (const frontend of view.frontends) yield* frontendLines(frontend, style);
  yield* endpointLines(view.endpoints, style);
  for (const note of view.notes) yield* para(note, 1, style);
  if (view.rules.length > 0) {
    yield "  Rules";
    for (const tree of view.rules) yield* treeLines(tree, 2, style);
  }
  yield "";
}

function* frontendLines(view: FrontendView, style: Style): Iterable<string> {
  yield* para(`${view.text}${placeText(view.at)}`, 1, style);
  const outcomes = new Map<string, string[]>();
  for (const { from, outcome } of view.flows) {
    const list = outcomes.get(outcome);
    if (list) list.push(from);
    else outcomes.set(outcome, [from]);
  }
  for (const [outcome, from] of outcomes) yield* para(`${from.join(", ")}: ${outcome}`, 2, style);
}

function* endpointLines(endpoints: readonly EndpointView[], style: Style): Iterable<string> {
  if (endpoints.length === 0) return;
  yield "  Endpoints";
  for (const own of endpoints) {
    const where = own.node === undefined ? "" : ` on ${own.node}${own.local ? " (this node)" : ""}`;
    const others = own.otherShares.map(({ frontend, share }) => `; ${frontend} ${percentText(share)}`).join("");
    const pod = own.pod === undefined ? "" : `, Pod ${own.pod}`;
    yield* para(
      `${own.target} ${percentText(own.share)}${others}, ${own.state}${pod}${where}${own.zone === undefined ? "" : `, zone ${own.zone}`}${placeText(own.at)}`,
      2,
      style,
    );
  }
}

function* treeLines(tree: ChainTreeView, depth: number, style: Style): Iterable<string> {
  const purpose = tree.purpose === undefined ? "" : ` (${tree.purpose})`;
  const others = tree.others ? `, ${tree.others} more ${tree.others === 1 ? "rule" : "rules"} not shown` : "";
  yield* para(`${tree.table} ${tree.chain}${purpose}${others}`, depth, style);
  for (const rule of tree.rules) yield* ruleLines(rule, depth + 1, style);
}

function* ruleLines(rule: RuleView, depth: number, style: Style): Iterable<string> {
  const [only] = rule.chains;
  const seen = rule.chains.length === 1 && only!.shownAbove ? " See above." : "";
  yield* para(`${rule.text}${seen}${placeText(rule.cause)}${placeText(rule.at)}`, depth, style);
  if (style.rules) yield style.chalk.dim(`${"  ".repeat(depth)}  ${printable(rule.rule)}`);
  for (const chain of rule.chains) {
    if (rule.chains.length === 1) {
      for (const inner of chain.rules) yield* ruleLines(inner, depth + 1, style);
      continue;
    }
    yield* para(`${chain.chain}${chain.shownAbove ? ", see above" : ""}`, depth + 1, style);
    for (const inner of chain.rules) yield* ruleLines(inner, depth + 2, style);
  }
}

function* podLines(view: PodView, style: Style): Iterable<string> {
  yield `${style.chalk.bold(printable(`Pod ${view.name}`))}${printable(placeText(view.at))}`;
  yield* para(view.about.join(", "), 1, style);
  for (const own of view.services) {
    const share = own.share === undefined ? "" : ` ${percentText(own.share)}`;
    const target = own.target === undefined ? "" : ` as ${own.target}`;
    yield* para(
      `${own.servicePort}${target}:${share}${share === "" ? "" : ","} ${own.state}${placeText(own.at)}`,
      1,
      style,
    );
    for (const chain of own.chains) yield* para(`through ${chain}`, 2, style);
  }
  for (const note of view.notes) yield* para(note, 1, style);
  yield "";
}

function* chainLines(view: ChainView, style: Style): Iterable<string> {
  yield style.chalk.bold(printable(view.name));
  const isOwned = view.belongsTo.startsWith("the ");
  yield* para(`${isOwned ? "is" : "belongs to"} ${view.belongsTo}${placeText(view.at)}`, 1, style);
  if (view.purpose !== undefined && !view.purpose.startsWith("belongs to ")) yield* para(view.purpose, 1, style);
  for (const note of view.notes) yield* para(note, 1, style);
  for (const tree of view.trees) yield* treeLines(tree, 1, style);
  yield "";
}
