/** What the tools of a node that holds a state print. */
import type { ExpectedIPVS } from "../../diff/ipvs/index.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { ipvsIptablesProgram } from "../../render/ipvs-iptables.js";
import { ipsetLines, ipvsadmLines } from "../../rulesets/ipvs/print.js";

export interface NodeTexts {
  /** ipvsadm-save -n. */
  ipvsadm: string;
  /** ipset save. */
  ipset: string;
  /** iptables-save. */
  iptables: string;
  /** ip addr show. */
  addresses: string;
}

function text(lines: Iterable<string>): string {
  return Array.from(lines, (line) => `${line}\n`).join("");
}

/** The listings of a node on which all is as expected, on a kernel that leaves out what it refuses. */
export function nodeTexts(expected: ExpectedIPVS): NodeTexts {
  const { state } = expected;
  const [word, length] = state.family === "IPv4" ? ["inet", 32] : ["inet6", 128];
  const program = ipvsIptablesProgram({ ...expected, diagnostics: [] }, "save");
  return {
    ipvsadm: text(ipvsadmLines(state.virtualServers)),
    ipset: text(ipsetLines(state.sets)),
    iptables: text(renderIptablesSave(program)),
    addresses: text([
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
      `    ${word} ${state.family === "IPv4" ? "127.0.0.1/8" : "::1/128"} scope host lo`,
      "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
      ...nodeAddresses(expected).map((address) => `    ${word} ${address}/24 scope global eth0`),
      "4: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default",
      ...state.addresses.map(({ address }) => `    ${word} ${address}/${length} scope global kube-ipvs0`),
    ]),
  };
}

/** The addresses that node ports are programmed for. */
function nodeAddresses({ state }: ExpectedIPVS): string[] {
  return [...new Set(state.virtualServers.flatMap((s) => (s.origin?.role === "node-port" ? [s.address] : [])))];
}
