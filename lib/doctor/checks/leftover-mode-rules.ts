import { ruleEvidence, tablesOf } from "../captured-rules.js";
import { count } from "../describe.js";
import type { Check, DoctorContext } from "../types.js";

/** Which mode runs, and how that is known; undefined when nothing but defaults tell. */
function activeMode({ captures, config, configGiven }: DoctorContext): { mode: string; because: string } | undefined {
  if (
    captures.some((capture) => capture.kind === "nftables" && capture.tables.some(({ name }) => name === "kube-proxy"))
  )
    return { mode: "nftables", because: "the node holds a table kube-proxy of nftables" };
  if (captures.some((capture) => capture.kind === "ipvs" && capture.virtualServers.length > 0))
    return { mode: "ipvs", because: "the node holds IPVS virtual servers" };
  return configGiven && config.mode !== "iptables"
    ? { mode: config.mode, because: "kube-proxy is configured so" }
    : undefined;
}

export const leftoverModeRules: Check = {
  id: "leftover-mode-rules",
  title: "Rules of iptables mode while another mode runs",
  severity: "error",
  why: "nobody updates them any more, and they take packets before the running mode sees them",
  covers: [13],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, context) {
    const active = activeMode(context);
    if (!active) return;
    for (const table of tablesOf(capture, "filter"))
      for (const name of ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"]) {
        const chain = table.chains.get(name);
        const i =
          chain?.texts.findIndex((text) => text.includes("has no endpoints") && text.includes("-j REJECT")) ?? -1;
        if (!chain || i < 0) continue;
        yield {
          detail: `${table.family} ${name}`,
          message: `mode ${active.mode} runs (${active.because}), and chain ${name} of mode iptables still rejects Services`,
          evidence: [ruleEvidence(table, chain.texts[i]!, chain.lines[i]!)],
          change: "run kube-proxy --cleanup on the node, or reboot it",
        };
      }
    for (const table of tablesOf(capture, "nat")) {
      const left = [...table.chains.keys()].filter(
        (name) => name.startsWith("KUBE-SVC-") || name.startsWith("KUBE-SEP-"),
      );
      if (left.length === 0) continue;
      const chain = table.chains.get(left[0]!)!;
      yield {
        detail: table.family,
        message: `mode ${active.mode} runs (${active.because}), and iptables still holds ${count(left.length, "service chain")} of mode iptables`,
        evidence: [{ text: `chain ${left[0]}`, at: { file: table.file, line: chain.lines[0] ?? table.startLine } }],
        change: "run kube-proxy --cleanup on the node, or reboot it",
      };
    }
  },
};
