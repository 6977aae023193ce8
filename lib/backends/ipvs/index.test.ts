import { describe, expect, test } from "@jest/globals";
import { compileIpvs } from "./index.js";
import { SET_KEYS, setName } from "./sets.js";
import type { BackendInput, ServicePortWithEndpoints } from "../input.js";
import { featuresOf } from "../../config/features.js";
import { DEFAULT_NODE_FEATURES, DEFAULT_PROXY_CONFIG } from "../../config/proxy-config.js";
import type { Endpoint } from "../../endpoints/types.js";
import { parseCIDR } from "../../net/cidr.js";
import { familyOfIP, joinHostPort, type IPFamily } from "../../net/ip.js";
import { renderApplyScript } from "../../render/ipvs-apply-script.js";
import { singleLines } from "../../render/chunks.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { ipvsIptablesProgram } from "../../render/ipvs-iptables.js";
import { renderIpvsJson } from "../../render/ipvs-json.js";
import { addressLines, ipsetLines, ipvsadmLines } from "../../rulesets/ipvs/print.js";
import type { ServicePort } from "../../services/types.js";

interface Wanted extends Partial<ServicePort> {
  readonly local?: readonly string[];
  readonly remote?: readonly string[];
  readonly targetPort?: number;
  readonly ranges?: readonly string[];
}

function servicePort({
  local = [],
  remote = [],
  targetPort = 8080,
  ranges = [],
  ...fields
}: Wanted): ServicePortWithEndpoints {
  const clusterIP = fields.clusterIP ?? "10.96.0.10";
  const port: ServicePort = {
    namespace: "ns",
    service: "web",
    portName: "",
    protocol: "TCP",
    name: "ns/web",
    family: familyOfIP(clusterIP)!,
    clusterIP,
    port: 80,
    nodePort: 0,
    externalIPs: [],
    loadBalancerVIPs: [],
    sourceRanges: ranges.map((text) => ({ text, cidr: parseCIDR(text)! })),
    externalPolicyLocal: false,
    internalPolicyLocal: false,
    healthCheckNodePort: 0,
    affinitySeconds: undefined,
    topologyAnnotation: "",
    externallyAccessible: false,
    usesClusterEndpoints: true,
    usesLocalEndpoints: false,
    origin: undefined,
    portIndex: 0,
    ...fields,
  };
  const endpoint =
    (isLocal: boolean) =>
    (ip: string): Endpoint => ({
      ip,
      host: ip,
      port: targetPort,
      target: joinHostPort(ip, targetPort),
      local: isLocal,
      ready: true,
      serving: true,
      terminating: false,
      zoneHints: undefined,
      nodeHints: undefined,
    });
  const own = local.map(endpoint(true));
  const all = [...own, ...remote.map(endpoint(false))];
  return { port, endpoints: { all, cluster: all, local: own, reachable: all, hasAny: all.length > 0 } };
}

interface Setting {
  readonly family?: IPFamily;
  readonly minor?: number;
  readonly ipvs?: Partial<typeof DEFAULT_PROXY_CONFIG.ipvs>;
  readonly clusterCIDR?: string;
  readonly nodePortAddresses?: readonly string[];
  readonly interfaceAddresses?: readonly string[];
  readonly nodeIP?: string;
}

function compile(servicePorts: readonly ServicePortWithEndpoints[], setting: Setting = {}) {
  const { family = "IPv4", minor = 36, ipvs = {}, clusterCIDR = "10.244.0.0/16", nodePortAddresses = [] } = setting;
  const input: BackendInput = {
    family,
    config: {
      ...DEFAULT_PROXY_CONFIG,
      clusterCIDR,
      nodePortAddresses,
      ipvs: { ...DEFAULT_PROXY_CONFIG.ipvs, ...ipvs },
    },
    features: featuresOf({ minor, text: `1.${minor}` }),
    nodeFeatures: DEFAULT_NODE_FEATURES,
    node: {
      name: "n1",
      zone: "",
      ip: { IPv4: setting.nodeIP ?? "172.18.0.2", IPv6: "fd00:18::2" },
      interfaceAddresses: setting.interfaceAddresses ?? [
        "172.18.0.2",
        "10.244.1.1",
        "127.0.0.1",
        "fd00:18::2",
        "fe80::1",
      ],
      podCIDRs: [],
    },
    serviceCIDRs: [],
    servicePorts,
  };
  const compiled = compileIpvs(input);
  const { state } = compiled;
  return {
    ...compiled,
    ipvsadm: [...ipvsadmLines(state.virtualServers)],
    entries: [...ipsetLines(state.sets)].filter((line) => line.startsWith("add ")),
    addresses: [...addressLines(state)],
    rules: [...singleLines(renderIptablesRestore(ipvsIptablesProgram(compiled)))].filter((line) =>
      line.startsWith("-A "),
    ),
  };
}

