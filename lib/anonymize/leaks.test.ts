/** Names planted where nobody expects them. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { pastedForms } from "../testing/capture-forms.js";
import { doctor } from "../api/doctor.js";
import { anonymize } from "./index.js";

const OBJECTS = `
apiVersion: v1
kind: Service
metadata:
  name: ledger
  namespace: bank
  ownerReferences: [{ apiVersion: acme.example/v1, kind: AcmeLedger, name: own, uid: 1-2 }]
spec: { ports: [{ name: api, port: 80, appProtocol: acme.example/proto }] }
---
apiVersion: v1
kind: Node
metadata: { name: host-7, labels: { team: card-payments } }
status: { nodeInfo: { kubeletVersion: v1.34.2-acmebuild.7, kubeProxyVersion: v1.34.2+k3s1, architecture: amd64, operatingSystem: acmeos } }
---
apiVersion: v1
kind: Pod
metadata: { name: kube-proxy-x, namespace: kube-system }
spec: { containers: [{ name: kube-proxy, image: "reg.example/kube-proxy:v1.34.2-acmebuild" }] }
`;

const made = (...rules: string[]) => {
  const capture = ["*nat", ...rules, "COMMIT", ""].join("\n");
  const { files, diagnostics } = anonymize([sourceFromText("o.yaml", OBJECTS), sourceFromText("c.txt", capture)]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return files.map(({ chunks }) => chunks.join(""));
};

describe("an anonymised object", () => {
  const [objects] = made();
  test("has no private group or kind, version or protocol in a field that mostly has public words", () => {
    expect(objects).not.toMatch(/acme|ledger/i);
  });

  test("keeps the numbers of a version, and what everybody's distribution puts behind them", () => {
    expect(objects).toContain('"kubeletVersion":"v1.34.2"');
    expect(objects).toContain('"kubeProxyVersion":"v1.34.2+k3s1"');
    expect(objects).toContain('"image":"kube-proxy:v1.34.2"');
  });
});

describe("an anonymised capture that was pasted", () => {
  const save = [
    "*nat",
    ":KUBE-SERVICES - [0:0]",
    '-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "bank/ledger:api cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
    "COMMIT",
    "",
  ].join("\n");

  test.each(pastedForms(save, "iptables-save"))("$name has no name and no address left", ({ bytes }) => {
    const { files, diagnostics } = anonymize([sourceFromBytes("node-1.txt", bytes)]);
    expect(diagnostics.filter(({ severity }) => severity !== "note")).toEqual([]);
    const text = files.map(({ chunks }) => chunks.join("")).join("");
    expect(text).toContain("-A KUBE-SERVICES -d 10.");
    expect(text.replaceAll("\0", "")).not.toMatch(/node-1|admin|Joe|ledger|10\.96\.7/);
  });

  test("has no host name in front, no heading and no prompt with one", () => {
    const text = `vault-7\n=== vault-7 ===\njoe@vault-7:~$ sudo iptables-save\n${save}joe@vault-7:~$ \n`;
    const { files } = anonymize([sourceFromText("c.txt", text)]);
    expect(files[0]!.chunks.join("").replaceAll(/^\n+/g, "")).toMatch(/^# iptables-save\n\*nat\n[^]*COMMIT\n\n*$/);
  });
});

describe("an anonymised capture", () => {
  test.each([
    ["bank-custom"],
    ["LEDGER-in"],
    ["ledgerAllow"],
    ["HOST-7"],
    ["allow_bank"],
    ["card-payments-in"],
    ["CARD_PAYMENTS"],
    ["toCardPayments"],
  ])("has another name for the chain %s, in which is a name of the input", (chain) => {
    const [, capture] = made(`:${chain} - [0:0]`, `-A PREROUTING -j ${chain}`);
    expect(capture).not.toContain(chain);
    const [, name] = /^:(\S+) /m.exec(capture!)!;
    expect(capture).toContain(`-A PREROUTING -j ${name}\n`);
  });

  test.each(["KUBE-ROUTER-INPUT", "cali-bank", "CILIUM_POST_bank", "DOCKER-USER", "cali-PREROUTING"])(
    "keeps the chain %s, by which a program is known",
    (chain) => {
      expect(made(`:${chain} - [0:0]`)[1]).toContain(`:${chain} `);
    },
  );

  test.each([
    '-m string --string "hush" --algo bm',
    "-m string --string hush --algo bm",
    '-m string --hex-string "|68757368|" --algo bm',
    '-j LOG --log-prefix "hush: "',
    '-j NFLOG --nflog-prefix  "hush"',
    '-j ULOG --ulog-prefix "hush"',
    "-m owner --uid-owner hush -j ACCEPT",
    "-m owner ! --gid-owner hush -j ACCEPT",
    "-m cgroup --path system.slice/hush.service -j ACCEPT",
    "-m bpf --object-pinned /sys/fs/bpf/hush -j ACCEPT",
    "-m helper --helper hush -j ACCEPT",
    "-j SECMARK --selctx system_u:object_r:hush:s0",
  ])("has nothing of a text that may say anything: %s", (rule) => {
    const [, capture] = made(`-A INPUT ${rule}`);
    expect(capture).toMatch(/^-A INPUT -[mj] \w+ (?:! )?--/m);
    expect(capture).not.toMatch(/hush|68757368/);
  });

  test("has nothing of what a connection's security context, helper and labels are called", () => {
    const line =
      "tcp 6 9 ESTABLISHED src=10.1.2.3 dst=10.96.7.7 sport=1 dport=80 mark=0 secctx=u:r:hush:s0 helper=hush";
    const { files } = anonymize([sourceFromText("c.txt", `${line} labels=hush use=1\n`)]);
    expect(files[0]!.chunks.join("")).toMatch(/ mark=0 secctx=n\d+:n\d+:n\d+:n\d+ helper=n\d+ labels=n\d+ use=1\n$/);
  });

  test.each([
    'LOG flags 0 level 4 prefix "hush: "',
    'LOG level warn prefix "hush"',
    'nflog-prefix  "hush" nflog-group 1',
    'STRING match  "hush" ALGO name bm TO 65535',
    'owner UID match "hush"',
    'STRING match ! "hush" ALGO name bm TO 65535',
    'STRING match  "|68757368|" ALGO name bm TO 65535',
  ])("has nothing of such a text in a listing: %s", (rule) => {
    const [, capture] = made(
      "Chain INPUT (policy ACCEPT)",
      `    0     0 LOG  tcp  --  *  *  0.0.0.0/0  0.0.0.0/0  ${rule}`,
    );
    expect(capture).toContain(rule.replace(/ "[^]*/, ""));
    expect(capture).not.toMatch(/hush|68757368/);
  });
});

