/** What a service, an address, a pod or a chain is, from objects and rules. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { indexNodeZones } from "../endpoints/node-zones.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import {
  createPlaceBook,
  createPodFinder,
  dnatTargetsOf,
  explainAddress,
  explainChain,
  explainPod,
  explainService,
  findCapturedService,
  findChainOwner,
  findTarget,
  nearestCapturedService,
  prepareFamily,
  servicesOfPod,
  type ExplainInput,
  type FamilyContext,
  type NotFound,
  type Target,
} from "../explain/index.js";
import type { ExplainView } from "../explain/explain-view.js";
import type { PlacedRule, RuleIndex } from "../explain/rule-index.js";
import { capturePlace, sentenceOf } from "../explain/rule-tree.js";
import type { WordContext } from "../explain/word-context.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Service } from "../kube/types.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import { rulesOfNode } from "../node/node-rules.js";
import { servicePortsOf } from "../pipeline/compile.js";
import { focusOn } from "../readers/focus.js";
import { servicesAt } from "../pipeline/focus-input.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { findSkipReason } from "../services/skip-reason.js";
import type { Source } from "../source/source.js";
import { settleNodeQuestion, type NodeQuestion, type NodeQuestionOptions } from "./node-question.js";
import { timedBy } from "./read-question.js";

export interface ExplainOptions extends NodeQuestionOptions {
  /** "[NS/]SERVICE", "IP:PORT[/PROTOCOL]", "[NS/]POD", or the name or hash of a chain. */
  readonly target: string;
}

export interface ExplainResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly view: ExplainView | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Explains a service, address, pod or chain: frontends, endpoints with their shares, and every rule as a sentence, of
 * compiled rules or of a capture's. Refused objects do not hide the others.
 *
 * @example
 * import { explain, sourceFromText } from "svcrules";
 *
 * const { view } = await explain([sourceFromText("dump.yaml", dump)], { target: "guestbook/frontend" });
 * assert(view?.services[0]?.name === "guestbook/frontend");
 */
export async function explain(sources: Iterable<Source>, options: ExplainOptions): Promise<ExplainResult> {
  const all = [...sources];
  // Nothing but the target tells whether it is a Service.
  const focus = focusOn(options.target.split("/").at(-1)!);
  let { question, diagnostics } = await settleNodeQuestion(all, { ...options, focus });
  let target = question && findTarget(options.target, question.cluster, options.namespace);
  if (focus.skipped.size > 0 && target?.kind !== "service") {
    ({ question, diagnostics } = await settleNodeQuestion(all, options));
    target = question && findTarget(options.target, question.cluster, options.namespace);
  }
  if (!question || !target) return { view: undefined, diagnostics: locateDiagnostics(diagnostics) };
  if (target.kind === "not-found") {
    const captured = question.captured && (await answerCaptured(options, question));
    if (captured && "answers" in captured) return { view: captured, diagnostics: locateDiagnostics(diagnostics) };
    const { message, note } = captured ?? target;
    const unknown: Diagnostic = { code: "unknown-target", severity: "error", message, notes: [note] };
    return { view: undefined, diagnostics: locateDiagnostics([...diagnostics, unknown]) };
  }
  const view = await timedBy(options)("explain", () => answer(options.target, target, question));
  return { view, diagnostics: locateDiagnostics(diagnostics) };
}