const WEB = {
  service: "web",
  clusterIP: "10.96.20.20",
  local: ["10.244.1.5"],
  remote: ["10.244.2.7"],
  nodePort: 30080,
  loadBalancerVIPs: ["192.0.2.10"],
  externalPolicyLocal: true,
  healthCheckNodePort: 32100,
  affinitySeconds: 10800,
  ranges: ["198.51.100.0/24", "203.0.113.7/32"],
} satisfies Wanted;

describe("virtual servers", () => {
  test("of a Local policy send to local endpoints from outside and to all from inside", () => {
    expect(compile([servicePort(WEB)]).ipvsadm).toEqual([
      "-A -t 10.96.20.20:80 -s rr -p 10800",
      "-a -t 10.96.20.20:80 -r 10.244.1.5:8080 -m -w 1",
      "-a -t 10.96.20.20:80 -r 10.244.2.7:8080 -m -w 1",
      "-A -t 10.244.1.1:30080 -s rr -p 10800",
      "-a -t 10.244.1.1:30080 -r 10.244.1.5:8080 -m -w 1",
      "-A -t 172.18.0.2:30080 -s rr -p 10800",
      "-a -t 172.18.0.2:30080 -r 10.244.1.5:8080 -m -w 1",
      "-A -t 192.0.2.10:80 -s rr -p 10800",
      "-a -t 192.0.2.10:80 -r 10.244.1.5:8080 -m -w 1",
    ]);
  });

  test("of a Local policy fall back on the cluster's endpoints when none is local", () => {
    const { ipvsadm } = compile([servicePort({ ...WEB, local: [] })]);
    expect(ipvsadm).toContain("-a -t 192.0.2.10:80 -r 10.244.2.7:8080 -m -w 1");
    expect(ipvsadm).toContain("-a -t 172.18.0.2:30080 -r 10.244.2.7:8080 -m -w 1");
  });

  test("of an internal Local policy send to local endpoints at the cluster IP alone", () => {
    const { ipvsadm } = compile([servicePort({ ...WEB, externalPolicyLocal: false, internalPolicyLocal: true })]);
    expect(ipvsadm.filter((line) => line.startsWith("-a -t 10.96.20.20:80 "))).toEqual([
      "-a -t 10.96.20.20:80 -r 10.244.1.5:8080 -m -w 1",
    ]);
    expect(ipvsadm.filter((line) => line.startsWith("-a -t 192.0.2.10:80 "))).toHaveLength(2);
  });

  test("are there without endpoints, with no real server", () => {
    expect(compile([servicePort({})]).ipvsadm).toEqual(["-A -t 10.96.0.10:80 -s rr"]);
  });

  test("stand by protocol number, address as a number, port", () => {
    const ports = [
      servicePort({ clusterIP: "10.96.0.9", protocol: "UDP", remote: ["10.244.2.10", "10.244.2.9"] }),
      servicePort({ clusterIP: "10.96.0.10", port: 443 }),
      servicePort({ clusterIP: "10.96.0.10", protocol: "SCTP" }),
      servicePort({ clusterIP: "10.96.0.10", port: 80 }),
      servicePort({ clusterIP: "10.96.0.9" }),
    ];
    expect(compile(ports).ipvsadm).toEqual([
      "-A -t 10.96.0.9:80 -s rr",
      "-A -t 10.96.0.10:80 -s rr",
      "-A -t 10.96.0.10:443 -s rr",
      "-A -u 10.96.0.9:80 -s rr",
      "-a -u 10.96.0.9:80 -r 10.244.2.9:8080 -m -w 1",
      "-a -u 10.96.0.9:80 -r 10.244.2.10:8080 -m -w 1",
      "-A --sctp-service 10.96.0.10:80 -s rr",
    ]);
  });

  test.each([
    ["", "rr"],
    ["lc", "lc"],
    ["sh", "sh"],
    ["mh", "mh -b mh-port"],
  ])("of scheduler %j are made with -s %s", (scheduler, attributes) => {
    expect(compile([servicePort({})], { ipvs: { scheduler } }).ipvsadm).toEqual([
      `-A -t 10.96.0.10:80 -s ${attributes}`,
    ]);
  });

  test("claimed by two service ports are made once, with a warning", () => {
    const { ipvsadm, diagnostics } = compile([
      servicePort({ name: "ns/a", clusterIP: "10.96.0.1", externalIPs: ["203.0.113.7"], remote: ["10.244.2.1"] }),
      servicePort({ name: "ns/b", clusterIP: "10.96.0.2", externalIPs: ["203.0.113.7"], remote: ["10.244.2.2"] }),
    ]);
    expect(ipvsadm.filter((line) => line.includes(" 203.0.113.7:80"))).toEqual([
      "-A -t 203.0.113.7:80 -s rr",
      "-a -t 203.0.113.7:80 -r 10.244.2.2:8080 -m -w 1",
    ]);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "ipvs-frontend-conflict", severity: "warning" }),
    );
  });
});

