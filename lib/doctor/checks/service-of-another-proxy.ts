import { SERVICE_PROXY_NAME_LABEL } from "../../services/skip-reason.js";
import { quoted } from "../../util/quoted.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const serviceOfAnotherProxy: Check = {
  id: "service-of-another-proxy",
  title: "A Service that kube-proxy leaves to another proxy",
  severity: "info",
  why: "kube-proxy makes no rules for a Service with the label, so its addresses answer only where the other proxy runs",
  covers: [38],
  needs: ["services"],
  scope: "service",
  *run({ service }) {
    const { labels } = service.metadata;
    if (!labels || !Object.hasOwn(labels, SERVICE_PROXY_NAME_LABEL)) return;
    const proxy = labels[SERVICE_PROXY_NAME_LABEL]!;
    const forNobody = proxy === "" || proxy === "kube-proxy";
    yield {
      object: service,
      severity: forNobody ? "warning" : "info",
      message: forNobody
        ? `label ${SERVICE_PROXY_NAME_LABEL} is ${quoted(proxy)}: kube-proxy leaves out every Service that has the label, whatever its value`
        : `label ${SERVICE_PROXY_NAME_LABEL} gives it to proxy ${quoted(proxy)}; kube-proxy makes no rules for it`,
      evidence: [
        evidence(`${SERVICE_PROXY_NAME_LABEL}: ${proxy}`, service, ["metadata", "labels", SERVICE_PROXY_NAME_LABEL]),
      ],
      change: forNobody
        ? "remove the label, so that kube-proxy makes its rules"
        : `see that proxy ${proxy} runs on the nodes, or remove the label`,
    };
  },
};
