/** What a node should hold in nft's own spelling, endpoint by endpoint, for the diff. */
import type { NftProgram } from "../backends/nftables/index.js";
import {
  AFFINITY_PREFIX,
  ENDPOINT_PREFIX,
  serviceNameBase,
  SERVICE_PORT_PREFIXES,
} from "../backends/nftables/names.js";
import type { AlikeObjects, ExpectedNftTable } from "../diff/nftables/expected.js";
import { canonicalIP } from "../net/ip.js";
import type { NftChain } from "../rulesets/nftables/types.js";
import { listRules } from "../rulesets/nftables/print-list.js";
import { BASE, filled, RulePatterns, SetPatterns } from "./nft-patterns.js";

/** The program's table; its chains and sets of endpoints are objects only where they are asked for as such. */
export function expectedNftTable(program: NftProgram): ExpectedNftTable {
  const { family, name, comment, rules, rulesOfChain, counters } = program;
  return {
    family,
    name,
    comment,
    get chains() {
      return program.chains;
    },
    get sets() {
      return program.sets;
    },
    rules,
    rulesOfChain,
    counters,
    alike: alikeObjects(program),
  };
}

function alikeObjects({ family, name, rules, rulesOfChain, byEndpoint }: NftProgram): AlikeObjects {
  const { endpoints, chainsBefore, chainsBehind, otherSets, setNamed } = byEndpoint;
  const patterns = new RulePatterns(
    byEndpoint,
    family,
    (own) => `${ENDPOINT_PREFIX}${BASE} {\n${listRules(own)!}\t}\n`,
  );
  const sets = new SetPatterns(byEndpoint, (set) => set);
  const otherChains = [...chainsBefore, ...chainsBehind];
  const setNameAt = (n: number) => AFFINITY_PREFIX + endpoints.baseAt(n);
  return {
    length: endpoints.length,
    others: { family, name, chains: otherChains, sets: otherSets, rules, rulesOfChain },
    before: chainsBefore.length,
    setPrefix: AFFINITY_PREFIX,
    hasJust: (set, held) => byEndpoint.elements.hasJust(set, held),
    elementsOfLabels: (set, labels) => byEndpoint.elements.elementsOfLabels(set, labels),
    placesOf(paths) {
      const isOne = endpoints.plans.map(({ path }) => paths.has(path));
      return places(endpoints.planOf, isOne);
    },
    chainsOf: (path) => {
      const base = serviceNameBase(path);
      return SERVICE_PORT_PREFIXES.flatMap((prefix) => chainNamed(otherChains, prefix + base) ?? []);
    },
    rankAt: (n) => endpoints.ranks[n]!,
    blockAt(n) {
      const ip = endpoints.ips[n]!;
      // A listing has addresses in one form.
      const pattern = canonicalIP(ip) === ip ? patterns.at(n) : undefined;
      return pattern && filled(pattern, endpoints.baseAt(n), ip);
    },
    chainAt: (n) => endpoints.chainAt(n),
    setLikeAt: (n) => sets.at(n),
    setNameAt,
    setAt: (n) => setNamed(setNameAt(n), endpoints.planAt(n)),
  };
}

/** The indexes of those whose value `isOne`. */
function* places(values: Int32Array, isOne: readonly boolean[]): Iterable<number> {
  for (let n = 0; n < values.length; n++) if (isOne[values[n]!]) yield n;
}

/** One of chains in the order of their names. */
function chainNamed(chains: readonly NftChain[], name: string): NftChain | undefined {
  let from = 0;
  let to = chains.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (chains[middle]!.name < name) from = middle + 1;
    else to = middle;
  }
  return chains[from]?.name === name ? chains[from] : undefined;
}
