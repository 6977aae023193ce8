import { holdsServices, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

export const iptablesVariantsMixed: Check = {
  id: "iptables-variants-mixed",
  title: "kube-proxy's rules in both iptables-legacy and iptables-nft",
  severity: "error",
  why: "the kernel runs both sets, and the one nobody maintains any more keeps sending packets to endpoints that are gone",
  covers: [11],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    if (capture.kind !== "iptables") return;
    const nat = tablesOf(capture, "nat").filter(holdsServices);
    for (const family of ["IPv4", "IPv6", "unknown"] as const) {
      const legacy = nat.find((table) => table.variant === "legacy" && table.family === family);
      const nft = nat.find((table) => table.variant === "nft" && table.family === family);
      if (!legacy || !nft) continue;
      yield {
        detail: family,
        message: "both variants of iptables hold KUBE-SERVICES rules on this node",
        evidence: [legacy, nft].map((table) => ({
          text: `KUBE-SERVICES of iptables-${table.variant}`,
          at: { file: table.file, line: table.chains.get("KUBE-SERVICES")!.lines[0] ?? table.startLine },
        })),
        change:
          "find out which variant kube-proxy uses now, and remove the KUBE- chains of the other (reboot, or kube-proxy --cleanup with the other iptables)",
      };
      return;
    }
    const [warning] = capture.warnings;
    const onlyOne = !tablesOf(capture).some(({ variant }) => variant === "legacy");
    if (warning && onlyOne && nat.length > 0)
      yield {
        severity: "info",
        message:
          "legacy tables are present too, and are not in the capture; that does harm only if they hold KUBE- rules",
        evidence: [{ text: warning.text, at: { file: warning.file, line: warning.line } }],
        change: "add the output of iptables-legacy-save to the capture",
      };
  },
};
