import type { Service } from "../../kube/types.js";
import type { FieldPath } from "../../source/origin.js";
import { evidence, keyOf, listText } from "../describe.js";
import type { Check } from "../types.js";

interface Use {
  readonly service: Service;
  readonly path: FieldPath;
  readonly text: string;
}

function usesOf(service: Service): (Use & { number: number })[] {
  const { ports = [], healthCheckNodePort } = service.spec;
  const filledIn = (path: string) => service.simulated === "object" || service.simulated?.includes(path);
  const uses = ports.flatMap(({ nodePort }, i) =>
    nodePort && !filledIn(`spec.ports[${i}].nodePort`)
      ? [{ service, number: nodePort, path: ["spec", "ports", i, "nodePort"], text: `node port ${nodePort}` }]
      : [],
  );
  return healthCheckNodePort && !filledIn("spec.healthCheckNodePort")
    ? [
        ...uses,
        {
          service,
          number: healthCheckNodePort,
          path: ["spec", "healthCheckNodePort"],
          text: `health-check port ${healthCheckNodePort}`,
        },
      ]
    : uses;
}

export const nodePortCollision: Check = {
  id: "node-port-collision",
  title: "One node port of two Services, or of a health check",
  severity: "error",
  why: "the API server refuses the second one, whatever the protocol, and of rules made for both the first wins",
  covers: [26],
  needs: ["services"],
  scope: "cluster",
  *run({ cluster }) {
    const uses = new Map<number, Use[]>();
    for (const service of cluster.services)
      for (const use of usesOf(service)) {
        const list = uses.get(use.number) ?? [];
        // Within one Service a port may be shared by TCP and UDP, but not with its own health check.
        if (!list.some((other) => other.service === service && other.text === use.text)) list.push(use);
        uses.set(use.number, list);
      }
    for (const [number, list] of uses) {
      if (list.length < 2) continue;
      yield {
        object: list[1]!.service,
        detail: `${number}`,
        message: `${number} is ${listText(list.map(({ service, text }) => `${text.replace(/ \d+$/, "")} of Service ${keyOf(service)}`))}`,
        evidence: list.map(({ service, path, text }) => evidence(`Service ${keyOf(service)}: ${text}`, service, path)),
        change: "give each its own number, or leave nodePort out and let the API server choose",
      };
    }
  },
};
