/** How a release lays a table out: told by its objects, named by features. */
import type { Features } from "../../config/features.js";
import { releasesWith, type ReleasesWith } from "../../config/releases-with.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { madeChains } from "../../rulesets/nftables/listed-parts.js";
import type { NftRule, NftTable } from "../../rulesets/nftables/types.js";
import { chainIndex } from "./chain-index.js";
import { listedText, rulesOfChainsAt } from "./side.js";

/** What can be told of a table; undefined features leave it open. */
export type NftLayout = Pick<Features, "nftSplitPreDNATChains" | "nftHairpinSet"> &
  Partial<Pick<Features, "nftSingleEndpointDNAT" | "nftMasqueradeRuleHasPort">>;

const layouts = new WeakMap<NftTable, { readonly layout: NftLayout | undefined }>();

/** Undefined when the table is not laid out as by kube-proxy. Made once for each table. */
export function layoutOf(table: NftTable | CapturedNftTable): NftLayout | undefined {
  let known = layouts.get(table);
  if (!known) layouts.set(table, (known = { layout: tellLayout(table, true) }));
  return known.layout;
}

/** `asksForm`: how single endpoints are translated is looked for, which of a table without any makes every rule. */
function tellLayout(table: NftTable | CapturedNftTable, asksForm: boolean): NftLayout | undefined {
  if (!hasChain(table, "services")) return undefined;
  const nftHairpinSet = usesHairpinSet(table);
  return {
    nftSplitPreDNATChains: hasChain(table, "filter-prerouting-pre-dnat"),
    nftHairpinSet,
    ...(nftHairpinSet && asksForm && singleEndpointForm(table)),
  };
}

/** The releases of a layout; undefined when none is known to have it. */
export function releasesOfLayout(layout: NftLayout): ReleasesWith | undefined {
  return releasesWith(layout);
}

/** The set may be left from a release that used it; so may the chain that it replaced. */
function usesHairpinSet(table: NftTable | CapturedNftTable): boolean {
  if (!("rulesOfChains" in table)) return !hasChain(table, "mark-for-masquerade");
  const at = chainIndex(table).placeOf.get("masquerading");
  return (at === undefined ? [] : table.rulesOfChains.at(at)!).some(({ statements }) =>
    statements.some(
      (s) => s.kind === "match" && s.right.kind === "set-reference" && s.right.name === "hairpin-connections",
    ),
  );
}

type TellingChain = "services" | "filter-prerouting-pre-dnat" | "mark-for-masquerade";

/** Those of a table, looked for at once: of a large table all names are read. */
const tellingChains = new WeakMap<NftTable, ReadonlySet<string>>();

function hasChain(table: NftTable, wanted: TellingChain): boolean {
  let found = tellingChains.get(table);
  if (!found) tellingChains.set(table, (found = new Set(namesThatTell(table))));
  return found.has(wanted);
}

function* namesThatTell(table: NftTable): Iterable<TellingChain> {
  for (const { name } of madeChains(table))
    if (name === "services" || name === "filter-prerouting-pre-dnat" || name === "mark-for-masquerade") yield name;
}

/** How chains with one endpoint translate; nothing where there is none. */
function singleEndpointForm(table: NftTable | CapturedNftTable): Pick<NftLayout, "nftSingleEndpointDNAT"> {
  const isAsked = (name: string, i: number) => OF_SERVICE.test(name) && !isTextOfAnother(listedText(table, i));
  for (const rules of rulesOfChainsAt(table, chainIndex(table).notOfEndpoints, isAsked))
    for (const rule of rules) {
      const form = formOf(rule);
      if (form !== undefined) return { nftSingleEndpointDNAT: form };
    }
  return {};
}

const OF_SERVICE = /^(service|local)-.*\//;

/** Whether the text of a chain alone tells that it translates nothing, or to several targets. */
function isTextOfAnother(text: string | undefined): boolean {
  if (text === undefined) return false;
  const at = text.indexOf("dnat ");
  if (at < 0) return true;
  const second = text.indexOf(", 1 : ", at);
  return second >= 0 && text.lastIndexOf("dnat ") === at && text.indexOf("}", at) > second;
}

function formOf({ statements }: NftRule): boolean | undefined {
  for (const statement of statements) {
    if (statement.kind === "dnat") return true;
    if (statement.kind === "dnat-map" && statement.targets.length === 1) return false;
  }
  return undefined;
}

/** The sentence for a node of another release than the one it is compared with; empty when the layouts agree. */
export function otherLayout(expected: NftTable, actual: CapturedNftTable): string[] {
  const held = layoutOf(actual);
  // Nobody asks twice for the layout of what is expected.
  const outline = tellLayout(expected, held?.nftSingleEndpointDNAT !== undefined);
  if (!outline || !held || agree(outline, held)) return [];
  const wanted = tellLayout(expected, true)!;
  const releases = [held, wanted].map((layout) => releasesOfLayout(layout)?.words);
  if (releases[0] === undefined || releases[1] === undefined || releases[0] === releases[1]) return [];
  return [
    `the node's rules are laid out as by kube-proxy ${releases[0]}, not ${releases[1]}: another --kube-version may be right`,
  ];
}

function agree(a: NftLayout, b: NftLayout): boolean {
  return (Object.keys(a) as (keyof NftLayout)[]).every(
    (name) => a[name] === undefined || b[name] === undefined || a[name] === b[name],
  );
}
