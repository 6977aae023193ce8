import { impact as compareStates, type ImpactReport } from "../../lib/index.js";
import { asked } from "./asked.js";
import { keptSources } from "./kept-input.js";
import { marksOf } from "./marks.js";
import type { InputFile, Setup, Told } from "./protocol.js";

export interface ImpactQuestion extends Setup {
  /** The state before. */
  readonly kept: readonly InputFile[];
}

/** What became of every frontend since a state was kept. */
export async function impact({ kept, ...setup }: ImpactQuestion): Promise<Told<ImpactReport>> {
  const { sources, options } = asked(setup);
  const names = ["the state kept", "the state now"] as const;
  const { report, diagnostics } = await compareStates(keptSources(kept), sources, { ...options, names });
  return { answer: report, marks: marksOf(diagnostics) };
}
