import { describe, expect, test } from "@jest/globals";
import { HARMS, harmOf } from "../diff/harm-of.js";
import { orderChanges } from "../diff/order-changes.js";
import type { Change, ChangeKind, DiffReport } from "../diff/types.js";
import { renderDiffText } from "./diff-text.js";
import { renderNodePage } from "./html/cluster-page.js";

const change = (service: string | undefined, kind: ChangeKind, more: Partial<Change> = {}): Change => ({
  kind,
  severity: "error",
  ...(service !== undefined && { service, port: "http", protocol: "TCP" }),
  message: `${service ?? "KUBE-POSTROUTING"}:http differs`,
  expected: ["-A KUBE-SVC-X -j KUBE-SEP-Y"],
  actual: [],
  ...more,
});

function report(changes: readonly Change[], more: Partial<DiffReport> = {}): DiffReport {
  const serious = changes.filter(({ severity }) => severity !== "info");
  const differing = new Set(serious.flatMap(({ service }) => service ?? [])).size;
  return {
    schema: "svcrules.dev/diff/v1",
    identical: serious.length === 0,
    mode: "iptables",
    node: "worker-1",
    kubeVersion: "1.36",
    ipFamily: "ipv4",
    assumptions: [],
    inferred: [],
    summary: { services: 400, differing, changes: serious.length },
    coverage: { wanted: 400, compared: 400, notCompared: [], notGiven: [] },
    changes: orderChanges(changes),
    ...more,
  };
}

const told = (made: DiffReport, columns = 80) => [...renderDiffText(made, { color: false, columns })];

describe("changes come worst first", () => {
  const jump = { chain: "PREROUTING", message: "PREROUTING of table nat does not jump to KUBE-SERVICES" };
  const worstFirst = [
    change(undefined, "jump-missing", jump),
    change("z/gone", "service-port-missing"),
    change("y/refused", "verdict-changed", { frontend: "*:30080", message: "they should be forwarded" }),
    change("x/stale", "endpoint-stale"),
    change("w/lossy", "endpoint-missing", { message: "1/3 reaches no endpoint" }),
    change("v/open", "source-range-changed"),
    change("u/uneven", "share-changed"),
    change("t/left", "leftover-chain", { severity: "warning" }),
    change("a/drained", "endpoint-stale", { severity: "info" }),
  ];

  test("in reports, whatever the names", () => {
    const harms = orderChanges([...worstFirst].reverse()).map(harmOf);
    const ranks = harms.map((harm) => HARMS.indexOf(harm));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(harms)).toEqual(new Set(HARMS));
  });

  test("and in text, with what each service suffers", () => {
    const lines = told(report(worstFirst.slice(1)), 200);
    expect(lines[0]).toBe("worker-1: 7 of 400 services differ, 6 hurt; z/gone gets no connection at all at port http");
    const heads = lines.filter((line) => /^[a-z]\//.test(line));
    expect(heads).toEqual([
      "z/gone gets no connection at all at port http",
      "y/refused gets no connection at all at *:30080",
      "w/lossy: some connections fail",
      "x/stale: some connections go to an endpoint that it does not have",
      "v/open: other clients are admitted than should be",
      "u/uneven: connections are not shared out as they should be",
      "t/left: rules are left over or out of order",
      "a/drained: no connection is hurt",
    ]);
  });

  test("and a rule that is missing without a packet noticing is not called left over", () => {
    const jump = change(undefined, "jump-missing", { severity: "warning", chain: "INPUT" });
    expect(told(report([jump]), 200)[0]).toContain(
      "kube-proxy's own chains: rules are not as they should be, which no packet is known to notice",
    );
  });

  test("and what a table in front of nat drops of one service hurts that one", () => {
    const message = "a rule of PREROUTING in table raw drops connections to 10.96.0.10:80, before table nat sees them";
    const drop = change("w/lossy", "rule-order", { chain: "PREROUTING", message });
    expect(told(report([drop]), 200)[0]).toBe("worker-1: 1 of 400 services hurt; w/lossy: some connections fail");
  });

  test("and what hurts all services needs no count", () =>
    expect(told(report(worstFirst))[0]).toBe("worker-1: kube-proxy's own chains: no service gets any connection"));
});

describe("the text of a node", () => {
  test("folds two hundred services that differ alike into one, and keeps the others", () => {
    const many = Array.from({ length: 200 }, (_, i) => change(`shop/web-${i}`, "endpoint-stale"));
    const lines = told(report([...many, change("shop/api", "service-port-missing")]));
    expect(lines.length).toBeLessThan(40);
    expect(lines[0]).toMatch(/^worker-1: 201 of 400 services hurt; shop\/api gets no connection at all/);
    expect(lines.join("\n")).toMatch(/\n199 more services alike: shop\/web-1, [^]*and 187 more/);
  });

  test("does not repeat the name of a service, nor cuts it out of a longer name", () => {
    const message = "1.2.3.4 gets no traffic of shop/web:http; shop/web:http-alt and x-shop/web:http do";
    expect(told(report([change("shop/web", "endpoint-missing", { message })]), 200)).toContain(
      "    1.2.3.4 gets no traffic of port http; shop/web:http-alt and x-shop/web:http do",
    );
  });

  test("says of a second rule set alone what it does, and that no patch removes it", () => {
    const second = change(undefined, "leftover-chain", { message: "table ip kube-proxy is there too", expected: [] });
    const lines = told(report([second]), 200);
    expect(lines[0]).toBe("worker-1: kube-proxy's own chains: traffic of services is not handled as it should be");
    expect(lines.at(-1)).toMatch(/^next: no patch removes a second rule set/);
    const page = [...renderNodePage(() => [], report([second]), { title: "worker-1" })].join("\n");
    expect(page).toContain("next: no patch removes a second rule set");
    expect(page).not.toContain("--output patch prints");
    const both = told(report([second, change("shop/web", "endpoint-missing")]), 200);
    expect(both.at(-1)).toMatch(/^next: diff with --output patch/);
  });

  test("promises no patch where part of the manifests is made up", () => {
    const open = { service: "shop/db", port: "", protocol: "TCP", reason: "made-up" as const, message: "no cluster" };
    const coverage = { wanted: 400, compared: 399, notCompared: [open], notGiven: [] };
    const lines = told(report([change("shop/web", "endpoint-missing")], { coverage }), 300);
    expect(lines.at(-1)).toMatch(/^next: no patch is made .*kubectl get services,endpointslices,nodes/);
  });

  test("says what to do next, and between two captures judges nothing", () => {
    const lines = told(report([change("shop/web", "endpoint-missing")]), 200);
    expect(lines.at(-1)).toMatch(/^next: diff with --output patch/);
    const between = told(report([change("shop/web", "endpoint-missing")], { between: "captures" }), 200);
    expect(between[0]).toBe("worker-1: 1 of 400 services changed");
    expect(between).toContain("shop/web");
    expect(between).toContain("    before   -A KUBE-SVC-X -j KUBE-SEP-Y");
    expect(between.join("\n")).not.toMatch(/missing|extra|next:|should/);
  });

  test("of a node without differences starts with the summary", () =>
    expect(told(report([]))).toEqual(["worker-1 (iptables, Kubernetes 1.36, IPv4): 400 services, no difference"]));
});
