/** Why a change of mode or release changes what it changes. */
import type { Service } from "../kube/types.js";
import { REASONS, type ReasonId } from "../migrate/reasons.js";
import type { ImpactChange, ImpactFrontend, ImpactOutcome } from "../results/impact-report.js";
import type { ReasonView } from "../results/migrate-report.js";
import { frontendId } from "./collect-changes.js";

/** Reasons in the order of `REASONS`, with the Services and frontends that they are for. */
export function reasonsOf(
  changes: readonly ImpactChange[],
  services: ReadonlyMap<string, Service>,
): readonly ReasonView[] {
  const found = new Map<ReasonId, { readonly services: Set<string>; readonly frontends: Set<string> }>();
  for (const change of changes)
    for (const frontend of change.frontends) {
      const id = reasonOf(change, frontend, services.get(frontend.service));
      let about = found.get(id);
      if (!about) found.set(id, (about = { services: new Set(), frontends: new Set() }));
      about.services.add(frontend.service);
      about.frontends.add(frontendId(frontend));
    }
  return (Object.keys(REASONS) as ReasonId[]).flatMap((id): ReasonView[] => {
    const about = found.get(id);
    return about ? [{ id, ...REASONS[id], services: about.services.size, frontends: about.frontends.size }] : [];
  });
}

const BESIDE: Partial<Record<ImpactFrontend["role"], ReasonId>> = {
  loopback: "localhost-node-ports",
  "other-address": "node-port-addresses",
  "unused-port": "unused-ports",
};

function reasonOf(
  { kind, before: wordsBefore, after: wordsAfter }: ImpactChange,
  { role, clients, before, after }: ImpactFrontend,
  service: Service | undefined,
): ReasonId {
  const beside = BESIDE[role];
  if (beside) return beside;
  if (wordsBefore.startsWith("not there")) return "frontend-new";
  if (wordsAfter.startsWith("not there")) return "frontend-gone";
  if (kind === "identity" && /^a client /.test(wordsBefore)) return "session-affinity";
  const isRanged = (service?.spec.loadBalancerSourceRanges?.length ?? 0) > 0;
  const isRefused = [before, after].some((outcomes) => !outcomes.some(reaches));
  if (clients.every((client) => client === "outside-ranges")) return "source-ranges";
  if (role === "load-balancer-ip" && isRanged && isRefused) return "source-ranges";
  const { internalTrafficPolicy, externalTrafficPolicy } = service?.spec ?? {};
  if ((role === "cluster-ip" ? internalTrafficPolicy : externalTrafficPolicy) === "Local") return "local-policy";
  if (kind === "refusal") return "no-endpoints";
  if (kind === "moved") return isRefused ? "other" : "endpoints";
  return kind === "identity" ? "source-address" : "other";
}

function reaches({ outcome }: ImpactOutcome): boolean {
  return outcome === "endpoint";
}
