/** Nodes of a fleet, some of which are not compared since another one tells, against each node compared alone. */
import { expect, test } from "@jest/globals";
import { prepareDiff, type DiffOptions, type PreparedDiff } from "../../api/diff.js";
import { minorsOf } from "../../config/kube-version.js";
import { artifactLines, compileMode, type ArtifactName, type JsonContext } from "../../pipeline/artifacts.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { settleSituation } from "../../pipeline/situation.js";
import { digestCaptures } from "../../rulesets/capture-text/digest-capture.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromBytes, sourceFromText, type Source } from "../../source/source.js";
import { clusters, type Manifest } from "../../testing/fuzz/clusters.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";

const NODES = ["node-1", "node-2", "node-3"] as const;
const FAMILIES = ["IPv4", "IPv6"] as const;
const MODES = ["iptables", "ipvs", "nftables"] as const;
const NONE: JsonContext = { head: undefined as never, lineOf: undefined as never };

interface Fields {
  readonly spec?: object;
  readonly metadata?: object;
}

/** Clusters in which few or many Services are by node, some are labelled for another proxy and some slices are young. */
const varied = fc
  .record({
    manifests: clusters,
    local: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    isForeign: fc.boolean(),
    changed: fc.constantFrom(undefined, "2026-11-27T09:00:00Z", "2026-11-27T11:00:00Z"),
  })
  .map(({ manifests, local, isForeign, changed }) =>
    manifests.map((manifest, i): Manifest => {
      const { spec, metadata } = manifest as Fields;
      if (manifest["kind"] === "EndpointSlice" && changed !== undefined)
        return {
          ...manifest,
          metadata: { ...metadata, annotations: { "endpoints.kubernetes.io/last-change-trigger-time": changed } },
        };
      if (manifest["kind"] !== "Service" || local[i % local.length] === true) return manifest;
      const labels =
        isForeign && i % 3 === 0 ? { labels: { "service.kubernetes.io/service-proxy-name": "other" } } : {};
      return {
        ...manifest,
        metadata: { ...metadata, ...labels },
        spec: {
          ...spec,
          internalTrafficPolicy: "Cluster",
          externalTrafficPolicy: undefined,
          healthCheckNodePort: undefined,
        },
      };
    }),
  );

const SETTINGS = [
  [],
  [],
  ["clusterCIDR=10.244.0.0/16"],
  ["detectLocalMode=NodeCIDR"],
  ["nodePortAddresses=primary"],
  ["nodePortAddresses=192.168.0.2/32"],
] as const;

const SELECTIONS = [
  {},
  {},
  {},
  { namespace: "a" },
  { namespace: "b-c" },
  { service: "svc-0" },
  { ipFamily: "ipv4" },
] as const;

const options = fc.constantFrom(...MODES).chain((mode) =>
  fc.record({
    mode: fc.constant(mode),
    kubeVersion: fc.constantFrom(...minorsOf(mode).map((minor) => `1.${minor}`)),
    set: fc.constantFrom(...SETTINGS),
    selection: fc.constantFrom(...SELECTIONS),
  }),
);

const FORMS = ["as printed", "as printed", "UTF-16", "CRLF", "quoted"] as const;
const BESIDE = ["nothing", "nothing", "nothing", "nft", "save"] as const;

/** A line that is gone, or there twice, or another one. */
const drift = fc.record({ file: fc.nat(), line: fc.nat(), to: fc.constantFrom("gone", "gone", "twice", "other") });
type Drift = typeof drift extends fc.Arbitrary<infer T> ? T : never;

/** What a node holds, in which form its captures come, and what stands beside them. */
const look = fc.record({
  isLikeFirst: fc.constantFrom(true, true, false),
  of: fc.constantFrom("node-1" as const, ...NODES),
  as: fc.constantFrom(...NODES, undefined),
  /** Which of the drifts of several nodes it has. */
  shared: fc.constantFrom(undefined, undefined, 0, 0, 1),
  drift: fc.option(drift, { freq: 1, nil: undefined }),
  form: fc.constantFrom(...FORMS),
  beside: fc.constantFrom(...BESIDE),
  isNamedIPv6: fc.constantFrom(false, false, false, true),
  packets: fc.nat(9),
  isHashed: fc.boolean(),
  capturedAt: fc.constantFrom(undefined, "2026-11-27T10:00:00Z"),
});

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;
type Rules = Readonly<Record<string, string>>;

const BESIDES: Rules = {
  nft: `table ip kube-proxy {\n\tchain nat-prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tjump services\n\t}\n}\n`,
  save: `*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n-A KUBE-SERVICES -d 10.96.0.1/32 -j RETURN\nCOMMIT\n`,
};

/** By file what a node's tools print of its rules. */
async function rulesOf(manifests: readonly Manifest[], wishes: DiffOptions): Promise<Rules> {
  const { cluster } = loadCluster(sourcesOf(manifests));
  const { situation } = settleSituation(cluster, wishes);
  // Not every release takes every setting.
  fc.pre(situation !== undefined);
  const rules: Record<string, string> = {};
  for (const family of FAMILIES) {
    const compiled = await compileMode(backendInput(cluster, situation!, {}, family));
    const add = async (artifact: ArtifactName) => {
      const lines = [...(await artifactLines(compiled, artifact, "save", NONE))];
      rules[`${artifact}-${family}`] = `${lines.join("\n")}\n`;
    };
    if (compiled.mode === "nftables") rules[`nft-${family}`] = `${[...nftListing(compiled.program)].join("\n")}\n`;
    else if (compiled.mode === "iptables") await add("iptables");
    else for (const artifact of ["ipvsadm", "ipset", "iptables"] as const) await add(artifact);
  }
  return rules;
}