describe("node ports", () => {
  test("in given networks include link-local addresses and leave out loopback", () => {
    const setting = { family: "IPv6", nodePortAddresses: ["fe80::/10", "::1/128"], clusterCIDR: "" } as const;
    const { ipvsadm } = compile([servicePort({ clusterIP: "fd00:10:96::7", nodePort: 30080 })], setting);
    expect(ipvsadm).toEqual(["-A -t [fd00:10:96::7]:80 -s rr", "-A -t [fe80::1]:30080 -s rr"]);
  });

  test("without an address on the node are passed over, with the health-check port", () => {
    const { ipvsadm, entries, nodePorts } = compile([servicePort(WEB)], { nodePortAddresses: ["10.99.0.0/16"] });
    expect(ipvsadm.some((line) => line.includes(":30080"))).toBe(false);
    expect(entries.some((line) => /NODE-PORT/.test(line))).toBe(false);
    expect(nodePorts).toEqual([{ protocol: "tcp", port: 30080, label: "ns/web" }]);
  });
});

describe("sets and addresses", () => {
  test("are those of the worked example", () => {
    const { entries, addresses } = compile([servicePort(WEB)]);
    expect(entries).toEqual([
      "add KUBE-LOOP-BACK 10.244.1.5,tcp:8080,10.244.1.5",
      "add KUBE-CLUSTER-IP 10.96.20.20,tcp:80",
      "add KUBE-LOAD-BALANCER 192.0.2.10,tcp:80",
      "add KUBE-LOAD-BALANCER-FW 192.0.2.10,tcp:80",
      "add KUBE-LOAD-BALANCER-LOCAL 192.0.2.10,tcp:80",
      "add KUBE-LOAD-BALANCER-SOURCE-CIDR 192.0.2.10,tcp:80,198.51.100.0/24",
      "add KUBE-LOAD-BALANCER-SOURCE-CIDR 192.0.2.10,tcp:80,203.0.113.7/32",
      "add KUBE-NODE-PORT-TCP 30080",
      "add KUBE-NODE-PORT-LOCAL-TCP 30080",
      "add KUBE-HEALTH-CHECK-NODE-PORT 32100",
      "add KUBE-IPVS-IPS 10.96.20.20",
      "add KUBE-IPVS-IPS 192.0.2.10",
    ]);
    expect(addresses).toEqual(["10.96.20.20", "192.0.2.10"]);
  });

  test("of IPv6 have names of at most 31 characters", () => {
    const names = SET_KEYS.map((key) => setName(key, "IPv6"));
    expect(names).toContain("KUBE-6-LOAD-BALANCER-SOURCE-CID");
    expect(names).toContain("KUBE-6-NODE-PORT-LOCAL-SCTP-HAS");
    expect(Math.max(...names.map((name) => name.length))).toBe(31);
    expect(new Set(names).size).toBe(17);
  });

  test("of an SCTP node port name each address of the node", () => {
    const port = servicePort({
      clusterIP: "fd00:10:96::7",
      protocol: "SCTP",
      port: 5060,
      targetPort: 5060,
      nodePort: 31060,
      externalIPs: ["2001:db8::50"],
      local: ["fd00:10:244:1::9"],
    });
    const { ipvsadm, entries, rules } = compile([port], { family: "IPv6", clusterCIDR: "" });
    expect(ipvsadm).toEqual([
      "-A --sctp-service [2001:db8::50]:5060 -s rr",
      "-a --sctp-service [2001:db8::50]:5060 -r [fd00:10:244:1::9]:5060 -m -w 1",
      "-A --sctp-service [fd00:10:96::7]:5060 -s rr",
      "-a --sctp-service [fd00:10:96::7]:5060 -r [fd00:10:244:1::9]:5060 -m -w 1",
      "-A --sctp-service [fd00:18::2]:31060 -s rr",
      "-a --sctp-service [fd00:18::2]:31060 -r [fd00:10:244:1::9]:5060 -m -w 1",
    ]);
    expect(entries).toEqual([
      "add KUBE-6-LOOP-BACK fd00:10:244:1::9,sctp:5060,fd00:10:244:1::9",
      "add KUBE-6-CLUSTER-IP fd00:10:96::7,sctp:5060",
      "add KUBE-6-EXTERNAL-IP 2001:db8::50,sctp:5060",
      "add KUBE-6-NODE-PORT-SCTP-HASH fd00:18::2,sctp:31060",
      "add KUBE-6-IPVS-IPS 2001:db8::50",
      "add KUBE-6-IPVS-IPS fd00:10:96::7",
    ]);
    expect(rules).toContain(
      '-A KUBE-SERVICES -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-6-CLUSTER-IP src,dst -j KUBE-MARK-MASQ',
    );
  });

  test("do not hold a load-balancer address that another interface has", () => {
    const interfaceAddresses = ["172.18.0.2", "192.0.2.10"];
    const { addresses, entries, ipvsadm } = compile([servicePort(WEB)], { interfaceAddresses });
    expect(addresses).toEqual(["10.96.20.20"]);
    expect(entries).toContain("add KUBE-LOAD-BALANCER 192.0.2.10,tcp:80");
    expect(ipvsadm).toContain("-A -t 192.0.2.10:80 -s rr -p 10800");
    expect(ipvsadm).toContain("-A -t 192.0.2.10:30080 -s rr -p 10800");
  });
});

