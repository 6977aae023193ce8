import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const sessionAffinityLimits: Check = {
  id: "session-affinity-limits",
  title: "Session affinity that does not hold as far as it seems",
  severity: "info",
  why: "ClientIP affinity is kept by each node for each port of a Service apart, so one client may be sent to different pods",
  covers: [20],
  needs: ["services"],
  scope: "service",
  *run({ service, readyCount }) {
    const { sessionAffinity, ports = [], externalTrafficPolicy, type, clusterIP } = service.spec;
    if (sessionAffinity !== "ClientIP" || clusterIP === "None" || readyCount === 1) return;
    const limits: string[] = [];
    if (ports.length > 1)
      limits.push(
        `its ${ports.length} ports keep affinity apart, so a client may reach one pod by one port and another by the next`,
      );
    if ((type === "LoadBalancer" || type === "NodePort") && externalTrafficPolicy !== "Local")
      limits.push("clients from outside may enter by any node, and each node chooses for itself");
    if (limits.length === 0) return;
    yield {
      object: service,
      message: `sessionAffinity ClientIP: ${limits.join("; ")}`,
      evidence: [evidence("sessionAffinity: ClientIP", service, ["spec", "sessionAffinity"])],
      change: "keep sessions in a shared store or by cookies at an ingress if clients have to stay with one pod",
    };
  },
};