const sourcesOf = (manifests: readonly Manifest[]) => [
  sourceFromText("dump.json", JSON.stringify({ kind: "List", apiVersion: "v1", items: manifests })),
];

/** What the drifts of several nodes are, and whether captures are too large for packets to be tried. */
const drifted = fc.record({ drifts: fc.tuple(drift, drift), isLarge: fc.constantFrom(false, true) });
type Drifted = typeof drifted extends fc.Arbitrary<infer T> ? T : never;

const LARGE = `# ${"nothing ".repeat(2000)}\n`.repeat(70);

function capturesOf(rules: Rules, own: Look, node: number, { drifts, isLarge }: Drifted): Source[] {
  const { as, form, beside, isNamedIPv6, packets, shared } = own;
  const texts = Object.entries({ ...rules, ...(beside !== "nothing" && { beside: BESIDES[beside]! }) });
  return texts.map(([file, whole], i) => {
    const lines = whole.replaceAll(/^(:\w+ ACCEPT) .*/gm, `$1 [${packets}:${node}]`).split("\n");
    for (const one of [shared === undefined ? undefined : drifts[shared], own.drift])
      if (one && one.file % texts.length === i) change(lines, one);
    if (isLarge && i === 0) lines.push(LARGE);
    const name = `${as ?? "capture"}-${node}/${isNamedIPv6 && i === 0 ? "ip6tables-save" : file}.txt`;
    return inForm(name, lines.join("\n"), form);
  });
}

function change(lines: string[], { line, to }: Drift): void {
  const at = line % lines.length;
  const held = lines[at]!;
  const other = () => held.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
  lines.splice(at, 1, ...(to === "gone" ? [] : to === "twice" ? [held, held] : [other()]));
}

function inForm(name: string, text: string, form: Look["form"]): Source {
  if (form === "UTF-16") return sourceFromBytes(name, Buffer.from(`\ufeff${text}`, "utf16le"));
  if (form === "CRLF") return sourceFromText(name, text.replaceAll("\n", "\r\n"));
  return sourceFromText(name, form === "quoted" ? text.replaceAll(/^/gm, "> ") : text);
}

/** The same sources; whether more of them has been read than to hash them, if `digest` has not been told. */
function watchingReads(given: readonly Source[], digest: string | undefined) {
  let bytes = 0;
  const sources = given.map((source) => ({
    ...source,
    read(start: number, end: number) {
      bytes += end - start;
      return source.read(start, end);
    },
  }));
  const sum = (sizeOf: (source: Source) => number) => given.reduce((total, source) => total + sizeOf(source), 0);
  const beginning = sum(({ size }) => Math.min(size, 512 * 1024));
  const whole = digest === undefined ? sum(({ size }) => size) : 0;
  // Beginnings of lines are read twice where a piece ends.
  const twice = whole > 512 * 1024 ? 32768 : 0;
  return { sources, isHashedAlone: () => bytes <= beginning + whole + twice };
}

/** A thread that was told of the first node, as another one compared it. */
function toldThread(fleet: PreparedDiff, prepare: () => PreparedDiff, sources: readonly Source[]): PreparedDiff {
  const thread = prepare();
  thread.takeComparisons(structuredClone(fleet.knownComparisons()), new Map(sources.map((one) => [one.name, one])));
  return thread;
}

test("a fleet's nodes have the reports that each has alone, whatever is the same about them", async () => {
  const identical = { alone: 0, taken: 0 };
  let differing = 0;
  await fc.assert(
    fc.asyncProperty(
      varied,
      options,
      fc.array(look, { minLength: 3, maxLength: 6 }),
      drifted,
      async (manifests, asked, looks, shares) => {
        const { selection, ...settings } = asked;
        const wishes: DiffOptions = { ...settings, ...selection };
        const rules = new Map<string, Rules>();
        for (const node of NODES) rules.set(node, await rulesOf(manifests, { ...settings, node }));
        const first: Look = { ...looks[0]!, as: looks[0]!.of, shared: undefined, drift: undefined };
        const { of, form, beside, isNamedIPv6 } = first;
        const all = [first, ...looks.map((own) => (own.isLikeFirst ? { ...own, of, form, beside, isNamedIPv6 } : own))];
        const captures = all.map((own, i) => capturesOf(rules.get(own.of)!, own, i, shares));
        const prepare = () => prepareDiff(sourcesOf(manifests), wishes).prepared;
        const fleet = prepare();
        fc.pre(fleet !== undefined);
        let thread: PreparedDiff | undefined;
        for (const [i, { as, capturedAt, isHashed }] of all.entries()) {
          const alone = await prepare()!.compare(captures[i]!, as, capturedAt);
          const expected = [alone.report, alone.diagnostics];
          const digest = isHashed ? digestCaptures(captures[i]!) : undefined;
          const read = watchingReads(captures[i]!, digest);
          const { report, diagnostics } = await fleet!.report(read.sources, as, capturedAt, digest);
          expect([report, diagnostics]).toEqual(expected);
          const how = read.isHashedAlone() ? "taken" : "alone";
          if (report?.identical === true) identical[how]++;
          if (report && report.changes.length > 0) differing++;
          const ofThread = await thread?.report(captures[i]!, as, capturedAt, digest);
          if (ofThread) expect([ofThread.report, ofThread.diagnostics]).toEqual(expected);
          thread ??= toldThread(fleet!, () => prepare()!, captures.flat());
        }
      },
    ),
    { numRuns: fuzzRuns(160) },
  );
  expect(identical.alone).toBeGreaterThan(10);
  expect(identical.taken).toBeGreaterThan(0);
  expect(differing).toBeGreaterThan(10);
});