describe("rules", () => {
  const OUT = "-A KUBE-IPVS-OUT-FILTER -s 192.0.2.10 -m ipvs --vaddr 192.0.2.10 --vproto tcp --vport 80 -j DROP";

  test("close a restricted address to the node unless a source range holds it", () => {
    expect(compile([servicePort(WEB)]).rules).toContain(OUT);
    const open = compile([servicePort({ ...WEB, ranges: [...WEB.ranges, "172.18.0.0/16"] })]);
    expect(open.rules).not.toContain(OUT);
    expect(open.entries).toContain("add KUBE-LOAD-BALANCER-SOURCE-IP 192.0.2.10,tcp:80,192.0.2.10");
  });

  test("are in kube-proxy's order", () => {
    const { rules } = compile([servicePort(WEB)]);
    expect(
      rules.filter((line) => line.startsWith("-A KUBE-SERVICES ")).map((line) => line.replace(/.* -j /, "")),
    ).toEqual(["RETURN", "KUBE-LOAD-BALANCER", "KUBE-MARK-MASQ", "KUBE-NODE-PORT", "ACCEPT", "ACCEPT"]);
  });
});

describe("diagnostics", () => {
  const codes = (setting: Setting, port: Wanted = {}) =>
    compile([servicePort(port)], setting).diagnostics.map((d) => d.code);

  test("warn of a range that the kernel refuses", () => {
    const port = { loadBalancerVIPs: ["192.0.2.10"], ranges: ["0.0.0.0/0"] };
    expect(codes({ minor: 33 }, port)).toEqual(["ipvs-zero-source-range"]);
    expect(codes({ minor: 33 }, { ...port, loadBalancerVIPs: [] })).toEqual([]);
  });

  test.each([
    ["roundrobin", "warning"],
    ["rr; reboot", "error"],
  ])("refuse scheduler %j", (scheduler, severity) => {
    expect(compile([], { minor: 34, ipvs: { scheduler } }).diagnostics).toEqual([
      expect.objectContaining({ code: "ipvs-unknown-scheduler", severity }),
    ]);
  });

  test("warn of sets that the kernel cannot hold", () => {
    const many = Array.from({ length: 65537 }, (_, i) =>
      servicePort({ clusterIP: `10.96.${(i >> 8) & 255}.${i & 255}`, port: 80 + (i >> 16) }),
    );
    expect(compile(many, { minor: 34 }).diagnostics).toEqual([
      expect.objectContaining({ code: "ip-set-full", message: expect.stringContaining("KUBE-CLUSTER-IP") }),
    ]);
  });
});

