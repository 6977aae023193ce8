/** Recorded artifacts, apply.sh and patches on a real kernel with the real tools. */
import { beforeAll, expect, test } from "@jest/globals";
import { describeVM } from "./describe-vm.js";
import { driftFixtures } from "./drift-fixtures.js";
import { hostScript, listBriefly, listInEveryForm, loadArtifacts, loadListings } from "./job-scripts.js";
import { capturedNode, expectedOfNode, recordedIPVSNodes } from "./recorded-nodes.js";
import { runJobs, type Job, type JobResult } from "./vm.js";
import { compileIpvs } from "../../backends/ipvs/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { diffIpvs, type ExpectedIPVS, type IPVSCapture } from "../../diff/ipvs/index.js";
import { patchIpvs } from "../../diff/ipvs/patch/index.js";
import { readIPVSCapture } from "../../diff/ipvs/read-capture.js";
import type { IPFamily } from "../../net/ip.js";
import { singleLines } from "../../render/chunks.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { renderApplyScript } from "../../render/ipvs-apply-script.js";
import { ipvsIptablesProgram } from "../../render/ipvs-iptables.js";
import { renderPatch } from "../../render/patch-script.js";
import { addressLines, ipsetLines, ipvsadmLines } from "../../rulesets/ipvs/print.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";

const MINOR = 36;
const FAMILIES = ["IPv4", "IPv6"] as const;

const textOf = (lines: Iterable<string>) => Array.from(lines, (line) => `${line}\n`).join("");
const lengthOf = (family: IPFamily) => (family === "IPv4" ? 32 : 128);

/* Recorded cases: what kube-proxy programmed, loaded and listed. */

const cases = recordedCases().filter(({ name }) => readRecordedText(name, "ipvs", "ipvsadm", MINOR) !== undefined);

function expectedOfCase(
  name: string,
  family?: IPFamily,
  minor: number = MINOR,
): ExpectedIPVS & { readonly script: string } {
  const recorded = cases.find((candidate) => candidate.name === name)!;
  const cluster = recordedCluster(name);
  const situation = recordedSituation(recorded, cluster, "ipvs", minor);
  const compiled = compileIpvs(backendInput(cluster, situation, {}, family ?? situation.family));
  return {
    ...compiled,
    excludeCIDRs: situation.config.ipvs.excludeCIDRs,
    script: textOf(renderApplyScript(situation.config)),
  };
}

/** What the own interfaces of a node have to hold, so that a whole listing fits what is expected. */
function nodePortAddresses({ state }: ExpectedIPVS): string[] {
  return [...new Set(state.virtualServers.flatMap((s) => (s.origin?.role === "node-port" ? [s.address] : [])))];
}

function recordedJob(name: string, family: IPFamily): Job {
  const text = (artifact: string) => readRecordedText(name, "ipvs", artifact, MINOR)!;
  return {
    "run.sh":
      hostScript(family, nodePortAddresses(expectedOfCase(name))) +
      loadArtifacts(family) +
      listBriefly(family) +
      listInEveryForm(family),
    "ipset.txt": text("ipset"),
    "addresses.txt": text("addresses"),
    "ipvsadm.txt": text("ipvsadm"),
    "iptables.txt": inWrittenOrder(text("iptables-restore"), expectedOfCase(name)),
    "jumps.txt": jumpsAsRestore(text("jumps")),
  };
}

/** The recording sorts KUBE-SERVICES, in which kube-proxy's order counts; the other chains stand as they were written. */
function inWrittenOrder(recorded: string, expected: ExpectedIPVS): string {
  const isService = (line: string) => line.startsWith("-A KUBE-SERVICES ");
  const written = [...singleLines(renderIptablesRestore(ipvsIptablesProgram({ ...expected, diagnostics: [] })))].filter(
    isService,
  );
  const services = recorded.split("\n").filter(isService);
  expect([...services].sort()).toEqual([...written].sort());
  return recorded.replace(services.map((line) => `${line}\n`).join(""), textOf(written));
}

/** One restore text for the commands that were recorded one by one. */
function jumpsAsRestore(recorded: string): string {
  const commands = recorded.trimEnd().split("\n");
  return textOf(
    ["nat", "filter"].flatMap((table) => [
      `*${table}`,
      ...commands.flatMap((command) => command.split(` -t ${table} `)[1] ?? []),
      "COMMIT",
    ]),
  );
}

/* apply.sh beside the artifacts of both families, run on an empty node and once more. */

