/** One wrong setting is one change: which traffic counts as local is the same for all service ports. */
import type { Change, FrontendView, ServicePortView } from "../types.js";
import { serviceHashOf } from "./kube-chains.js";
import type { Side } from "./side.js";

/** One service port as it should be and as the node has it. */
export interface ViewPair {
  readonly wanted: ServicePortView;
  readonly held: ServicePortView;
}

/**
 * The change to report when every cluster IP is masqueraded in another way than expected, and all in the same.
 * It is then to be taken out of the views, by `withoutLocalDetection`.
 */
export function findLocalDetectionChange(expectedSide: Side, pairs: Iterable<ViewPair>): Change | undefined {
  const ways = new Set<string>();
  const examples: [FrontendView, FrontendView][] = [];
  for (const { wanted: view, held: other } of pairs) {
    const wanted = view.frontends.find((frontend) => frontend.kind === "cluster-ip" && frontend.verdict === "forward");
    const held = other.frontends.find(({ address, port }) => address === wanted?.address && port === wanted?.port);
    if (!wanted || held?.verdict !== "forward" || wanted.masquerade === held.masquerade) continue;
    ways.add(JSON.stringify([wanted.masquerade, held.masquerade]));
    examples.push([wanted, held]);
  }
  const affected = examples.length;
  const [example] = examples;
  if (!example || ways.size !== 1 || affected < 2 || affected < countForwarded(expectedSide)) return undefined;
  const [wanted, held] = example;
  const words = (masquerade: string) =>
    masquerade === "none" ? "nothing" : masquerade === "all" ? "all traffic" : `traffic that matches "${masquerade}"`;
  return {
    kind: "masquerade-changed",
    severity: "error",
    message:
      `for all ${affected} service ports the node masquerades ${words(held.masquerade)} to the cluster IP, not ` +
      `${words(wanted.masquerade)}: the configuration of masquerading or of local traffic detection is another one`,
    expected: wanted.evidence.filter(isOfClusterIP).slice(0, 1),
    actual: held.evidence.filter(isOfClusterIP).slice(0, 1),
    ...(held.at && { at: held.at }),
  };
}

/** Chains of endpoints mark as well: what comes back to its sender. */
const isOfClusterIP = (line: string) => /^-A KUBE-SV[CL]-\S+ .*-j KUBE-MARK-MASQ$/.test(line);

/** Service ports that forward their cluster IP, as far as their chains tell. */
function countForwarded(side: Side): number {
  const hashes = new Set<string>();
  for (const text of side.chain("nat", "KUBE-SERVICES")?.texts ?? []) {
    const target = text.slice(text.lastIndexOf(" ") + 1);
    const hash = /^KUBE-SV[CL]-/.test(target) ? serviceHashOf(target) : undefined;
    if (hash) hashes.add(hash);
  }
  return hashes.size;
}

/** The service port without what local detection decides. */
export function withoutLocalDetection(view: ServicePortView): ServicePortView {
  return {
    ...view,
    frontends: view.frontends.map((frontend) => ({
      ...frontend,
      ...(frontend.kind === "cluster-ip" && { masquerade: "" }),
      ...(frontend.detours && { detours: frontend.detours.filter((step) => !/^(! )?-[si] /.test(step)) }),
    })),
  };
}
