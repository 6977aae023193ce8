import { describe, expect, test } from "@jest/globals";
import { DEFAULT_PROXY_CONFIG, type ProxyMode } from "../config/proxy-config.js";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import type { KubeObject } from "../kube/types.js";
import { sourceFromText } from "../source/source.js";
import { clusterOf, makeNode, makePod, makeService } from "../testing/objects.js";
import { CHECKS } from "./checks/index.js";
import { examine } from "./examine.js";
import { hostsOfURLs, hostsOfValue } from "./references.js";
import { parseConntrackLine } from "./parse-conntrack.js";
import { readNodeCaptures } from "./read-node-captures.js";
import { matchesPattern, parseBaseline, printBaseline, type SuppressionRules } from "./suppress.js";

const COLLISION: KubeObject[] = [makeService(), makeService({}, { name: "web2" }), makePod("p", "10.244.1.5")];

const report = (objects: readonly KubeObject[], rules: SuppressionRules = {}, check = "cluster-ip-collision") =>
  examine(clusterOf(objects), {
    features: featuresOf(NEWEST_VERSION),
    config: DEFAULT_PROXY_CONFIG,
    configGiven: false,
    rules,
    checks: CHECKS.filter(({ id }) => id === check),
  });

describe("a report", () => {
  test("names the object, the evidence and a stable fingerprint", () => {
    expect(report(COLLISION).findings).toMatchObject([
      {
        check: "cluster-ip-collision",
        subject: "Service shop/web2",
        fingerprint: "cluster-ip-collision | Service shop/web2 | 10.96.0.10",
      },
    ]);
  });

  test("says once what it could not decide", () => {
    const services = ["a", "b"].map((name) => makeService({ internalTrafficPolicy: "Local" }, { name }));
    expect(report([...services, makePod("p", "10.244.1.5")], {}, "local-policy-uncovered-nodes")).toMatchObject({
      findings: [],
      notEnoughInput: [{ reason: "the input holds no Nodes", times: 2 }],
    });
  });

  test("knows that IPVS mode falls back to other nodes where a Service is open to the outside", () => {
    const nodes = [makeNode("node-1"), makeNode("node-2")];
    const messages = (mode: ProxyMode, type: "ClusterIP" | "LoadBalancer", spec: object = {}) =>
      examine(
        clusterOf([
          ...nodes,
          makeService({ type, internalTrafficPolicy: "Local", ...spec }),
          makePod("p", "10.244.1.5"),
        ]),
        {
          features: featuresOf(NEWEST_VERSION),
          config: { ...DEFAULT_PROXY_CONFIG, mode },
          configGiven: false,
          checks: CHECKS.filter(({ id }) => id === "local-policy-uncovered-nodes"),
        },
      ).findings.map(({ message }) => message);
    const found =
      "pods on node-2 (1 node) cannot reach the Service: internalTrafficPolicy is Local and they have no ready endpoint";
    expect(messages("ipvs", "LoadBalancer")).toEqual([]);
    expect(messages("ipvs", "ClusterIP")).toEqual([found]);
    // No node port is given, and no address was so far.
    expect(messages("ipvs", "LoadBalancer", { allocateLoadBalancerNodePorts: false })).toEqual([found]);
    expect(messages("iptables", "LoadBalancer")).toEqual([found]);
  });

  test("is the same whatever the order of the input", () => {
    expect(report([...COLLISION].reverse()).findings.map((f) => f.message)).toEqual(
      report(COLLISION).findings.map((f) => f.message),
    );
  });

  test("takes hostile names and labels as they are", () => {
    const service = makeService(
      { selector: { __proto__x: "a", constructor: "b" } },
      { name: "__proto__", annotations: { constructor: "x" } },
    );
    const all = examine(clusterOf([service, makePod("p", "x", {}, {}, { labels: { toString: "1" } })]), {
      features: featuresOf(NEWEST_VERSION),
      config: DEFAULT_PROXY_CONFIG,
      configGiven: false,
    });
    expect(all.findings.map(({ check }) => check)).toContain("selector-matches-nothing");
  });
});

