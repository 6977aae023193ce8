import { expect, test } from "@jest/globals";
import type { Endpoint, EndpointSelection } from "../../endpoints/types.js";
import type { ServicePort } from "../../services/types.js";
import type { KnownChains } from "./endpoint-chains.js";
import { planServicePort } from "./plan.js";

const port = { name: "ns/svc:http", protocol: "TCP", loadBalancerVIPs: [], sourceRanges: [] } as unknown as ServicePort;

function planOf(targets: readonly (readonly [ip: string, port: number])[], known?: KnownChains) {
  const all = targets.map(([ip, own]) => ({ ip, host: ip, port: own, target: `${ip}:${own}` }) as Endpoint);
  const endpoints: EndpointSelection = { all, cluster: all, local: [], reachable: all, hasAny: all.length > 0 };
  return planServicePort({ port, endpoints }, known);
}

test("chains known from another node are taken for the same endpoints only", () => {
  const cases = [
    [["10.0.0.1", 80]],
    [["10.0.0.1", 80]],
    [["10.0.0.2", 80]],
    [["10.0.0.2", 81]],
    [
      ["10.0.0.2", 81],
      ["10.0.0.2", 82],
    ],
    [
      ["10.0.0.2", 82],
      ["10.0.0.2", 83],
    ],
    [],
  ] as const;
  const known: KnownChains = new Map();
  for (const targets of cases) expect(planOf(targets, known)).toEqual(planOf(targets));
  const [first, again] = [planOf(cases[4], known), planOf(cases[4], known)];
  expect(again.reachable.chains).toBe(first.reachable.chains);
});