describe("a name that is a word of a tool", () => {
  const words = "p A m all dpt new addr name ipv4 all rp_filter ASSURED".split(" ");
  const labels = words.map((word, i) => `l${i}: ${word}`).join(", ");
  const object = `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: j, labels: {${labels}}}, spec: {ports: [{port: 80}]}}`;

  test.each([
    "*nat\n-A OUTPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
    "Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n    0     0 ACCEPT  all  --  *  *  0.0.0.0/0  0.0.0.0/0  tcp dpt:80\n",
    "table ip kube-proxy {\n\tchain filter-forward {\n\t\tct state new dnat ip addr . port to numgen random mod 2\n\t}\n}\n",
    "net.ipv4.conf.all.rp_filter = 2\n",
    "udp 17 115 src=127.0.0.1 dst=127.0.0.1 sport=1 dport=53 [ASSURED] mark=0 use=1\n",
  ])("stays in what the tool printed: %j", (capture) => {
    const { files, diagnostics } = anonymize([sourceFromText("o.yaml", object), sourceFromText("c.txt", capture)]);
    expect(diagnostics).toEqual([]);
    expect(files.find(({ path }) => path.endsWith(".txt"))?.chunks.join("")).toBe(capture);
    expect(files.find(({ path }) => path.endsWith(".json"))?.chunks.join("")).not.toMatch(/"(?:s|j|p|new|all|dpt)"/);
  });
});