const APPLIED = [
  { name: "dual-stack-v4", minor: MINOR },
  { name: "ipvs-scheduler", minor: MINOR },
  // With a source range of length 0, which the kernel refuses and 1.33 still names.
  { name: "loadbalancer-source-ranges", minor: 33 },
  { name: "session-affinity", minor: MINOR },
  { name: "random-001", minor: MINOR },
];

function applyJob({ name, minor }: (typeof APPLIED)[number]): Job {
  const files: Record<string, string> = {};
  for (const family of FAMILIES) {
    const expected = expectedOfCase(name, family, minor);
    const word = family.toLowerCase();
    const program = ipvsIptablesProgram({ ...expected, diagnostics: [] });
    files[`ipset.${word}.txt`] = textOf(ipsetLines(expected.state.sets));
    files[`addresses.${word}.txt`] = textOf(addressLines(expected.state));
    files[`ipvsadm.${word}.txt`] = textOf(ipvsadmLines(expected.state.virtualServers));
    files[`iptables.${word}.txt`] = textOf(renderIptablesRestore(program));
  }
  const list = FAMILIES.map((family) => listBriefly(family).replaceAll("out/", `out/${family}-`)).join("");
  return {
    ...files,
    "apply.sh": expectedOfCase(name, undefined, minor).script,
    "run.sh": [
      hostScript("IPv4"),
      "ip -6 route add default dev eth0",
      "sh ./apply.sh",
      "ipset add KUBE-CLUSTER-IP 10.99.99.99,tcp:80",
      "sh ./apply.sh",
      list,
    ].join("\n"),
  };
}

/* Patches: nodes that drifted, the patch of their listings, and what is there afterwards. */

interface Patched {
  readonly name: string;
  readonly family: IPFamily;
  readonly expected: ExpectedIPVS;
  readonly before: IPVSCapture;
  readonly job: Job;
}

function patchJob(
  family: IPFamily,
  before: IPVSCapture,
  expected: ExpectedIPVS,
  texts: { readonly ipset: string; readonly ipvsadm: string; readonly iptables: string },
): Job {
  const device = before.interfaces?.find(({ name }) => name === "kube-ipvs0");
  const sections = patchIpvs(expected, before);
  const patch = [...renderPatch(sections)];
  const [only] = sections;
  // One tool's text is fed to it; a script for several runs by itself.
  const command = sections.length === 1 ? `${only!.command} <patch.txt` : "sh ./patch.txt";
  return {
    "run.sh": [
      hostScript(family, nodePortAddresses(expected)),
      loadListings(family, device !== undefined),
      ...(sections.length > 0 ? [command] : []),
      listBriefly(family),
    ].join("\n"),
    "ipset.txt": texts.ipset,
    "ipvsadm.txt": texts.ipvsadm,
    "iptables.txt": texts.iptables,
    "addresses.txt": textOf(device?.addresses.map(({ address }) => address) ?? []),
    "patch.txt": textOf(patch),
  };
}

function patchedFixtures(): Patched[] {
  return driftFixtures().map(({ name, family, expected, texts }) => {
    const before = capture(texts as unknown as Record<string, string>);
    return { name: `${family} ${name}`, family, expected, before, job: patchJob(family, before, expected, texts) };
  });
}

/** Recorded nodes of which all four listings are there. */
function patchedNodes(): Patched[] {
  return recordedIPVSNodes().flatMap((node) => {
    const before = capturedNode(node);
    if (!before.tables || !before.sets || !before.interfaces || !before.virtualServers) return [];
    const expected = expectedOfNode(node);
    const texts = {
      ipset: textOf(ipsetLines(before.sets)),
      ipvsadm: textOf(ipvsadmLines(before.virtualServers)),
      iptables: savedText(before),
    };
    return [{ name: node.name, family: "IPv4", expected, before, job: patchJob("IPv4", before, expected, texts) }];
  });
}

/** The captured tables as iptables-restore takes them. */
function savedText({ tables = [] }: IPVSCapture): string {
  return textOf(
    tables.flatMap(({ name, chains }) => [
      `*${name}`,
      ...Array.from(chains.values(), ({ name: chain, policy }) => `:${chain} ${policy ?? "-"} [0:0]`),
      ...Array.from(chains.values()).flatMap(({ texts }) => texts),
      "COMMIT",
    ]),
  );
}

/** What nothing is to be said of; ipvsadm-save prints nothing at all, not even a heading, of a node without virtual servers. */
function capture(texts: Readonly<Record<string, string>>): IPVSCapture {
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
  const { capture: read, diagnostics } = readIPVSCapture(sources);
  expect(diagnostics.filter(({ severity }) => severity !== "note")).toEqual([]);
  return read;
}

