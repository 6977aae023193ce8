/** Nodes of a fleet that hold rules of other programs, against each of them compared alone. */
import { describe, expect, test } from "@jest/globals";
import { prepareDiff, type DiffOptions } from "../../api/diff.js";
import type { Change } from "../../diff/types.js";
import { artifactLines, compileMode, type ArtifactName, type JsonContext } from "../../pipeline/artifacts.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { settleSituation } from "../../pipeline/situation.js";
import { digestCaptures } from "../../rulesets/capture-text/digest-capture.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";

const NODES = ["node-1", "node-2", "node-3"] as const;
const MODES = ["iptables", "ipvs", "nftables"] as const;
const FAMILIES = ["IPv4", "IPv6"] as const;
const NONE: JsonContext = { head: undefined as never, lineOf: undefined as never };

const nodes = NODES.map((name, i) => ({
  kind: "Node",
  apiVersion: "v1",
  metadata: { name },
  spec: { podCIDRs: [`10.244.${i + 1}.0/24`, `fd00:244:${i + 1}::/64`] },
  status: {
    addresses: [
      { type: "InternalIP", address: `192.168.0.${i + 1}` },
      { type: "InternalIP", address: `fd00:1::${i + 1}` },
    ],
  },
}));

/** A Service of both families whose endpoints are pods, or what each node itself serves. */
function service(name: string, n: number, addressesOf: (node: number) => readonly string[], spec: object = {}) {
  const metadata = { name, namespace: "shop" };
  const slices = ["IPv4", "IPv6"].map((addressType, family) => ({
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
    metadata: { name: `${name}-${family}`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
    addressType,
    ports: [{ name: "http", protocol: "TCP", port: 8000 + n }],
    endpoints: NODES.map((nodeName, i) => ({ addresses: [addressesOf(i + 1)[family]], conditions: {}, nodeName })),
  }));
  return [
    {
      kind: "Service",
      apiVersion: "v1",
      metadata,
      spec: {
        type: "NodePort",
        clusterIP: `10.96.0.${n}`,
        clusterIPs: [`10.96.0.${n}`, `fd00:96::${n}`],
        ipFamilies: FAMILIES,
        ipFamilyPolicy: "RequireDualStack",
        selector: { app: name },
        ports: [{ name: "http", port: 80, targetPort: 8000 + n, nodePort: 30_000 + n }],
        ...spec,
      },
    },
    ...slices,
  ];
}

const WISHES: DiffOptions = { kubeVersion: "1.36.0", set: ["clusterCIDR=10.244.0.0/16,fd00:244::/48"] };
const PODS = (node: number) => [`10.244.${node}.7`, `fd00:244:${node}::7`];
const HOSTS = (node: number) => [`192.168.0.${node}`, `fd00:1::${node}`];
const manifestsWith = (spec: object = {}) => [
  ...nodes,
  ...service("web", 9, PODS, spec),
  ...service("agent", 10, HOSTS),
];
const sourcesOf = (manifests: readonly object[]) => [
  sourceFromText("dump.json", JSON.stringify({ kind: "List", apiVersion: "v1", items: manifests })),
];

/** By file what a node's tools print of its rules. */
async function rulesOf(sources: readonly Source[], wishes: DiffOptions): Promise<Record<string, string>> {
  const { cluster } = loadCluster(sources);
  const { situation } = settleSituation(cluster, wishes);
  const rules: Record<string, string> = {};
  for (const family of FAMILIES) {
    const compiled = await compileMode(backendInput(cluster, situation!, {}, family));
    const add = async (artifact: ArtifactName, file: string) => {
      rules[file] = [...(await artifactLines(compiled, artifact, "save", NONE)), ""].join("\n");
    };
    const save = family === "IPv6" ? "ip6tables-save" : "iptables-save";
    if (compiled.mode === "nftables") rules[`nft-${family}`] = [...nftListing(compiled.program), ""].join("\n");
    else await add("iptables", save);
    if (compiled.mode !== "ipvs") continue;
    await add("ipvsadm", `ipvsadm-${family}`);
    await add("ipset", `ipset-${family}`);
  }
  return rules;
}

const ADDRESSES = [1, 2, 3].flatMap((node) => [...PODS(node), ...HOSTS(node)]);
const rule = fc.oneof(
  fc.record({
    chain: fc.constantFrom("FORWARD", "INPUT", "OUTPUT"),
    table: fc.constantFrom("filter", "mangle"),
    to: fc.constantFrom(...ADDRESSES, "10.96.0.9", "fd00:96::9", "10.244.0.0/16", "fd00:1::/64", "192.168.0.0/24", ""),
    verdict: fc.constantFrom("DROP", "DROP", "ACCEPT", "RETURN"),
  }),
  fc.record({
    chain: fc.constantFrom("PREROUTING", "OUTPUT"),
    table: fc.constantFrom("raw", "mangle", "nat"),
    to: fc.constantFrom(...ADDRESSES, "10.96.0.9", "fd00:96::10", "10.96.0.0/12", ""),
    verdict: fc.constantFrom("DROP", "ACCEPT"),
  }),
);

/** What other programs made of a node. */
const foreign = fc.record({
  rules: fc.array(rule, { maxLength: 3 }),
  policy: fc.constantFrom("ACCEPT", "ACCEPT", "DROP"),
  isInFront: fc.boolean(),
});
interface Rule {
  readonly table: string;
  readonly chain: string;
  readonly to: string;
  readonly verdict: string;
}

interface Foreign {
  readonly rules: readonly Rule[];
  readonly policy: string;
  readonly isInFront: boolean;
}

const isIPv6 = ({ to }: Rule) => to.includes(":");

/** The save of a family with the rules of others, in front of all others of their tables or behind them. */
function withRules(save: string, family: "IPv4" | "IPv6", { rules, policy, isInFront }: Foreign): string {
  let text = save;
  for (const table of ["raw", "mangle", "nat", "filter"]) {
    const own = rules.filter((one) => one.table === table && (one.to === "" || isIPv6(one) === (family === "IPv6")));
    const lines = own.map(({ chain, to, verdict }) => `-A ${chain}${to && ` -d ${to}`} -j ${verdict}\n`).join("");
    if (!text.includes(`*${table}\n`)) {
      const chains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].map(
        (name) => `:${name} ACCEPT [0:0]\n`,
      );
      if (lines !== "") text = `*${table}\n${chains.join("")}${lines}COMMIT\n${text}`;
      continue;
    }
    const start = text.indexOf(`*${table}\n`);
    const end = text.indexOf("COMMIT\n", start);
    const first = text.slice(start, end).search(/^-A /m);
    const at = isInFront && first >= 0 ? start + first : end;
    text = text.slice(0, at) + lines + text.slice(at);
  }
  return text.replace(":FORWARD ACCEPT", `:FORWARD ${policy}`);
}