describe("other forms", () => {
  test("JSON holds every object with its service and manifest line", () => {
    const origin = {
      source: { name: "a.yaml", size: 0, read: () => new Uint8Array() },
      start: 0,
      end: 0,
      syntax: "yaml",
      path: [],
    } as const;
    const compiled = compile([servicePort({ ...WEB, origin })]);
    const head = { mode: "ipvs", node: "n1", kubeVersion: "1.36", ipFamily: "ipv4" } as const;
    const text = [...renderIpvsJson(compiled, head, () => ({ file: "a.yaml", line: 7 }))].join("\n");
    const data = JSON.parse(text) as {
      virtualServers: unknown[];
      sets: { entries: unknown[] }[];
      addresses: unknown[];
    };
    expect(data.virtualServers[0]).toEqual({
      protocol: "TCP",
      address: "10.96.20.20",
      number: 80,
      scheduler: "rr",
      flags: [],
      persistenceSeconds: 10800,
      realServers: [
        { endpoint: "10.244.1.5:8080", forwarding: "masquerade", weight: 1 },
        { endpoint: "10.244.2.7:8080", forwarding: "masquerade", weight: 1 },
      ],
      role: "cluster-ip",
      service: "ns/web",
      port: "",
      at: { file: "a.yaml", line: 7 },
    });
    expect(data.sets).toHaveLength(17);
    expect(data.sets[0]!.entries).toEqual([
      { entry: "10.244.1.5,tcp:8080,10.244.1.5", service: "ns/web", port: "", at: { file: "a.yaml", line: 7 } },
    ]);
    expect(data.addresses).toHaveLength(2);
  });

  test("apply.sh sets what the configuration asks for, and nothing else", () => {
    const script = (ipvs: Partial<typeof DEFAULT_PROXY_CONFIG.ipvs>) =>
      [...renderApplyScript({ ...DEFAULT_PROXY_CONFIG, ipvs: { ...DEFAULT_PROXY_CONFIG.ipvs, ...ipvs } })].join("\n");
    expect(script({})).not.toMatch(/arp_ignore|--set/);
    expect(script({ strictARP: true })).toMatch(/arp_ignore=1\n.*arp_announce=2/);
    expect(script({ tcpTimeoutSeconds: 900, udpTimeoutSeconds: 30 })).toContain("ipvsadm --set 900 0 30");
    expect(script({ scheduler: "mh" })).toContain("ip_vs_mh");
  });

  test("apply.sh never holds a scheduler that a shell would act on", () => {
    const text = [
      ...renderApplyScript({
        ...DEFAULT_PROXY_CONFIG,
        ipvs: { ...DEFAULT_PROXY_CONFIG.ipvs, scheduler: "rr; reboot" },
      }),
    ].join("\n");
    expect(text).not.toContain("reboot");
  });
});
