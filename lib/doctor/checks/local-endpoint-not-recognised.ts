import { ruleEvidence, tablesOf } from "../captured-rules.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";

export const localEndpointNotRecognised: Check = {
  id: "local-endpoint-not-recognised",
  title: "A node that drops traffic although it has an endpoint",
  severity: "error",
  why: "kube-proxy does not take the endpoint for local, because it knows the node by another name than the pod does",
  covers: [8],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, { services, endpointsOf, nodeName }) {
    for (const table of tablesOf(capture, "filter"))
      for (const chain of table.chains.values()) {
        if (chain.name !== "KUBE-SERVICES" && chain.name !== "KUBE-EXTERNAL-SERVICES") continue;
        for (const [i, text] of chain.texts.entries()) {
          if (!text.includes("has no local endpoints")) continue;
          const key = /--comment "?([a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*)[: ]/.exec(text)?.[1];
          const service = key === undefined ? undefined : services.get(key);
          if (!service) continue;
          if (!nodeName) {
            yield { notEnoughInput: "the node of the capture is not known; name it with --node" };
            return;
          }
          const found = endpointsOf(service)
            .slices.flatMap((slice) => sliceEndpoints(slice).map((endpoint, index) => ({ slice, endpoint, index })))
            .find(({ endpoint }) => endpoint.nodeName === nodeName && endpoint.conditions?.ready !== false);
          if (!found) continue;
          yield {
            object: service,
            detail: `${table.family} ${nodeName}`,
            message: `node ${nodeName} drops traffic of Service ${key} as if it had no endpoint there, and ${found.endpoint.addresses[0]} is one`,
            evidence: [
              ruleEvidence(table, text, chain.lines[i]!),
              evidence(`endpoint ${found.endpoint.addresses[0]} on ${nodeName}`, found.slice, [
                "endpoints",
                found.index,
              ]),
            ],
            change: "give kube-proxy the node's name with --hostname-override, as the kubelet has it",
          };
        }
      }
  },
};
