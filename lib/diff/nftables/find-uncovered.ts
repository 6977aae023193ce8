/** What a listing of kube-proxy's table leaves open, and about which service ports. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { NftTable } from "../../rulesets/nftables/types.js";
import { ALL_COVERED, wholeGap, type Gap, type Uncovered } from "../coverage.js";
import { pathOfLabel, readObjectName } from "./paths.js";
import { FRONTEND_MAPS } from "./frontend-elements.js";

/** Chains that change what becomes of a packet only after its service port is found. */
const REFINING: ReadonlySet<string> = new Set([
  "masquerading",
  "nat-postrouting",
  "mark-for-masquerade",
  "reject-chain",
  "hairpin-connections",
]);

const COMMAND = "capture again with nft list ruleset";

/** A whole listing leaves nothing open; one that breaks off leaves open what stands behind the break. */
export function findUncovered(expected: NftTable, actual: CapturedNftTable | undefined): Uncovered {
  if (!actual || actual.complete) return ALL_COVERED;
  const held = new Set([...actual.chains, ...actual.sets].map(({ name }) => name));
  const missing = [...expected.chains, ...expected.sets].map(({ name }) => name).filter((name) => !held.has(name));
  const shared = missing.filter((name) => !name.includes("/"));
  const decisive = [...FRONTEND_MAPS, ...shared.filter((name) => !REFINING.has(name))].find((name) => !held.has(name));
  const notGiven = shared.filter((name) => REFINING.has(name)).map((name) => `${name} (nft list ruleset)`);
  if (decisive !== undefined)
    return {
      gaps: [wholeGap("capture-incomplete", `the listing breaks off before ${decisive}: ${COMMAND}`)],
      notGiven,
    };
  return { gaps: [gapOf(missing)], notGiven };
}

function gapOf(missing: readonly string[]): Gap {
  const paths = new Set(missing.map((name) => readObjectName(name)?.path));
  return {
    reason: "capture-incomplete",
    message: `the listing breaks off before the end of its chains: ${COMMAND}`,
    concerns: ({ service, port, protocol }) =>
      paths.has(pathOfLabel(port === "" ? service : `${service}:${port}`, protocol.toLowerCase())),
  };
}
