/** One wrong setting is one change: which traffic counts as local is the same for all service ports. */
import type { Change, FrontendView, ServicePortView } from "../types.js";
import { serviceHashOf } from "./kube-chains.js";
import type { Side } from "./side.js";

type Views = ReadonlyMap<string, ServicePortView>;

export interface FoldedViews {
  readonly expected: Views;
  readonly actual: Views;
  readonly changes: readonly Change[];
}

/**
 * When every cluster IP is masqueraded in another way than expected, and all in the same, this is said once and taken
 * out of the views.
 */
export function foldLocalDetection(expectedSide: Side, expected: Views, actual: Views): FoldedViews {
  const pairs = new Set<string>();
  const examples: [FrontendView, FrontendView][] = [];
  let affected = 0;
  for (const [hash, view] of expected) {
    const wanted = view.frontends.find((frontend) => frontend.kind === "cluster-ip" && frontend.verdict === "forward");
    const held = actual
      .get(hash)
      ?.frontends.find((other) => other.address === wanted?.address && other.port === wanted?.port);
    if (!wanted || held?.verdict !== "forward" || wanted.masquerade === held.masquerade) continue;
    affected++;
    pairs.add(JSON.stringify([wanted.masquerade, held.masquerade]));
    examples.push([wanted, held]);
  }
  const [example] = examples;
  if (!example || pairs.size !== 1 || affected < 2 || affected < countForwarded(expectedSide))
    return { expected, actual, changes: [] };
  const [wanted, held] = example;
  const words = (masquerade: string) =>
    masquerade === "none" ? "nothing" : masquerade === "all" ? "all traffic" : `traffic that matches "${masquerade}"`;
  return {
    expected: neutral(expected),
    actual: neutral(actual),
    changes: [
      {
        kind: "masquerade-changed",
        severity: "error",
        message:
          `for all ${affected} service ports the node masquerades ${words(held.masquerade)} to the cluster IP, not ` +
          `${words(wanted.masquerade)}: the configuration of masquerading or of local traffic detection is another one`,
        expected: wanted.evidence.filter((line) => line.endsWith(" -j KUBE-MARK-MASQ")).slice(0, 1),
        actual: held.evidence.filter((line) => line.endsWith(" -j KUBE-MARK-MASQ")).slice(0, 1),
        ...(held.at && { at: held.at }),
      },
    ],
  };
}

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

/** Without what local detection decides. */
function neutral(views: Views): Views {
  return new Map(
    [...views].map(([hash, view]) => [
      hash,
      {
        ...view,
        frontends: view.frontends.map((frontend) => ({
          ...frontend,
          ...(frontend.kind === "cluster-ip" && { masquerade: "" }),
          ...(frontend.detours && { detours: frontend.detours.filter((step) => !/^(! )?-[si] /.test(step)) }),
        })),
      },
    ]),
  );
}