describe("a file that no tool printed", () => {
  test.each(["the ledger of the bank is on host-7\n", "replicas: 1\nname: ledger\n"])(
    "is left out, and told: %j",
    (text) => {
      const { files, diagnostics } = anonymize([sourceFromText("o.yaml", OBJECTS), sourceFromText("notes.txt", text)]);
      expect(files).toHaveLength(1);
      expect(diagnostics).toMatchObject([{ code: "anonymize-left-out", message: expect.stringMatching("notes.txt") }]);
    },
  );

  test("holds an object, too, where that is written in braces", () => {
    const text =
      "{apiVersion: v1, kind: Service, metadata: {name: ledger, namespace: bank}, spec: {ports: [{port: 80}]}}\n";
    const { files } = anonymize([sourceFromText("o.yaml", text)]);
    expect(files[0]!.chunks.join("")).toMatch(/"kind":"Service"/);
    expect(files[0]!.chunks.join("")).not.toMatch(/ledger|bank/);
  });
});

describe("what answers need of objects that anybody may have made", () => {
  const CUSTOM = `
apiVersion: acme.example/v1
kind: AcmeRollout
metadata: { name: ledger, namespace: bank, annotations: { acme.example/owner: jane } }
spec: { acmeStrategy: { acmeStep: slow }, replicas: 2, template: { metadata: { labels: { app: ledger } }, spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 8080 }] }] } } }
---
apiVersion: acme.example/v1
kind: AcmeDatabase
metadata: { name: ledger, namespace: bank }
spec: { acmeKey: acme-1, inner: { podLabels: { role: ledger-primary } } }
---
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: { name: default }
spec: { bpfEnabled: true, acme: acme-2 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-proxy-config, namespace: kube-system }
data: { config: '{"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "mode": "ipvs"}' }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: kubelet-config, namespace: kube-system }
data: { kubelet: "clusterDomain: acme.internal\\nclusterDNS: [10.96.0.10]\\n" }
---
apiVersion: v1
kind: Pod
metadata: { name: ledger-test, namespace: bank, annotations: { helm.sh/hook: test, svcrules.dev/ignore: "no-readiness-probe, acme" } }
spec: { overhead: { acme: 1 }, containers: [{ name: c }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ledger-1, namespace: bank }
addressType: IPv4
endpoints: [{ addresses: [10.244.0.9], deprecatedTopology: { acmeRack: r7 } }]
`;
  const text = anonymize([sourceFromText("o.yaml", CUSTOM)])
    .files.flatMap(({ chunks }) => chunks)
    .join("");
  const objects = (JSON.parse(text) as { items: Record<string, unknown>[] }).items;

  test("names nobody", () => {
    expect(text).not.toMatch(/acme|ledger|bank|jane/i);
  });

  test.each([
    ["the template of a workload", { spec: { replicas: 2, template: { spec: { containers: expect.any(Array) } } } }],
    ["labels that an operator puts on pods", { spec: { labels: [{ role: expect.any(String) }] } }],
    ["that another program programs Services", { kind: "FelixConfiguration", spec: { bpfEnabled: true } }],
    ["kube-proxy's configuration in JSON", { data: { config: expect.stringContaining('"mode":"ipvs"') } }],
    ["the kubelet's", { data: { kubelet: expect.stringContaining('"clusterDomain":"n') } }],
    [
      "hooks, and findings that are left out",
      {
        metadata: {
          annotations: {
            "helm.sh/hook": "test",
            "svcrules.dev/ignore": expect.stringMatching(/^no-readiness-probe, n\d+$/),
          },
        },
      },
    ],
  ])("keeps %s", (_, part) => {
    const wanted = part as Record<string, unknown>;
    expect(objects).toContainEqual(expect.objectContaining(Object.fromEntries(Object.entries(wanted).map(loosely))));
  });
});

