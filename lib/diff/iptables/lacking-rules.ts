/** What is said of tables that went through grep: rules of others are not there, so that a policy tells of no packets. */
import { printable } from "../../util/printable.js";
import type { TableName } from "../../rulesets/iptables/types.js";

interface Table {
  readonly name: TableName | undefined;
  readonly file?: string;
  readonly mayLackRules?: true | "elsewhere";
}

export interface LackingRules {
  readonly assumptions: readonly string[];
  readonly notGiven: readonly string[];
}

/** What several of them say, each once. */
export function joinLacking(all: readonly LackingRules[]): LackingRules {
  return {
    assumptions: [...new Set(all.flatMap(({ assumptions }) => assumptions))],
    notGiven: [...new Set(all.flatMap(({ notGiven }) => notGiven))],
  };
}

export function lackingRules(tables: Iterable<Table>): LackingRules {
  const lacking = [...tables].filter(({ mayLackRules }) => mayLackRules === true);
  return {
    assumptions: lacking.map(
      ({ name, file = "" }) =>
        `every rule of table ${name} in ${printable(file)} names KUBE, as grep leaves them: rules of others, and what its policies refuse, are not compared`,
    ),
    notGiven: lacking.map(({ name }) => `rules of others in table ${name} (iptables-save, without grep)`),
  };
}