/** Tables of nft that do the same. */
function nftTables({ rules, policy }: Foreign): string {
  const hooks = ["prerouting", "input", "forward", "output"];
  const chains = hooks.map((hook) => {
    const own = rules.filter(({ chain }) => chain.toLowerCase() === hook);
    const lines = own.map((one) => {
      const to = one.to && `${isIPv6(one) ? "ip6" : "ip"} daddr ${one.to} `;
      return `\t\t${to}${one.verdict.toLowerCase()}\n`;
    });
    const priority = hook === "prerouting" ? "raw" : "filter";
    const held = hook === "forward" ? policy.toLowerCase() : "accept";
    return `\tchain ${hook} {\n\t\ttype filter hook ${hook} priority ${priority}; policy ${held};\n${lines.join("")}\t}\n`;
  });
  return `table inet wall {\n${chains.join("\n")}}\n`;
}

interface Look {
  readonly of: (typeof NODES)[number];
  readonly foreign: number;
  readonly tables: "save" | "nft";
  readonly packets: number;
  readonly isDrifted: boolean;
  readonly isLarge: boolean;
}

const LARGE = `# ${"nothing ".repeat(2000)}\n`.repeat(70);

function capturesOf(rules: Readonly<Record<string, string>>, look: Look, others: Foreign, i: number): Source[] {
  const files = Object.entries(rules).map(([file, text]) => {
    if (!file.endsWith("tables-save")) return [file, text] as const;
    return [file, withRules(text, file.startsWith("ip6") ? "IPv6" : "IPv4", others)] as const;
  });
  if (files.some(([file]) => file.startsWith("nft")) && others.rules.length > 0) {
    if (look.tables === "nft") files.push(["others-nft", nftTables(others)]);
    else
      files.push([
        "iptables-save",
        withRules(
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
          "IPv4",
          others,
        ),
      ]);
  }
  return files.map(([file, text], n) => {
    const counted = text.replaceAll(/^(:\w+ (?:ACCEPT|DROP)) .*/gm, `$1 [${look.packets}:${i}]`);
    const drifted = look.isDrifted ? counted.replace(/^-A KUBE-SVC-.*\n/m, "") : counted;
    return sourceFromText(`${look.of}-${i}/${file}.txt`, drifted + (look.isLarge && n === 0 ? LARGE : ""));
  });
}

