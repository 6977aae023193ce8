/** svcrules endpoints: where every Service's traffic could go. */
import { isWanted } from "../../lib/pipeline/compile.js";
import { featuresOf, NEWEST_VERSION, type Features } from "../../lib/config/features.js";
import { OLDEST_MINOR, RELEASE_RANGE, parseKubeVersion } from "../../lib/config/kube-version.js";
import { createEndpointResolver } from "../../lib/endpoints/resolve.js";
import { endpointRowsOf, type EndpointRow } from "../../lib/endpoints/rows.js";
import type { ServiceEndpoints } from "../../lib/endpoints/types.js";
import type { Service } from "../../lib/kube/types.js";
import { chunked } from "../../lib/render/chunks.js";
import { renderEndpointsJson } from "../../lib/render/endpoints-json.js";
import { renderEndpointsTable } from "../../lib/render/endpoints-table.js";
import { describeSkipReason, findSkipReason } from "../../lib/services/skip-reason.js";
import { checkFilter } from "../check-filter.js";
import { usesColor } from "../color.js";
import { UsageError } from "../errors.js";
import { inputsOf, loadInputs } from "../load.js";
import { choiceOf, filterOf, stringOf, type Args } from "../options.js";
import { makeReporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runEndpoints(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", ["text", "json"]) ?? "text";
  const features = controllerFeatures(args);
  const filter = filterOf(args);
  const reporter = makeReporter(args, terminal);
  const loaded = await loadInputs(inputsOf(args, "input", terminal), args, terminal, reporter);
  if (!loaded) {
    reporter.flush();
    return 2;
  }
  const { cluster } = loaded;
  const resolve = createEndpointResolver(cluster, features);
  const services = cluster.services.filter(({ metadata }) =>
    isWanted(metadata.namespace ?? "default", metadata.name, filter),
  );
  if (cluster.services.length === 0)
    reporter.add([{ code: "no-services", severity: "warning", message: "the input holds no Service" }]);
  else if (services.length === 0) reporter.add(checkFilter(cluster, { family: "IPv4", features }, filter));
  if (cluster.nodes.length === 0 && cluster.pods.length > 0)
    reporter.add([
      {
        code: "no-node-objects",
        severity: "note",
        message: "the input holds no Nodes: every node a pod names is taken as existing, without zone",
      },
    ]);
  reporter.flush();
  const lines =
    output === "json"
      ? renderEndpointsJson(rowsOf(services, resolve))
      : renderEndpointsTable(resolved(services, resolve), {
          columns: terminal.columns,
          color: usesColor(args, terminal),
          whyNoRules: (service) => whyNoRules(service, features),
        });
  for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  return 0;
}

/** Features of the release asked for; endpoints are made by the controllers of the newest one unless told otherwise. */
function controllerFeatures(args: Args): Features {
  const text = stringOf(args, "kube-version");
  if (text === undefined) return featuresOf(NEWEST_VERSION);
  const version = parseKubeVersion(text);
  if (!version || version.minor < OLDEST_MINOR)
    throw new UsageError(`--kube-version ${text}: not a release that svcrules knows`, `releases: ${RELEASE_RANGE}`);
  return featuresOf(version);
}

type Resolve = (service: Service) => ServiceEndpoints;

function* resolved(services: readonly Service[], resolve: Resolve): Iterable<ServiceEndpoints> {
  for (const service of services) yield resolve(service);
}

function* rowsOf(services: readonly Service[], resolve: Resolve): Iterable<EndpointRow> {
  for (const service of services) yield* endpointRowsOf(resolve(service));
}

/** Only when no family has rules; a Service of one family is no news. */
function whyNoRules(service: Service, features: Features): string | undefined {
  const reasons = (["IPv4", "IPv6"] as const).map((family) => findSkipReason(service, family, features));
  if (reasons.some((reason) => reason === undefined)) return undefined;
  const reason = reasons.find((r) => r!.kind !== "other-family") ?? reasons[0]!;
  return describeSkipReason(reason);
}
