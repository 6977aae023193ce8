import { isKubeChain, reachableFrom, rulesOf, tablesOf } from "../captured-rules.js";
import type { Check } from "../types.js";

/** Docker's own accepts are for its bridges, not for pods. */
function isDockers(text: string): boolean {
  return /DOCKER|docker0|\bbr-/.test(text);
}

export const forwardPolicyDrop: Check = {
  id: "forward-policy-drop",
  title: "FORWARD drops what no rule accepts, and none accepts pods",
  severity: "error",
  why: "traffic between pods of two nodes passes FORWARD: node ports and pods on other nodes cannot be reached",
  covers: [27],
  needs: ["iptables"],
  scope: "capture",
  *run(capture) {
    for (const table of tablesOf(capture, "filter")) {
      const forward = table.chains.get("FORWARD");
      if (forward?.policy !== "DROP") continue;
      if (!table.complete) {
        yield { notEnoughInput: "table filter breaks off in the capture" };
        continue;
      }
      if (!table.chains.has("KUBE-FORWARD") && !table.chains.has("KUBE-SERVICES")) continue;
      let accepts = false;
      for (const name of reachableFrom(table, "FORWARD")) {
        const chain = table.chains.get(name);
        if (!chain || isKubeChain(name) || name.startsWith("DOCKER")) continue;
        accepts ||= rulesOf(table, chain).some(
          ({ rule, text }) =>
            (rule?.target.kind === "accept" || rule?.target.kind === "return") &&
            !isDockers(text) &&
            !isReplyOnly(text),
        );
      }
      if (accepts) continue;
      const kube = table.chains.get("KUBE-FORWARD");
      // Old releases accept the pod range in KUBE-FORWARD.
      if (kube?.texts.some((text) => / -[sd] /.test(text) && text.includes("-j ACCEPT") && !isReplyOnly(text)))
        continue;
      yield {
        detail: table.family,
        message:
          "the policy of FORWARD is DROP, and no rule there accepts traffic of pods, apart from what kube-proxy has marked",
        evidence: [
          { text: ":FORWARD DROP", at: { file: table.file, line: table.startLine } },
          ...(kube?.lines[0] === undefined
            ? []
            : [
                {
                  text: "KUBE-FORWARD accepts marked packets and replies only",
                  at: { file: table.file, line: kube.lines[0] },
                },
              ]),
        ],
        change:
          "accept the pod range (iptables -A FORWARD -s POD-CIDR -j ACCEPT and -d likewise), or set the policy to ACCEPT; the network plugin normally does it",
      };
    }
  },
};

function isReplyOnly(text: string): boolean {
  return text.includes("RELATED,ESTABLISHED") || text.includes("ESTABLISHED,RELATED");
}
