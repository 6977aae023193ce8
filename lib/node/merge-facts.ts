/** What the rules of both IP families tell of one kube-proxy, together. */
import { NO_LOCAL_DETECTION, type InferredSetting } from "../diff/inferred.js";
import type { IPFamily } from "../net/ip.js";
import type { InferredFacts } from "./read-node.js";

/** Fields that list networks of both families. */
const LISTS: ReadonlySet<string> = new Set(["clusterCIDR", "nodePortAddresses"]);

/** Facts of one family. */
export interface FactsOfFamily {
  readonly family: IPFamily;
  readonly facts: InferredFacts;
}

/**
 * The facts of the first family, with the networks, addresses and endpoints of the others. Node-port addresses that one
 * family tells and another does not, though it was captured, are left out: of that they would say that there are none.
 */
export function mergeFacts(all: readonly FactsOfFamily[]): InferredFacts {
  const [first, ...others] = all.map(({ facts }) => facts);
  const withoutLocalDetection = all.flatMap(({ family, facts }) =>
    facts.settings.some(({ assignment }) => assignment === NO_LOCAL_DETECTION) ? [family] : [],
  );
  if (!first) return { settings: [], localEndpoints: [] };
  if (others.length === 0) return { ...first, withoutLocalDetection };
  const together = (of: (facts: InferredFacts) => readonly string[] | undefined) => {
    const lists = [first, ...others].flatMap((facts) => of(facts) ?? []);
    return lists.length > 0 ? [...new Set(lists)] : undefined;
  };
  const interfaceAddresses = together((facts) => facts.interfaceAddresses);
  const serviceCIDRs = together((facts) => facts.serviceCIDRs);
  return {
    ...first,
    withoutLocalDetection,
    settings: mergeSettings([first, ...others].map(({ settings }) => settings)),
    localEndpoints: together((facts) => facts.localEndpoints) ?? [],
    ...(interfaceAddresses && { interfaceAddresses }),
    ...(serviceCIDRs && { serviceCIDRs }),
  };
}

/** The settings that each family tells, as one kube-proxy has them. */
export function mergeSettings(families: readonly (readonly InferredSetting[])[]): InferredSetting[] {
  const paths = new Set(families.flatMap((settings) => settings.map(pathOf)));
  return [...paths].flatMap((path): InferredSetting[] => {
    const own = families.flatMap((settings) => settings.filter((setting) => pathOf(setting) === path));
    const [first] = own as [InferredSetting];
    if (!LISTS.has(path)) return [first];
    if (path === "nodePortAddresses" && own.length < families.length) return [];
    const values = [...new Set(own.flatMap(valuesOf))];
    const telling = own.filter((setting) => values.length === 0 || valuesOf(setting).length > 0);
    return [
      {
        assignment: `${path}=${values.join(",")}`,
        words: [...new Set(telling.map(({ words }) => words))].join("; "),
        evidence: telling.flatMap(({ evidence }) => evidence),
      },
    ];
  });
}

function pathOf({ assignment }: InferredSetting): string {
  return assignment.slice(0, assignment.indexOf("="));
}

function valuesOf({ assignment }: InferredSetting): string[] {
  return assignment
    .slice(assignment.indexOf("=") + 1)
    .split(",")
    .filter((value) => value !== "");
}