/** Compares the nodes in one run, another thread's included, and holds each against a run of its own. */
async function expectAlone(
  manifests: readonly object[],
  wishes: DiffOptions,
  asked: readonly { readonly node: string | undefined; readonly captures: Source[]; readonly isHashed: boolean }[],
) {
  const prepare = () => prepareDiff(sourcesOf(manifests), wishes).prepared!;
  const fleet = prepare();
  let refused = 0;
  for (const { node, captures, isHashed } of asked) {
    const alone = await prepare().compare(captures, node);
    const digest = isHashed ? digestCaptures(captures) : undefined;
    const { report, diagnostics } = await fleet.report(captures, node, undefined, digest);
    expect([report, diagnostics]).toEqual([alone.report, alone.diagnostics]);
    if (report!.changes.some(({ kind }) => kind === "rule-order")) refused++;
  }
  return refused;
}

test("a fleet's nodes have the reports that each has alone, whatever rules of others they hold", async () => {
  let refused = 0;
  const rules = new Map<string, Readonly<Record<string, string>>>();
  const specs = [{}, { internalTrafficPolicy: "Local" }] as const;
  for (const mode of MODES)
    for (const [n, spec] of specs.entries())
      for (const node of NODES)
        rules.set(`${mode} ${n} ${node}`, await rulesOf(sourcesOf(manifestsWith(spec)), { ...WISHES, mode, node }));
  const look = fc.record({
    of: fc.constantFrom(...NODES),
    foreign: fc.constantFrom(0, 0, 1),
    tables: fc.constantFrom("save" as const, "nft" as const),
    packets: fc.nat(9),
    isDrifted: fc.constantFrom(false, false, true),
    isLarge: fc.boolean(),
    isNamed: fc.constantFrom(true, true, false),
    isHashed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MODES),
      fc.constantFrom(0, 1),
      fc.tuple(foreign, foreign),
      fc.array(look, { minLength: 3, maxLength: 6 }),
      async (mode, n, others, looks) => {
        const asked = looks.map((own, i) => ({
          node: own.isNamed ? own.of : undefined,
          captures: capturesOf(rules.get(`${mode} ${n} ${own.of}`)!, own, others[own.foreign]!, i),
          isHashed: own.isHashed,
        }));
        refused += await expectAlone(manifestsWith(specs[n]), { ...WISHES, mode }, asked);
      },
    ),
    { numRuns: fuzzRuns(150) },
  );
  expect(refused).toBeGreaterThan(10);
});

describe("of two nodes with the same capture in mode iptables", () => {
  const asked = async (...rules: Rule[]) => {
    const text = (await rulesOf(sourcesOf(manifestsWith()), { ...WISHES, mode: "iptables" }))["iptables-save"]!;
    const held = withRules(text, "IPv4", { rules, policy: "ACCEPT", isInFront: true });
    const of = (node: string) => ({ node, captures: [sourceFromText(`${node}.txt`, held)], isHashed: true });
    return [of("node-1"), of("node-2")];
  };
  const drop = (to: string): Rule => ({ table: "filter", chain: "FORWARD", to, verdict: "DROP" });

  test("the one to which an address belongs that FORWARD refuses has no difference, and the other has", async () => {
    const nodes = await asked(drop("192.168.0.1"));
    expect(await expectAlone(manifestsWith(), { mode: "iptables" }, nodes)).toBe(1);
    expect(await expectAlone(manifestsWith(), { mode: "iptables" }, nodes.reverse())).toBe(1);
  });

  test("the second is told by the first where FORWARD refuses nothing that is there", async () => {
    const nodes = await asked(drop("192.0.2.1"));
    expect(await expectAlone(manifestsWith(), { mode: "iptables" }, nodes)).toBe(0);
    const fleet = prepareDiff(sourcesOf(manifestsWith()), { mode: "iptables" }).prepared!;
    await fleet.report(nodes[0]!.captures, "node-1");
    expect(fleet.knowsReports()).toBe(true);
  });
});

