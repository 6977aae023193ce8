import { expect, test } from "@jest/globals";
import type { Endpoint, EndpointSelection } from "../../endpoints/types.js";
import type { ServicePort } from "../../services/types.js";
import type { EndpointChains, KnownChains } from "./endpoint-chains.js";
import { forgetChainNames, planServicePort, type ServicePortPlan } from "./plan.js";

const port = { name: "ns/svc:http", protocol: "TCP", loadBalancerVIPs: [], sourceRanges: [] } as unknown as ServicePort;

function planOf(targets: readonly (readonly [ip: string, port: number])[], known?: KnownChains) {
  const all = targets.map(([ip, own]) => ({ ip, host: ip, port: own, target: `${ip}:${own}` }) as Endpoint);
  const endpoints: EndpointSelection = { all, cluster: all, local: [], reachable: all, hasAny: all.length > 0 };
  return planServicePort({ port, endpoints }, { knownChains: known });
}

/** With the names, which are made when they are asked for. */
function namesIn(plan: ServicePortPlan) {
  const told = ({ ips, chains, port, targets }: EndpointChains) => ({ ips, chains, port, targets });
  return { ...plan, cluster: told(plan.cluster), local: told(plan.local), reachable: told(plan.reachable) };
}

test("names made late, and again after they were forgotten, are those made at once", () => {
  const all = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(
    (ip, i) => ({ ip, host: ip, port: i === 2 ? 81 : 80, target: `${ip}:${i === 2 ? 81 : 80}` }) as Endpoint,
  );
  const local = all.slice(1);
  const endpoints: EndpointSelection = { all, cluster: all, local, reachable: all, hasAny: true };
  const plan = planServicePort({ port, endpoints }, { namesPass: true });
  const before = namesIn(plan);
  expect(before).toEqual(namesIn(planServicePort({ port, endpoints })));
  expect(before.local.chains).toEqual(before.reachable.chains.slice(1));
  expect(new Set(before.reachable.chains).size).toBe(3);
  forgetChainNames(plan);
  // Those of some are asked for first.
  expect(plan.local.chains).toEqual(before.local.chains);
  forgetChainNames(plan);
  expect(namesIn(plan)).toEqual(before);
});

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
  for (const targets of cases) expect(namesIn(planOf(targets, known))).toEqual(namesIn(planOf(targets)));
  const [first, again] = [planOf(cases[4], known), planOf(cases[4], known)];
  expect(again.reachable).toBe(first.reachable);
});

test("chains that are kept for other nodes are the same when they are asked for again", () => {
  const known: KnownChains = new Map();
  const targets = [
    ["10.0.0.1", 80],
    ["10.0.0.11", 80],
    ["fd00::1", 80],
  ] as const;
  const before = namesIn(planOf(targets));
  const first = planOf(targets, known);
  expect(namesIn(first)).toEqual(before);
  forgetChainNames(first);
  expect(namesIn(first)).toEqual(before);
  const again = planOf(targets, known);
  expect(again.reachable).toBe(first.reachable);
  expect(namesIn(again)).toEqual(before);
});

test("chains that are kept are not taken for endpoints of which one begins like another, is one more or has another host", () => {
  const one = ["10.0.0.1", "10.0.0.2"].map((ip) => [ip, 80] as const);
  const others = [["10.0.0.1", "10.0.0.22"], ["10.0.0.11", "10.0.0.2"], ["10.0.0.1"], ["10.0.0.2", "10.0.0.1"]];
  for (const ips of [...others, ["10.0.0.1", "10.0.0.2", "10.0.0.2"]]) {
    const targets = ips.map((ip) => [ip, 80] as const);
    const known: KnownChains = new Map();
    planOf(one, known);
    expect(namesIn(planOf(targets, known))).toEqual(namesIn(planOf(targets)));
    const turned: KnownChains = new Map();
    planOf(targets, turned);
    expect(namesIn(planOf(one, turned))).toEqual(namesIn(planOf(one)));
  }
  const known: KnownChains = new Map();
  const kept = planOf(one, known).reachable;
  const elsewhere = one.map(([ip], i) => ({ ip, host: `host-${i}`, port: 80, target: `host-${i}:80` }) as Endpoint);
  const endpoints: EndpointSelection = {
    all: elsewhere,
    cluster: elsewhere,
    local: [],
    reachable: elsewhere,
    hasAny: true,
  };
  expect(planServicePort({ port, endpoints }, { knownChains: known }).reachable).not.toBe(kept);
  expect(planOf(one, known).reachable).not.toBe(kept);
});
