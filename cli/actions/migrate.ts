/** svcrules migrate: what a change of mode or release does to a cluster's services. */
import { backendInput, isWanted } from "../../lib/pipeline/compile.js";
import type { BackendInput } from "../../lib/backends/input.js";
import { makeNodeView } from "../../lib/cluster/node-view.js";
import type { Cluster, NodeView } from "../../lib/cluster/types.js";
import { createEndpointResolver } from "../../lib/endpoints/resolve.js";
import { nodeAddressOf } from "../../lib/explain/clients.js";
import { cleanupSteps } from "../../lib/migrate/cleanup.js";
import { migrate, migrateView, type Migration } from "../../lib/migrate/migrate.js";
import type { Side } from "../../lib/migrate/types.js";
import { familyOfIP, type IPFamily } from "../../lib/net/ip.js";
import { compiledNode } from "../../lib/node/node-rules.js";
import { chunked } from "../../lib/render/chunks.js";
import { renderMigrateJson } from "../../lib/render/migrate-json.js";
import { renderMigrateText } from "../../lib/render/migrate-text.js";
import { findSkipReason } from "../../lib/services/skip-reason.js";
import { settleSituation, type Situation } from "../../lib/pipeline/situation.js";
import { checkFilter } from "../check-filter.js";
import { usesColor } from "../color.js";
import { UsageError } from "../errors.js";
import { inputsOf, loadInputs } from "../load.js";
import { choiceOf, filterOf, stringOf, wishesOf, type Args } from "../options.js";
import { makeReporter, type Reporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

/** Frontends named for each way of changing. */
const MOST_NAMED = 5;

/** Of another interface (a container bridge), where the input tells of one address only. */
const OTHER_ADDRESS: Readonly<Record<IPFamily, string>> = { IPv4: "172.17.0.1", IPv6: "fd00:aaaa::1" };

export async function runMigrate(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", ["text", "json"]) ?? "text";
  const options = ["from-mode", "to-mode", "from-version", "to-version"];
  if (options.every((name) => stringOf(args, name) === undefined))
    throw new UsageError(
      "say what changes: --from-mode and --to-mode, or --from-version and --to-version",
      "e.g. svcrules migrate --from-mode iptables --to-mode nftables dump.json",
    );
  const reporter = makeReporter(args, terminal);
  const loaded = await loadInputs(inputsOf(args, "input", terminal), args, terminal, reporter);
  const situations = loaded && settleBoth(loaded.cluster, loaded.proxyConfiguration, args, reporter);
  if (!situations || reporter.failed()) {
    reporter.flush();
    return 2;
  }
  const { cluster } = loaded;
  const [before, after] = situations;
  const filter = filterOf(args);
  reporter.add(checkFilter(cluster, before, filter));
  reporter.flush();
  const services = cluster.services.filter(({ metadata }) =>
    isWanted(metadata.namespace ?? "default", metadata.name, filter),
  );
  const asked = stringOf(args, "ip-family");
  const families = (["IPv4", "IPv6"] as const).filter(
    (family) =>
      (asked === undefined || asked === family.toLowerCase()) &&
      services.some((service) => [before, after].some(({ features }) => !findSkipReason(service, family, features))),
  );
  const notes = new Set<string>();
  const sides = [makeSide(cluster, before, notes), makeSide(cluster, after, notes)] as const;
  const found = await reporter.timed("compare", () =>
    migrate({
      cluster,
      services,
      families,
      node: before.node.name,
      otherNodes: stringOf(args, "node") === undefined,
      resolve: createEndpointResolver(cluster, before.controllerFeatures),
      before: sides[0],
      after: sides[1],
      compile: compiledNode,
    }),
  );
  const view = migrateView(
    found,
    { from: sideView(before), to: sideView(after) },
    {
      nodes: cluster.nodes.map(({ metadata }) => metadata.name),
      holds: holdsText(found, before),
      steps: cleanupSteps({ from: { ...before, mode: before.mode }, to: { ...after, mode: after.mode } }),
    },
    found.differs ? [...notes] : [],
  );
  const lines =
    output === "json"
      ? renderMigrateJson(view)
      : renderMigrateText(view, {
          columns: terminal.columns,
          color: usesColor(args, terminal),
          ...(args["all"] !== true && { most: MOST_NAMED }),
        });
  for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  return found.differs && args["exitZero"] !== true ? 1 : 0;
}

/** Both situations; what was assumed is told once. */
function settleBoth(
  cluster: Cluster,
  proxyConfiguration: Parameters<typeof settleSituation>[1]["proxyConfiguration"],
  args: Args,
  reporter: Reporter,
): readonly [Situation, Situation] | undefined {
  const common = { ...wishesOf(args), proxyConfiguration };
  const mode = stringOf(args, "from-mode");
  const version = stringOf(args, "from-version");
  const first = settleSituation(cluster, { ...common, mode, kubeVersion: version });
  reporter.add(first.diagnostics);
  if (!first.situation) return undefined;
  const second = settleSituation(cluster, {
    ...common,
    mode: stringOf(args, "to-mode") ?? first.situation.mode,
    kubeVersion: stringOf(args, "to-version") ?? first.situation.version.text,
  });
  reporter.add(second.diagnostics.filter(({ severity }) => severity !== "note"));
  return second.situation && [first.situation, second.situation];
}

function sideView({ mode, version }: Situation) {
  return { mode, kubeVersion: version.text };
}

/** `notes`: gets what was made up, while inputs are made. */
function makeSide(cluster: Cluster, situation: Situation, notes: Set<string>): Side {
  const known = new Map<string, BackendInput>();
  return {
    inputFor(node, family) {
      const key = `${family} ${node}`;
      let input = known.get(key);
      if (!input) {
        input = inputOn(cluster, situation, node, family, notes);
        known.set(key, input);
      }
      return input;
    },
  };
}

/** The input of a node, whose interfaces are told to have a second address when only one is known. */
function inputOn(
  cluster: Cluster,
  situation: Situation,
  name: string,
  family: IPFamily,
  notes: Set<string>,
): BackendInput {
  const object = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const view: NodeView =
    name === situation.node.name ? situation.node : makeNodeView(name, object, situation.config, situation.features);
  const input = {
    ...backendInput(cluster, { ...situation, node: view }, {}, family),
    servicePorts: [],
    clusterEndpoints: 0,
  };
  const own = nodeAddressOf(input);
  const addresses = [...new Set([...view.interfaceAddresses, own])];
  if (addresses.filter((ip) => familyOfIP(ip) === family).length < 2) {
    addresses.push(OTHER_ADDRESS[family]);
    notes.add(`${OTHER_ADDRESS[family]} stands for any further address of a node`);
  }
  return { ...input, node: { ...view, interfaceAddresses: addresses } };
}

function holdsText({ counts }: Migration, { mode, node }: Situation): string {
  const ports = `${counts.servicePorts} service ports with ${counts.endpoints} endpoints`;
  return `${node.name === "" ? "a node" : node.name} holds rules of mode ${mode} for ${ports}`;
}
