// What `nft list table ip kube-proxy` would show for a cluster, to stdout:  node bench/nft-listing.mjs CLUSTER.json
import { readFileSync } from "node:fs";
import { compileNftables } from "../dist/modules/backends/nftables/index.js";
import { backendInput } from "../dist/modules/pipeline/compile.js";
import { loadCluster } from "../dist/modules/pipeline/load.js";
import { settleSituation } from "../dist/modules/pipeline/situation.js";
import { nftListing } from "../dist/modules/rulesets/nftables/print-list.js";
import { sourceFromBytes } from "../dist/modules/source/source.js";

const { cluster } = loadCluster([sourceFromBytes("cluster", readFileSync(process.argv[2]))], { rulesOnly: true });
const { situation } = settleSituation(cluster, { mode: "nftables" });
let chunk = "";
for (const line of nftListing(compileNftables(backendInput(cluster, situation)))) {
  chunk += line + "\n";
  if (chunk.length > 1 << 20) {
    process.stdout.write(chunk);
    chunk = "";
  }
}
process.stdout.write(chunk);
