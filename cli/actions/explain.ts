/** svcrules explain: what a service, an address, a pod or a chain is, from objects and rules. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readCapturedRules, type CapturedRules } from "../../lib/node/captured-rules.js";
import type { Cluster } from "../../lib/cluster/types.js";
import { servicePortsOf } from "../../lib/pipeline/compile.js";
import { indexNodeZones } from "../../lib/endpoints/node-zones.js";
import { createEndpointResolver } from "../../lib/endpoints/resolve.js";
import {
  createPlaceBook,
  createPodFinder,
  dnatTargetsOf,
  explainAddress,
  explainChain,
  explainPod,
  explainService,
  findChainOwner,
  findTarget,
  prepareFamily,
  servicesOfPod,
  type ExplainInput,
  type FamilyContext,
  type Target,
} from "../../lib/explain/index.js";
import { servicesAt } from "../../lib/pipeline/focus-input.js";
import { sliceEndpoints } from "../../lib/kube/endpoint-table.js";
import type { KubeProxyConfiguration, Service } from "../../lib/kube/types.js";
import { readObjects } from "../../lib/pipeline/load.js";
import { familyOfIP, type IPFamily } from "../../lib/net/ip.js";
import { rulesOfNode } from "../../lib/node/node-rules.js";
import { chunked } from "../../lib/render/chunks.js";
import { explainJSON } from "../../lib/render/explain-json.js";
import { renderExplainText } from "../../lib/render/explain-text.js";
import type { ExplainView } from "../../lib/render/explain-view.js";
import { settleNode } from "../../lib/node/settle-node.js";
import { findSkipReason } from "../../lib/services/skip-reason.js";
import { settleSituation, type Situation } from "../../lib/pipeline/situation.js";
import { usesColor } from "../color.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf, loadInputs } from "../load.js";
import { choiceOf, stringOf, stringsOf, wishesOf, type Args } from "../options.js";
import { makeReporter, type Reporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runExplain(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", ["text", "json"]) ?? "text";
  const text = stringOf(args, "target") ?? "";
  const reporter = makeReporter(args, terminal);
  const read = await readQuestion(args, terminal, reporter);
  if (!read) {
    reporter.flush();
    return 2;
  }
  const target = findTarget(text, read.cluster, stringOf(args, "namespace"));
  if (target.kind === "not-found") {
    reporter.add([{ code: "unknown-target", severity: "error", message: target.message, notes: [target.note] }]);
    reporter.flush();
    return 2;
  }
  reporter.flush();
  const view = await reporter.timed("explain", () => answer(text, target, read));
  const lines =
    output === "json"
      ? [JSON.stringify(explainJSON(view), null, 2)]
      : renderExplainText(view, {
          columns: terminal.columns,
          color: usesColor(args, terminal),
          rules: args["rules"] === true,
        });
  for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  return 0;
}

export interface Question {
  readonly cluster: Cluster;
  readonly situation: Situation;
  readonly captured: CapturedRules | undefined;
  readonly captures: readonly string[];
  /** Of --ip-family. */
  readonly family: IPFamily | undefined;
}

/**
 * Objects, situation and captures; undefined when an error was reported. Captures may be given without objects.
 * `chooseNode`: the node that the question itself is about, when --node is not given.
 */
export async function readQuestion(
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  chooseNode: (cluster: Cluster) => string | undefined = () => undefined,
): Promise<Question | undefined> {
  const captures = stringsOf(args, "on");
  const opened = await openInputs(captures, terminal);
  reporter.add(opened.diagnostics);
  const isAlone =
    captures.length > 0 && stringsOf(args, "input").length === 0 && !existsSync(join(terminal.cwd, "manifests"));
  const loaded: { cluster: Cluster; proxyConfiguration: KubeProxyConfiguration | undefined } | undefined = isAlone
    ? { cluster: readObjects([]).cluster, proxyConfiguration: undefined }
    : await loadInputs(inputsOf(args, "input", terminal), args, terminal, reporter);
  if (!loaded || reporter.failed()) return undefined;
  const { cluster } = loaded;
  const asked = wishesOf(args);
  const chosen = chooseNode(cluster);
  if (reporter.failed()) return undefined;
  const isKnown = cluster.nodes.length === 0 || cluster.nodes.some(({ metadata }) => metadata.name === chosen);
  const node = asked.node ?? (isKnown ? chosen : undefined);
  const wishes = { ...asked, ...(node !== undefined && { node }), proxyConfiguration: loaded.proxyConfiguration };
  const family = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  if (captures.length === 0) {
    const { situation, diagnostics } = settleSituation(cluster, wishes);
    reporter.add(diagnostics);
    return situation && !reporter.failed() ? { cluster, situation, captured: undefined, captures, family } : undefined;
  }
  const settled = await settleNode(cluster, wishes, opened.sources);
  const captured = readCapturedRules(opened.sources);
  reporter.add([...settled.diagnostics, ...captured.diagnostics]);
  reporter.add(settled.assumptions.map((message) => ({ code: "assumed-from-node", severity: "note", message })));
  const { situation } = settled;
  return situation && !reporter.failed() ? { cluster, situation, captured, captures, family } : undefined;
}

async function answer(text: string, target: Target, question: Question): Promise<ExplainView> {
  const { cluster, situation, captures } = question;
  const head = {
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

async function answerChain(name: string, question: Question) {
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
function familiesOf({ family, situation }: Question): readonly IPFamily[] {
  if (family) return [family];
  return situation.family === "IPv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
}

async function prepare(
  services: readonly Service[],
  question: Question,
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