describe("suppression", () => {
  const annotated = [
    COLLISION[0]!,
    makeService({}, { name: "web2", annotations: { "svcrules.dev/ignore": "other, cluster-ip-collision" } }),
  ];
  test.each<[string, readonly KubeObject[], SuppressionRules]>([
    ["annotation", annotated, {}],
    ["config", COLLISION, { ignore: [{ check: "cluster-ip-collision" }] }],
    ["config", COLLISION, { ignore: [{ check: "*", object: "Service shop/*" }] }],
    ["baseline", COLLISION, { baseline: new Set(["cluster-ip-collision | Service shop/web2 | 10.96.0.10"]) }],
  ])("by %s", (by, objects, rules) => {
    expect(report(objects, rules)).toMatchObject({ findings: [], suppressed: [{ by }] });
  });

  test("leaves other objects and checks alone", () => {
    expect(
      report(COLLISION, {
        ignore: [{ check: "cluster-ip-collision", object: "Service shop/web" }, { check: "node-port-collision" }],
      }).findings,
    ).toHaveLength(1);
  });

  test("a written baseline suppresses what it was written from", () => {
    const baseline = parseBaseline(printBaseline(report(COLLISION).findings)) as ReadonlySet<string>;
    expect(report(COLLISION, { baseline }).findings).toEqual([]);
  });

  test.each(["", "[]", '{"schema":"svcrules.dev/doctor-baseline/v1","findings":[1]}'])(
    "a baseline %j is refused in words",
    (text) => {
      expect(typeof parseBaseline(text)).toBe("string");
    },
  );

  test.each([
    ["a*c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "ab", false],
    ["*", "", true],
    ["a*a", "a", false],
    ["*b*", "abc", true],
    ["a", "b", false],
  ])("pattern %s on %s: %s", (pattern, text, matches) => expect(matchesPattern(pattern, text)).toBe(matches));
});

describe("hosts in settings", () => {
  test.each([
    ["http://api:80/v1", ["api"]],
    ["postgres://user:p@ss@db.prod:5432/x?y=http://other/", ["db.prod", "other"]],
    ["https://[::1]/ and ftp://a_b/", []],
  ])("URLs of %s", (text, hosts) => expect(hostsOfURLs(text).map(({ host }) => host)).toEqual(hosts));
  test.each([
    ["redis:6379,redis2:6379", "NODES", ["redis", "redis2"]],
    ["redis", "REDIS_HOST", ["redis"]],
    ["redis", "MODE", []],
    ["10.0.0.1:80", "ADDR", []],
    ["a:b:c", "X_HOST", []],
    ["x".repeat(5000), "X_HOST", []],
  ])("value %.20s of %s", (value, name, hosts) =>
    expect(hostsOfValue(value, name).map(({ host }) => host)).toEqual(hosts),
  );
});

describe("what was read from a node", () => {
  test.each([
    [
      "udp      17 29 src=10.1.0.1 dst=10.96.0.10 sport=5 dport=53 [UNREPLIED] src=10.1.0.2 dst=10.1.0.1 sport=53 dport=5 mark=0 use=1",
      true,
    ],
    [
      "ipv4     2 udp      17 29 src=10.1.0.1 dst=10.96.0.10 sport=5 dport=53 src=10.1.0.2 dst=10.1.0.1 sport=53 dport=5",
      true,
    ],
    ["icmp     1 29 src=10.1.0.1 dst=10.1.0.2 type=8 code=0 id=1 src=10.1.0.2 dst=10.1.0.1 type=0 code=0 id=1", false],
    ["conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.", false],
    ["", false],
  ])("conntrack line %.30s", (line, read) => expect(parseConntrackLine(line, 1) !== undefined).toBe(read));

  test("is told by content", () => {
    const kinds = (text: string) =>
      readNodeCaptures([sourceFromText("node.txt", text)]).captures.map(({ kind }) => kind);
    expect(kinds("*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n")).toEqual(["iptables"]);
    expect(kinds("table ip kube-proxy {\n}\n")).toEqual(["nftables"]);
    expect(kinds("-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.0.0.1:6443 -m -w 1\n")).toEqual(["ipvs"]);
    expect(
      kinds(
        "tcp      6 29 ESTABLISHED src=10.1.0.1 dst=10.1.0.2 sport=5 dport=53 src=10.1.0.2 dst=10.1.0.1 sport=53 dport=5\n",
      ),
    ).toEqual(["conntrack"]);
    expect(kinds("")).toEqual([]);
  });
});