/** A Service that only the rules of a capture tell of; else why there is none. */
async function answerCaptured(
  { target, namespace = "default" }: ExplainOptions,
  question: NodeQuestion,
): Promise<ExplainView | Pick<NotFound, "message" | "note"> | undefined> {
  const bare = target.replace(/^(?:svc|services?)\//, "");
  const name = bare.includes("/") ? bare : `${namespace}/${bare}`;
  const { families } = await prepare([], question);
  const found = families.flatMap((family) => {
    const service = findCapturedService(name, family.index);
    return service ? [{ family, service }] : [];
  });
  if (found.length === 0) {
    const near = families.flatMap(({ index }) => nearestCapturedService(name, index) ?? [])[0];
    if (near === undefined || question.cluster.services.length > 0) return undefined;
    return { message: `no rule of the captures names a Service "${name}"`, note: `did you mean ${near}?` };
  }
  const chains = new Set(found.flatMap(({ service }) => service.chains));
  const views = [];
  for (const chain of chains) views.push(await answerChain(chain, question));
  const sentences = found.flatMap(({ family: { index, words }, service }) =>
    service.dispatch.map((placed) => capturedSentence(placed, index, words)),
  );
  return {
    ...headOf(target, question),
    answers: [`Only the rules tell of Service ${name}: no manifest of it was given.`, ...sentences],
    chains: views,
  };
}

/** A rule of a capture in words, with its place. */
function capturedSentence(placed: PlacedRule, index: RuleIndex, words: WordContext): string {
  const table = placed.kind === "iptables" ? placed.table : `${placed.family} ${placed.table}`;
  const chain = index.chainsNamed(placed.chain).find((one) => one.table === table);
  const at = capturePlace(placed, chain);
  const place = at ? ` [${at.file}${at.line === undefined ? "" : `:${at.line}`}]` : "";
  return `${table} ${placed.chain} ${placed.position}: ${sentenceOf(placed, chain, words)}${place}`;
}

function headOf(text: string, { situation, captures }: NodeQuestion): ExplainView {
  return {
    question: text,
    node: situation.node.name,
    mode: situation.mode,
    kubeVersion: situation.version.text,
    captures,
    answers: [],
    services: [],
    pods: [],
    chains: [],
  };
}

async function answer(text: string, target: Target, question: NodeQuestion): Promise<ExplainView> {
  const { cluster, situation } = question;
  const head = headOf(text, question);
  switch (target.kind) {
    case "service": {
      const { all, families } = await prepare([target.service], question);
      const view = { ...head, services: [explainService(target.service, all, families)] };
      all.book.settle();
      return view;
    }
    case "pod": {
      const services = servicesOfPod(target.pod, cluster);
      const { all, families } = await prepare(services, question);
      const view = { ...head, pods: [explainPod(target.pod, services, all, families)] };
      all.book.settle();
      return view;
    }
    case "address": {
      const family = familyOfIP(target.address)!;
      const at = [{ address: target.address, port: target.port ?? 0 }];
      const pod = createPodFinder(cluster.pods).byAddress(target.address);
      const services = new Set([
        ...servicesAt(cluster, situation, family, at),
        ...(pod ? servicesOfPod(pod, cluster) : servicesListing(target.address, cluster)),
      ]);
      const chosen = cluster.services.filter((service) => services.has(service));
      const { all, families } = await prepare(chosen, { ...question, family });
      const { answers, subjects } = explainAddress(target, all, families);
      const views = [...new Set(subjects.map(({ service }) => service))].map((service) =>
        explainService(service, all, families, (subject) => subjects.includes(subject)),
      );
      all.book.settle();
      return {
        ...head,
        answers: answers.length > 0 ? answers : [`Nothing in the input has address ${text}.`],
        services: views,
      };
    }
    case "chain":
      return { ...head, chains: [await answerChain(target.name, question)] };
  }
}

/** Services whose slices list an address that is no pod's. */
function servicesListing(address: string, { endpointSlices, services }: Cluster): Service[] {
  const names = new Set<string>();
  for (const slice of endpointSlices)
    if (sliceEndpoints(slice).some(({ addresses }) => addresses?.includes(address)))
      names.add(
        `${slice.metadata.namespace ?? "default"}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
      );
  return services.filter(({ metadata }) => names.has(`${metadata.namespace ?? "default"}/${metadata.name}`));
}

async function answerChain(name: string, question: NodeQuestion) {
  const { cluster, situation } = question;
  const bare = await prepare([], question);
  const targets = bare.families.flatMap(({ index }) => index.chainsNamed(name).flatMap(dnatTargetsOf));
  let owner: ReturnType<typeof findChainOwner>;
  for (const family of familiesOf(question)) {
    owner = findChainOwner(name, servicePortsOf(cluster, { ...situation, family }), targets);
    if (owner) break;
  }
  const port = owner?.port;
  const service = cluster.services.filter(
    ({ metadata }) => metadata.name === port?.service && (metadata.namespace ?? "default") === port.namespace,
  );
  const { all, families } = service.length > 0 ? await prepare(service, question) : bare;
  const view = explainChain(name, owner, all, families);
  all.book.settle();
  return view;
}

/** The family asked for; else both where the services asked about have both. */
function familiesOf({ family, situation }: NodeQuestion): readonly IPFamily[] {
  if (family) return [family];
  return situation.family === "IPv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
}

async function prepare(
  services: readonly Service[],
  question: NodeQuestion,
): Promise<{ readonly all: ExplainInput; readonly families: readonly FamilyContext[] }> {
  const { cluster, situation, captured, captures } = question;
  const served = familiesOf(question).filter((family) =>
    services.some((service) => !findSkipReason(service, family, situation.features)),
  );
  const used = served.length > 0 ? served : [question.family ?? situation.family];
  const subset = { ...cluster, services };
  const all: ExplainInput = {
    cluster: subset,
    families: [],
    resolve: createEndpointResolver(subset, situation.controllerFeatures),
    pods: createPodFinder(cluster.pods),
    zones: indexNodeZones(cluster.nodes),
    book: createPlaceBook(),
    captures,
  };
  const families: FamilyContext[] = [];
  for (const family of used)
    families.push(prepareFamily(await rulesOfNode(cluster, situation, services, family, captured), all));
  return { all, families };
}
