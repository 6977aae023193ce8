/** What the page opens with; the page and the engine both know it, so that neither waits for the other. */
import type { RulesQuestion } from "../engine/rules.js";
import { EXAMPLES, stateOf } from "../examples/index.js";
import { stateFrom } from "./link.js";
import { EMPTY_STATE, setupOf, type State } from "./state.js";

/** The state in the fragment of a link; the first example where there is none. */
export function firstState(fragment: string): State {
  return stateFrom(fragment) ?? { ...EMPTY_STATE, ...stateOf(EXAMPLES[0]!) };
}

export function rulesQuestion(state: State): RulesQuestion {
  const { artifact, format } = state;
  return { ...setupOf(state), artifact, format };
}
