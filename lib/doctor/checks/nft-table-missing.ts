import type { Check } from "../types.js";

export const nftTableMissing: Check = {
  id: "nft-table-missing",
  title: "Mode nftables without kube-proxy's table",
  severity: "warning",
  why: "kube-proxy could not write its table; an nft binary that fails on tables of other programs is a known cause",
  covers: [34],
  needs: ["nftables"],
  scope: "capture",
  *run(capture, { config, configGiven }) {
    if (capture.kind !== "nftables" || !configGiven || config.mode !== "nftables") return;
    if (capture.tables.some(({ name }) => name === "kube-proxy") || capture.otherTables === 0) return;
    yield {
      message: "kube-proxy is configured for mode nftables, and the node's ruleset has no table kube-proxy",
      evidence: [{ text: `${capture.otherTables} tables of other programs`, at: { file: capture.file, line: 1 } }],
      change: "read kube-proxy's log for errors of nft, and use an nft of 1.0.6.1 or newer in its image",
    };
  },
};
