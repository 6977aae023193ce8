import { describe, expect, test } from "@jest/globals";
import { compareServicePorts } from "./compare-views.js";
import { harmOf } from "./harm-of.js";
import type { FrontendView, ServicePortView } from "./types.js";

const A = "10.244.1.2:8080";
const B = "10.244.2.2:8080";
const frontend = (changes: Partial<FrontendView> = {}): FrontendView => ({
  kind: "cluster-ip",
  address: "10.96.0.1",
  port: 80,
  verdict: "forward",
  shares: new Map([
    [A, 0.5],
    [B, 0.5],
  ]),
  masquerade: "none",
  evidence: [],
  ...changes,
});
const nodePort = frontend({ kind: "node-port", address: undefined, port: 30080 });
const port = (...frontends: FrontendView[]): ServicePortView => ({
  key: "prod/api:https/tcp",
  service: "prod/api",
  port: "https",
  protocol: "TCP",
  frontends,
});
const kinds = (expected: readonly ServicePortView[], actual: readonly ServicePortView[]) =>
  compareServicePorts(expected, actual).map(({ kind, endpoint, frontend: at }) =>
    [kind, endpoint ?? at].filter(Boolean).join(" "),
  );

describe("two sides are compared", () => {
  test("equal sides differ in nothing", () =>
    expect(kinds([port(frontend(), nodePort)], [port(nodePort, frontend())])).toEqual([]));

  test("a service port that is not there is one change, not also its frontends and endpoints", () => {
    expect(kinds([port(frontend(), nodePort)], [])).toEqual(["service-port-missing"]);
    expect(kinds([port(frontend(), nodePort)], [port()])).toEqual(["service-port-missing"]);
    expect(kinds([], [port(frontend())])).toEqual(["service-port-stale"]);
  });

  test("a changed node port is a frontend missing and one too many", () => {
    const other = frontend({ kind: "node-port", address: undefined, port: 30081 });
    expect(kinds([port(frontend(), nodePort)], [port(frontend(), other)])).toEqual([
      "frontend-missing *:30080",
      "frontend-stale *:30081",
    ]);
  });

  test("an endpoint is reported once although every frontend lacks it, and no share with it", () => {
    const one = new Map([[A, 1]]);
    const actual = [port(frontend({ shares: one }), { ...nodePort, shares: one })];
    expect(kinds([port(frontend(), nodePort)], actual)).toEqual([`endpoint-missing ${B}`]);
    expect(kinds(actual, [port(frontend(), nodePort)])).toEqual([`endpoint-stale ${B}`]);
  });

  test("no connection is served where no wanted endpoint is reached, at one frontend or at all of them", () => {
    const other = { shares: new Map([["10.244.9.9:8080", 1]]) };
    const harms = (...held: FrontendView[]) =>
      compareServicePorts([port(frontend(), nodePort)], [port(...held)])
        .filter(({ kind }) => kind === "endpoint-missing")
        .map((change) => `${harmOf(change)}${change.frontend === undefined ? "" : ` at ${change.frontend}`}`);
    expect(harms(frontend(other), { ...nodePort, ...other })).toEqual(["no-connection", "no-connection"]);
    expect(harms(frontend(), { ...nodePort, ...other })).toEqual(Array(2).fill("no-connection at *:30080"));
    const one = { shares: new Map([[A, 1]]) };
    expect(harms(frontend(one), { ...nodePort, ...one })).toEqual(["wrong-share"]);
    expect(harms(frontend({ shares: new Map() }), nodePort)).toEqual(Array(2).fill("no-connection at 10.96.0.1:80"));
  });

  test("an endpoint that only pods cannot reach is missing too", () => {
    const local = frontend({ kind: "node-port", address: undefined, port: 30080, shares: new Map([[A, 1]]) });
    const wanted = { ...local, shortCircuitShares: frontend().shares };
    expect(kinds([port(frontend(), wanted)], [port(frontend(), local)])).toEqual([`endpoint-missing ${B}`]);
  });

  test("shares within the kernel's steps are equal, others are not", () => {
    const shares = (a: number) =>
      new Map([
        [A, a],
        [B, 1 - a],
      ]);
    expect(kinds([port(frontend())], [port(frontend({ shares: shares(0.5 + 2e-10) }))])).toEqual([]);
    expect(kinds([port(frontend())], [port(frontend({ shares: shares(0.75) }))])).toEqual(["share-changed"]);
  });

  test("connections that reach no endpoint are said", () => {
    const [change] = compareServicePorts(
      [port(frontend())],
      [
        port(
          frontend({
            shares: new Map([
              [A, 0.5],
              [B, 0.25],
            ]),
          }),
        ),
      ],
    );
    expect(change).toMatchObject({ kind: "share-changed", severity: "error" });
    expect(change!.message).toContain("1/4 of connections reaches no endpoint");
  });

  test("another verdict stands for everything behind it", () => {
    const rejected = frontend({ verdict: "reject", shares: new Map() });
    expect(kinds([port(rejected)], [port(frontend())])).toEqual(["verdict-changed 10.96.0.1:80"]);
  });

  test.each<[string, Partial<FrontendView>]>([
    ["affinity-changed", { affinitySeconds: 10800 }],
    ["masquerade-changed", { masquerade: "all" }],
    ["source-range-changed", { sourceRanges: ["10.0.0.0/8"] }],
    ["scheduler-changed", { scheduler: "lc" }],
  ])("%s is reported once for all frontends, and names one that differs alone", (kind, changed) => {
    const expected = [port(frontend(), nodePort)];
    expect(kinds(expected, [port(frontend(changed), { ...nodePort, ...changed })])).toEqual([kind]);
    expect(kinds(expected, [port(frontend(), { ...nodePort, ...changed })])).toEqual([`${kind} *:30080`]);
  });

  test("a hairpin is missed only at endpoints that both sides send to", () => {
    const expected = [port(frontend({ hairpin: new Set([A, B]) }))];
    expect(kinds(expected, [port(frontend({ hairpin: new Set([A]) }))])).toEqual(["masquerade-changed"]);
    expect(kinds(expected, [port(frontend({ hairpin: new Set([A]), shares: new Map([[A, 1]]) }))])).toEqual([
      `endpoint-missing ${B}`,
    ]);
  });

  test("a real server that drains is information; one of weight 0 that should serve is not", () => {
    const weights = (b: number) =>
      new Map([
        [A, 1],
        [B, b],
      ]);
    const alone = frontend({ shares: new Map([[A, 1]]), weights: new Map([[A, 1]]) });
    const draining = frontend({ shares: new Map([[A, 1]]), weights: weights(0) });
    expect(compareServicePorts([port(alone)], [port(draining)])).toMatchObject([
      { kind: "endpoint-stale", endpoint: B, severity: "info" },
    ]);
    expect(compareServicePorts([port(frontend({ weights: weights(1) }))], [port(draining)])).toMatchObject([
      { kind: "weight-changed", endpoint: B, severity: "error" },
    ]);
  });
});
