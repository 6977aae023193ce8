/** Sources to a cluster and a situation, with everything wrong in them: the first step of questions about a node. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { isSizeKnown } from "../pipeline/compile.js";
import { settleSituation, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";
import { isFatal, readQuestion, type QuestionOptions } from "./read-question.js";

/** What was settled; neither is there when the answer ends here. */
export interface SettledQuestion {
  readonly settled: { readonly cluster: Cluster; readonly situation: Situation } | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the sources and settles what is wished; once more without a focus that left too much out. */
export function settleQuestion(sources: Iterable<Source>, options: Wishes & QuestionOptions): SettledQuestion {
  const all = [...sources];
  const found = settleOnce(all, options);
  const { focus } = options;
  if (!focus || !found.settled || isSizeKnown(found.settled.cluster, found.settled.situation, focus)) return found;
  return settleOnce(all, { ...options, focus: undefined });
}

function settleOnce(sources: readonly Source[], options: Wishes & QuestionOptions): SettledQuestion {
  const { cluster, proxyConfiguration, diagnostics: read } = readQuestion(sources, options);
  if (!cluster) return { settled: undefined, diagnostics: read };
  const wishes = proxyConfiguration ? { ...options, proxyConfiguration } : options;
  const { situation, diagnostics: settled } = settleSituation(cluster, wishes);
  const diagnostics = [...read, ...settled];
  return {
    settled: situation && !isFatal(diagnostics, options.strict) ? { cluster, situation } : undefined,
    diagnostics,
  };
}
