/** Differences between the sides that have no meaning, said once. */
import { namesWith } from "../../rulesets/iptables/capture.js";
import type { SideTables } from "./side.js";

/** Sentences for the report's assumptions. */
export function inferDifferences(expected: SideTables, actual: SideTables): string[] {
  const said: string[] = [];
  const uses = (tables: SideTables, table: "filter" | "nat", chain: string, text: string) =>
    tables
      .get(table)
      ?.chains.get(chain)
      ?.texts.some((line) => line.includes(text));
  const counts = (tables: SideTables) => uses(tables, "filter", "KUBE-FORWARD", " -m nfacct ");
  if (counts(expected) !== counts(actual) && counts(actual) !== undefined && counts(expected) !== undefined)
    said.push(
      counts(actual)
        ? "the node counts packets with nfacct; such rules are no difference"
        : "the node does not count packets with nfacct; that is no difference",
    );
  const random = (tables: SideTables) => uses(tables, "nat", "KUBE-POSTROUTING", " --random-fully");
  if (random(expected) !== random(actual) && random(actual) !== undefined && random(expected) !== undefined)
    said.push(
      random(actual)
        ? "the node masquerades with --random-fully; that is no difference"
        : "the node masquerades without --random-fully, which old iptables lacks; that is no difference",
    );
  const comments = (tables: SideTables) => endpointComments(tables);
  if (comments(expected) !== undefined && comments(actual) !== undefined && comments(expected) !== comments(actual))
    said.push(
      comments(actual)
        ? "the node's endpoint rules carry comments, as in a cluster of up to 1000 endpoints; that is no difference"
        : "the node's endpoint rules carry no comments, as in a cluster of more than 1000 endpoints; that is no difference",
    );
  return said;
}

/** Whether the first endpoint chain with rules has comments; undefined without endpoint chains. */
function endpointComments(tables: SideTables): boolean | undefined {
  const chains = tables.get("nat")?.chains;
  for (const name of chains ? namesWith(chains, "KUBE-SEP-") : []) {
    const first = chains?.get(name)?.texts[0];
    if (first !== undefined) return first.includes(" --comment ");
  }
  return undefined;
}