const BRIEF = ["ipvsadm-save.txt", "ipset-save.txt", "iptables-save.txt", "ip-addr.txt"];

/** Each group of listings is read by itself: other forms of the same state. */
const FORMS: readonly (readonly string[])[] = [
  BRIEF,
  ["ipvsadm-Ln.txt", "ipset-list.txt", "ip-o-addr.txt", "iptables-save-c.txt"],
  ["ipvsadm-persistent-conn.txt", "ipset-terse.txt", "ip-br-addr.txt", "iptables-S.txt"],
  ["ipvsadm-stats.txt", "ip-j-addr.txt", "iptables-nvxL.txt"],
  ["ipvsadm-rate.txt"],
  ["ipvsadm-thresholds.txt"],
];

function changesOf(expected: ExpectedIPVS, result: JobResult, files: readonly string[], prefix = "") {
  const texts = Object.fromEntries(files.map((file) => [file, result.read(prefix + file)]));
  return diffIpvs(expected, capture(texts)).changes;
}

describeVM("on a kernel with ip_vs", () => {
  let results = new Map<string, JobResult>();
  const patched = [...patchedFixtures(), ...patchedNodes()];

  /** One boot for all of them. */
  beforeAll(() => {
    const jobs = new Map<string, Job>();
    for (const { name, family } of cases) jobs.set(`case-${name}`, recordedJob(name, family));
    for (const applied of APPLIED) jobs.set(`apply-${applied.name}`, applyJob(applied));
    for (const [i, { job }] of patched.entries()) jobs.set(`patch-${i}`, job);
    results = runJobs(jobs);
  }, 1_600_000);

  const resultOf = (job: string): JobResult => {
    const result = results.get(job)!;
    expect({ status: result.status, log: result.status === 0 ? "" : result.log }).toEqual({ status: 0, log: "" });
    return result;
  };

  test.each(cases)("the recorded artifacts of $name load, and every listing reads as the same state", ({ name }) => {
    const result = resultOf(`case-${name}`);
    const expected = expectedOfCase(name);
    for (const files of FORMS)
      expect({ files, changes: changesOf(expected, result, files) }).toEqual({ files, changes: [] });
  });

  test.each(cases)("iptables-save of $name is what --format save prints", ({ name }) => {
    const program = ipvsIptablesProgram({ ...expectedOfCase(name), diagnostics: [] }, "save");
    const own = [...renderIptablesSave(program)].flatMap((text) => text.split("\n"));
    const held = resultOf(`case-${name}`)
      .read("iptables-save.txt")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const withoutOutFilter = (lines: readonly string[]) =>
      lines.filter((line) => !line.startsWith("-A KUBE-IPVS-OUT-"));
    const outFilter = (lines: readonly string[]) => lines.filter((line) => line.startsWith("-A KUBE-IPVS-OUT-")).sort();
    const withoutPolicies = (lines: readonly string[]) => lines.map((line) => line.replace(/ \[\d+:\d+\]$/, ""));
    expect(withoutPolicies(withoutOutFilter(own))).toEqual(withoutPolicies(withoutOutFilter(held)));
    expect(outFilter(own)).toEqual(outFilter(held));
  });

  test.each(APPLIED)(
    "apply.sh of $name for 1.$minor brings an empty node, and a node it ran on, to what was compiled",
    ({ name, minor }) => {
      const result = resultOf(`apply-${name}`);
      for (const family of FAMILIES) {
        const expected = expectedOfCase(name, family, minor);
        expect({ family, changes: changesOf(expected, result, BRIEF.slice(0, 3), `${family}-`) }).toEqual({
          family,
          changes: [],
        });
        const addresses = result.read(`${family}-ip-addr.txt`);
        for (const { address } of expected.state.addresses)
          expect(addresses).toContain(` ${address}/${lengthOf(family)} `);
      }
    },
  );

  test.each(patched.map(({ name }, i) => ({ name, i })))("the patch closes the drift of $name", ({ i }) => {
    const { expected, before } = patched[i]!;
    const result = resultOf(`patch-${i}`);
    const left = changesOf(expected, result, BRIEF);
    // Draining real servers are left to kube-proxy.
    expect(left.filter(({ severity }) => severity !== "info")).toEqual([]);
    const drained = diffIpvs(expected, before).changes.filter(({ severity }) => severity === "info");
    expect(left.map(({ kind, endpoint }) => ({ kind, endpoint }))).toEqual(
      drained.map(({ kind, endpoint }) => ({ kind, endpoint })),
    );
  });
});