/** Any object with at least these fields. */
function loosely([key, value]: [string, unknown]): [string, unknown] {
  const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return [key, value];
  return [key, expect.objectContaining(Object.fromEntries(Object.entries(value as object).map(loosely)))];
}

test("doctor takes no name for another one misspelt, as all names that are made look alike", () => {
  const object = (kind: string, name: string, fields: string) =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: disk }\n${fields}\n`;
  const input = [
    object("Service", "store", "spec: { ports: [{ port: 1 }] }"),
    object("Endpoints", "tape", "subsets: [{ addresses: [{ ip: 10.1.2.4 }], ports: [{ port: 2 }] }]"),
  ].join("---\n");
  const { files } = anonymize([sourceFromText("o.yaml", input)]);
  const found = (text: string) => doctor([sourceFromText("o", text)]).report?.findings.map(({ check }) => check);
  expect(found(files[0]!.chunks.join(""))).toEqual(found(input));
});

describe("a configuration that is no YAML", () => {
  const files = (name: string, key: string, text: string) => {
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" } };
    return anonymize([sourceFromText("o.json", JSON.stringify({ ...map, data: { [key]: text } }))]).files.map(
      ({ path, chunks }) => sourceFromText(path, chunks.join("")),
    );
  };

  test.each([
    "mode: ipvs\n\tclusterCIDR: 10.1.0.0/16\n",
    "mode: {{ mode }}\n",
    'mode: "ipvs\nhostnameOverride: ledger\n',
  ])("is an error when it is kube-proxy's, as the original is: %j", (text) => {
    const { diagnostics } = doctor(files("kube-proxy", "config.conf", text));
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "bad-proxy-configuration" }));
  });

  test("tells the domain and servers that its lines tell", () => {
    const text = "clusterDomain: ledger.bank\nclusterDNS:\n- 10.96.0.10\nowner: {{ ledger }}\n";
    const [made] = files("kubelet-config", "kubelet", text);
    const { items } = JSON.parse(new TextDecoder().decode(made!.read(0, made!.size)));
    expect(items[0].data.kubelet).toMatch(/^clusterDomain: "n\d+\.n\d+"\nclusterDNS: \["10\.[\d.]+"\]\n$/m);
  });
});

test("a field that the API does not have gets another name, in an object and in a custom pod template", () => {
  const template = `{ metadata: { ledgerMeta: { ledgerInner: 1 }, labels: { app: a } }, ledgerTop: [{ ledgerDeep: 1 }],
    spec: { __proto__: { ledgerProto: 1 }, containers: [{ name: c, ledgerPort: 1, ports: [{ containerPort: 80 }] }] } }`;
  const input = `
{ apiVersion: acme.example/v1, kind: AcmeRollout, metadata: { name: r, ledgerOwner: { ledgerTeam: 1 } }, spec: { template: ${template} } }
---
{ apiVersion: v1, kind: Service, metadata: { name: s }, spec: { targetport: 1, "ledger key": 2, ports: [{ port: 80 }] }, status: { ledgerStatus: {} } }
---
{ apiVersion: v1, kind: Node, metadata: { name: n }, status: { capacity: { cpu: "4", ledger: "1" } } }
`;
  const { files, diagnostics } = anonymize([sourceFromText("o.yaml", input)]);
  expect(diagnostics).toEqual([]);
  const text = files[0]!.chunks.join("");
  expect(text).not.toMatch(/ledger/i);
  // What is misspelt in its letters' size alone stays, as doctor says what was meant.
  expect(text).toContain('"targetport":1');
  expect(text).toContain('"containerPort":80');
  expect(text).toContain('"cpu":"4"');
});
