/** Mutated captures, judged by what becomes of packets: no change is called identical, and no chance an error. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../../config/proxy-config.js";
import type { Change } from "../../diff/types.js";
import { diffNode } from "../../node/diff-node.js";
import { samplePackets } from "../../node/weigh-errors.js";
import { sourceFromText } from "../../source/source.js";
import { equalDistributions, type Packet } from "../../trace/index.js";
import { fuzzSeed, mutationRuns } from "../fuzz/runs.js";
import { firstServiceHurt, outcomesOf, packetsOf, type Outcomes } from "./judge-outcomes.js";
import { mutateCapture, type CaptureTexts } from "./mutate-capture.js";
import { compiledStates, recordedStates, type NodeState } from "./node-states.js";

const MUTATIONS = mutationRuns(60);

/** What tracing does not know: how long an affinity lasts, and how a scheduler chooses. */
const UNTRACED: ReadonlySet<string> = new Set(["affinity-changed", "scheduler-changed"]);

const sourcesOf = (texts: CaptureTexts) => Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
const sameOutcomes = (a: Outcomes, b: Outcomes) =>
  a.length === b.length && a.every((outcomes, i) => equalDistributions(outcomes, b[i]!));

/** A rule that keeps clients at their endpoint, behind the one that shares out: no packet meets it. */
function isLateAffinity({ kind }: Change, what: string): boolean {
  return kind === "rule-order" && / move: .*@affinity-/.test(what);
}

/** Where one rule alone tells local detection, a node without it is one without any, unless that is told. */
function isTheOnlyTell(what: string, { wishes }: NodeState, assumptions: readonly string[]): boolean {
  return (
    wishes.proxyConfiguration === undefined &&
    / delete: (ip6? daddr @cluster-ips ip6? saddr != |-A KUBE-SV[CL]-.* cluster IP".* -j KUBE-MARK-MASQ$)/.test(what) &&
    assumptions.some((text) => text.startsWith("no local traffic detection"))
  );
}

/** The same node with the configuration told, and with what the node's own rules tell of it. */
function variantsOf(state: NodeState): NodeState[] {
  const { proxyConfiguration, ...told } = state.wishes;
  return proxyConfiguration ? [state, { ...state, wishes: told }] : [state];
}

function fares({ texts, input }: NodeState, mutated: CaptureTexts, packets: readonly Packet[]): [Outcomes, Outcomes] {
  return [outcomesOf(texts, packets, input()), outcomesOf(mutated, packets, input())];
}

describe.each(["iptables", "ipvs", "nftables"] as ProxyMode[])("mode %s", (mode) => {
  test(`${MUTATIONS} mutations are told by what they do to packets`, async () => {
    const nodes = [];
    for (const state of [...recordedStates(mode), ...compiledStates(mode)].flatMap(variantsOf)) {
      const { report } = await diffNode(state.cluster, state.wishes, sourcesOf(state.texts));
      // Not every configuration can be told from the rules.
      if (!report?.identical && state.wishes.proxyConfiguration === undefined) continue;
      expect([state.name, report?.identical, report?.changes]).toEqual([state.name, true, []]);
      const packets = packetsOf(state.cluster, state.input());
      nodes.push({ ...state, packets, outcomes: outcomesOf(state.texts, packets, state.input()) });
    }
    expect(nodes.length).toBeGreaterThan(10);
    const faults: object[] = [];
    const seed = fuzzSeed(20261127);
    for (let run = 0, done = 0; done < MUTATIONS; run++) {
      const node = nodes[run % nodes.length]!;
      const mutation = mutateCapture(node.texts, seed + run * 7919);
      if (!mutation) continue;
      done++;
      const outcomes = outcomesOf(mutation.texts, node.packets, node.input());
      const changed = !sameOutcomes(node.outcomes, outcomes);
      const { report } = await diffNode(node.cluster, node.wishes, sourcesOf(mutation.texts));
      if (!report) continue;
      const errors = report.changes.filter(
        (change) => change.severity === "error" && !UNTRACED.has(change.kind) && !isLateAffinity(change, mutation.what),
      );
      // What the changes name need not be anything that the input knows of.
      const named = samplePackets(errors, node.cluster, node.input()) ?? [];
      const isExtra = errors.length > 0 && sameOutcomes(...fares(node, mutation.texts, named));
      // The question about the one service whose packets fare otherwise has no better answer than the whole one.
      const service = changed && firstServiceHurt(node.outcomes, outcomes, node.packets, node.input());
      const focused = service
        ? await diffNode(node.cluster, node.wishes, sourcesOf(mutation.texts), { service })
        : undefined;
      const isIdentical = report.identical || focused?.report?.identical === true;
      const fault = changed
        ? isIdentical && !isTheOnlyTell(mutation.what, node, report.assumptions) && "called identical"
        : isExtra && "called an error";
      if (fault)
        faults.push({
          fault,
          node: node.name,
          service,
          told: node.wishes.proxyConfiguration !== undefined,
          what: mutation.what,
          changes: report.changes.map(({ kind, severity, message }) => `${severity} ${kind}: ${message}`),
          assumptions: changed ? report.assumptions : [],
        });
    }
    expect(faults).toEqual([]);
  });
});
