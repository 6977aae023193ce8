/** Which service ports send to an endpoint. */
import type { NftRule, NftTable } from "../../rulesets/nftables/types.js";
import { readObjectName } from "./paths.js";
import type { HairpinOwners } from "./set-changes.js";

/** Looks through the tables when asked for the first time. */
export function makeHairpinOwners(tables: readonly NftTable[]): HairpinOwners {
  let owners: Map<string, Set<string>> | undefined;
  return {
    ownersOf({ key }) {
      owners ??= ownersByEndpoint(tables);
      return [...(owners.get(key.slice(1).join(" . ")) ?? [])];
    },
  };
}

/** By "address . protocol . port". */
function ownersByEndpoint(tables: readonly NftTable[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { rules } of tables) addOwners(owners, rules);
  return owners;
}

function addOwners(owners: Map<string, Set<string>>, rules: Iterable<NftRule>): void {
  for (const { chain, statements } of rules) {
    const path = readObjectName(chain)?.path;
    if (path === undefined) continue;
    const protocol = path.split("/")[2]!;
    for (const statement of statements) {
      const targets = statement.kind === "dnat" ? [statement] : statement.kind === "dnat-map" ? statement.targets : [];
      for (const { address, port } of targets) {
        const key = `${address} . ${protocol} . ${port}`;
        const own = owners.get(key);
        if (own) own.add(path);
        else owners.set(key, new Set([path]));
      }
    }
  }
}
