/** Patches of drifted and hostile captures on a real kernel: what is not kube-proxy's stays as it was, byte for byte. */
import { expect, test } from "@jest/globals";
import type { ProxyMode } from "../../config/proxy-config.js";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { fuzzSeed, mutationRuns } from "../fuzz/runs.js";
import { compiledStates, type NodeState } from "../mutations/node-states.js";
import { hostileCapture } from "../mutations/poison.js";
import { describeKernel } from "./describe-kernel.js";
import { withNamespace, type Namespace } from "./namespace.js";

const RUNS = mutationRuns(60);
const TOOLS = ["iptables-nft", "iptables-nft-restore", "ip6tables-nft-restore", "ipset", "nft"];

const FOREIGN_NFT = `table inet theirs {
	set blocked {
		type ipv4_addr
		elements = { 10.9.9.9, 203.0.113.7 }
	}
	chain input {
		type filter hook input priority 0; policy accept;
		ip saddr @blocked drop comment "theirs"
	}
}
table ip kube-proxy-theirs {
	chain services {
		ip daddr 10.96.0.10 accept
	}
}
`;
const FOREIGN_SETS =
  "create blocked hash:ip family inet\nadd blocked 10.9.9.9\ncreate KUBEISH hash:ip,port family inet\n";
const FOREIGN_RULES = `*mangle
-A PREROUTING -p tcp -j MARK --set-xmark 0x1/0x1
COMMIT
*nat
:DOCKER - [0:0]
:KUBELIKE - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER -i docker0 -j RETURN
-A KUBELIKE -p tcp -j RETURN
COMMIT
*filter
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -j RETURN
COMMIT
`;

/** The parts of a patch that this kernel has tools for: IPVS's come as a script of several. */
function applyPatch(namespace: Namespace, mode: ProxyMode, lines: readonly string[]): number {
  if (mode === "nftables") return namespace.try("nft", ["-f", "-"], `${lines.join("\n")}\n`).status;
  const script = `${lines.join("\n")}\n`;
  if (mode === "iptables") return namespace.try("iptables-nft-restore", ["--noflush"], script).status;
  let status = 0;
  for (const [, tool, text] of script.matchAll(
    /^(ipset restore|ip6?tables-restore --noflush) <<'END'\n([^]*?)^END$/gm,
  )) {
    const [program, option] = tool!.replace("tables-restore", "tables-nft-restore").split(" ");
    status += namespace.try(program!, [option!], text).status;
  }
  return status;
}

/** Everything that is not kube-proxy's, as its tools list it. */
function foreignObjects(namespace: Namespace, program: string): string {
  const tables = ["inet theirs", "ip kube-proxy-theirs"].map((name) =>
    namespace.run("nft", ["list", "table", ...name.split(" ")]),
  );
  const sets = ["blocked", "KUBEISH"].map((name) => namespace.run("ipset", ["save", name]));
  const rules = namespace
    .run(`${program}-save`)
    .split("\n")
    .filter((line) => !/^#|[ :]KUBE-/.test(line))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ""));
  return [...tables, ...sets, ...rules].join("\n");
}

function load(namespace: Namespace, program: string, mode: ProxyMode, { texts }: NodeState): void {
  for (const [name, text] of Object.entries(texts)) {
    if (mode === "nftables") namespace.run("nft", ["-f", "-"], text);
    else if (name.includes("ipset")) namespace.run("ipset", ["restore"], text);
    else if (/ip6?tables/.test(name)) namespace.run(`${program}-restore`, [], text);
  }
  namespace.run("nft", ["-f", "-"], FOREIGN_NFT);
  namespace.run("ipset", ["restore"], FOREIGN_SETS);
  namespace.run(`${program}-restore`, ["--noflush"], FOREIGN_RULES);
}

describeKernel("patches of hostile captures on a real kernel", TOOLS, () => {
  test.each(["iptables", "ipvs", "nftables"] as const)(
    `leave tables, chains and sets of others as they were: ${RUNS} in mode %s`,
    async (mode) => {
      const nodes = compiledStates(mode).filter(({ wishes }) => wishes.ipFamily === "ipv4");
      const seed = fuzzSeed(20261129);
      let applied = 0;
      for (const [i, node] of nodes.entries()) {
        const patches: string[][] = [];
        for (let run = i; run < RUNS; run += nodes.length) {
          const sources = Object.entries(hostileCapture(node.texts, seed, run)).map(([name, text]) =>
            sourceFromText(name, text),
          );
          patches.push([...(await diffNode(node.cluster, node.wishes, sources)).patch()]);
        }
        withNamespace((namespace) => {
          load(namespace, "iptables-nft", mode, node);
          const before = foreignObjects(namespace, "iptables-nft");
          for (const patch of patches.filter(({ length }) => length > 0)) {
            // What a lying capture made up may be refused; what is loaded is kube-proxy's alone.
            if (applyPatch(namespace, mode, patch) === 0) applied++;
            expect(foreignObjects(namespace, "iptables-nft")).toBe(before);
          }
        });
      }
      expect(applied).toBeGreaterThan(RUNS / 8);
    },
  );
});