/** The same for IPv6: each address of IPv4 has one, and each network. */
const MIRROR: readonly (readonly [string, string])[] = [
  ...[1, 2, 3].flatMap((node) => [PODS(node), HOSTS(node)] as [string, string][]),
  ["10.96.0.9", "fd00:96::9"],
  ["10.96.0.10", "fd00:96::10"],
  ["10.244.0.0/16", "fd00:244::/32"],
  ["192.168.0.0/24", "fd00:1::/64"],
  ["10.96.0.0/12", "fd00:96::/64"],
];
const ofIPv6 = new Map(MIRROR);

const mirroredRule = fc.record({
  table: fc.constantFrom("raw", "mangle", "filter", "nat"),
  chain: fc.constantFrom("PREROUTING", "FORWARD", "INPUT", "OUTPUT"),
  to: fc.constantFrom(...ofIPv6.keys(), ""),
  verdict: fc.constantFrom("DROP", "DROP", "ACCEPT"),
});

/** What is told of a family, with addresses in the words of IPv4. */
function toldOf(changes: readonly Change[], family: "ipv4" | "ipv6"): string[] {
  const own = changes
    .filter(({ ipFamily }) => ipFamily === family)
    .map(({ message, actual }) => [message, ...actual].join(" "));
  const words = (text: string) =>
    [...ofIPv6].reduce(
      (all, [four, six]) =>
        all.replaceAll(`[${six}]`, four).replaceAll(`${six}/128`, `${four}/32`).replaceAll(six, four),
      text,
    );
  // Which of several stands first hangs on hashes.
  const several = (text: string) =>
    / and \d+ more/.test(text) ? text.replaceAll(/[\d.]+:\d+|endpoint [\d.]+/g, "one") : text;
  return own.map((text) => several(words(text)).replaceAll("IPv6", "IPv4").replaceAll("ip6 ", "ip ")).sort();
}

test("rules of others do in IPv6 what they do in IPv4", async () => {
  let told = 0;
  const sources = sourcesOf(manifestsWith());
  const rules = new Map<string, Readonly<Record<string, string>>>();
  for (const mode of MODES) rules.set(mode, await rulesOf(sources, { ...WISHES, mode, node: "node-1" }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MODES),
      fc.array(mirroredRule, { maxLength: 3 }),
      fc.constantFrom("ACCEPT", "DROP"),
      fc.boolean(),
      fc.boolean(),
      async (mode, own, policy, isInFront, isOneFile) => {
        const six = own.map((one) => ({ ...one, to: ofIPv6.get(one.to) ?? "" }));
        const files = Object.entries(rules.get(mode)!).map(([file, text]) => {
          if (!file.endsWith("tables-save")) return [file, text] as const;
          const family = file.startsWith("ip6") ? "IPv6" : "IPv4";
          const held = withRules(text, family, { rules: family === "IPv6" ? six : own, policy, isInFront });
          return [file, `# Generated by ${file} v1.8.9 (nf_tables) on Fri Nov 27 10:00:01 2026\n${held}`] as const;
        });
        if (mode === "nftables") {
          const four = nftTables({ rules: own, policy, isInFront }).replace("inet", "ip");
          files.push(["others", `${four}${nftTables({ rules: six, policy, isInFront }).replace("inet", "ip6")}`]);
        }
        const captures = isOneFile
          ? [sourceFromText("node.txt", files.map(([, text]) => text).join(""))]
          : files.map(([file, text]) => sourceFromText(file, text));
        const { report, diagnostics } = await prepareDiff(sources, { ...WISHES, mode }).prepared!.compare(
          captures,
          "node-1",
        );
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        const [four, of6] = [toldOf(report!.changes, "ipv4"), toldOf(report!.changes, "ipv6")];
        expect(of6).toEqual(four);
        told += four.length;
      },
    ),
    { numRuns: fuzzRuns(150) },
  );
  expect(told).toBeGreaterThan(5);
});
