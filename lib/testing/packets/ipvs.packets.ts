/**
 * Real packets through IPVS and the rules around it, in a virtual machine, against what the reasoning says. Every probe
 * is sent over TCP and UDP, IPv4 and IPv6. UPDATE_GOLDEN=1 rewrites golden/packets/outcomes-ipvs.txt.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "@jest/globals";
import { backendInput } from "../../pipeline/compile.js";
import {
  compile,
  loadCluster,
  settleSituation,
  sourceFromText,
  type ArtifactName,
  type CompileOptions,
} from "../../index.js";
import { canonicalIP, type IPFamily } from "../../net/ip.js";
import { prepareTrace, type Packet, type Trace } from "../../trace/index.js";
import { describeVM } from "../ipvs-vm/describe-vm.js";
import { runJobs, type Job, type JobResult } from "../ipvs-vm/vm.js";
import { compiledNode } from "../traced-node.js";
import { compareShares, roundRobinDeviation } from "./expect-shares.js";
import { packetJobScript, type Attempt } from "./ipvs-job.js";
import { ADDRESSES, GATEWAY } from "./network.js";
import { nameOf, sharesOf, wordsOf } from "./outcome-words.js";
import { readOutcomesTable, writeOutcomesTable, type OutcomesTable } from "./outcomes-table.js";
import { PROBES, senderOf, type Probe } from "./probes.js";

const TABLE = "outcomes-ipvs.txt";
const COLUMN = "ipvs";
const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];
const PROTOCOLS = ["tcp", "udp"] as const;
/** Divisible by every number of endpoints: round robin gives each exactly its share. */
const ROUNDS = 12;
const FEW = 2;
/** An emulated machine beside other work is slow to answer; only silence is not waited for that long. */
const PATIENCE_SECONDS = 10;
const SILENCE_SECONDS = 2;
const PROBES_PER_JOB = 16;
const update = process.env["UPDATE_GOLDEN"] === "1";

const AGENT = readFileSync(fileURLToPath(new URL("vm-agent.pl", import.meta.url)), "utf8");
const CLUSTER = fileURLToPath(new URL("../../../golden/packets/cluster.yaml", import.meta.url));
const sources = () => [sourceFromText("cluster.yaml", readFileSync(CLUSTER, "utf8"))];

const optionsOf = (family: IPFamily): CompileOptions => ({
  mode: "ipvs",
  node: "node-1",
  kubeVersion: "1.36",
  ipFamily: family === "IPv6" ? "ipv6" : "ipv4",
  set: ["clusterCIDR=10.244.0.0/16,fd00:10:244::/48"],
});

async function artifact(family: IPFamily, name: ArtifactName): Promise<string> {
  const format = name === "iptables" ? "save" : "restore";
  const { text, diagnostics } = await compile(sources(), { ...optionsOf(family), artifact: name, format });
  if (text === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return text;
}

function nodeOf(family: IPFamily) {
  const { cluster } = loadCluster(sources(), {});
  const { situation, diagnostics } = settleSituation(cluster, optionsOf(family));
  if (!situation) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const input = backendInput(cluster, situation);
  return compiledNode(input, "ipvs", {
    localAddresses: [...input.node.interfaceAddresses, ADDRESSES.node[family], GATEWAY[family]],
  });
}

interface Sent {
  readonly probe: Probe;
  readonly attempt: Attempt;
  readonly source: string;
  readonly traced: Trace;
  readonly shares: ReadonlyMap<string, number>;
}

/** What is sent in a family, with what the reasoning says of it. */
function plan(family: IPFamily): Sent[] {
  const node = nodeOf(family);
  const tracer = prepareTrace(node);
  const virtual = new Set(node.ipvs!.flatMap((state) => state.addresses.map(({ address }) => address)));
  const send = (probe: Probe, protocol: Attempt["protocol"]): Sent => {
    const sender = senderOf(probe, family);
    const destination = probe.to[family];
    // Service addresses are the node's own here: what it sends to one comes from it.
    const source = sender.place === "node" && virtual.has(canonicalIP(destination)!) ? destination : sender.source;
    const packet: Packet = {
      protocol,
      source,
      destination,
      destinationPort: probe.port,
      arrival:
        sender.place === "node"
          ? { from: "node" }
          : { from: sender.place === "outside" ? "outside" : "pod", interface: `to-${sender.place}` },
    };
    const traced = tracer(packet);
    const shares = sharesOf(traced, probe, family);
    const count = probe.sticks ? ROUNDS : shares.size > 1 ? ROUNDS : FEW;
    const own = sender.place === "outside" ? source : undefined;
    const seconds = shares.has("silent") ? SILENCE_SECONDS : PATIENCE_SECONDS;
    const attempt = { place: sender.place, protocol, source: own, destination, port: probe.port, count, seconds };
    return { probe, source, traced, shares, attempt };
  };
  return PROBES.filter(({ families }) => families.includes(family)).flatMap((probe) =>
    PROTOCOLS.map((protocol) => send(probe, protocol)),
  );
}

const golden = readOutcomesTable(TABLE);
const observed: OutcomesTable = new Map();

describeVM("real packets through IPVS", () => {
  const plans = new Map(FAMILIES.map((family) => [family, plan(family)]));
  let results: ReadonlyMap<string, JobResult>;

  beforeAll(async () => {
    const jobs = new Map<string, Job>();
    for (const family of FAMILIES) {
      const texts = {
        "ipset.txt": await artifact(family, "ipset"),
        "addresses.txt": await artifact(family, "addresses"),
        "ipvsadm.txt": await artifact(family, "ipvsadm"),
        "iptables.txt": await artifact(family, "iptables"),
        "vm-agent.pl": AGENT,
      };
      for (const [name, sent] of jobsOf(family))
        jobs.set(name, {
          ...texts,
          "run.sh": packetJobScript(
            name,
            family,
            sent.map(({ attempt }) => attempt),
          ),
        });
    }
    results = runJobs(jobs);
  }, 400_000);

  /** A job has two minutes: the probes of a family are shared out among several. */
  function jobsOf(family: IPFamily): [name: string, sent: readonly Sent[]][] {
    const all = plans.get(family)!;
    return Array.from({ length: Math.ceil(all.length / PROBES_PER_JOB) }, (_, i) => [
      `${family}-${i}`,
      all.slice(i * PROBES_PER_JOB, (i + 1) * PROBES_PER_JOB),
    ]);
  }

  /** Outcomes of an attempt, in words, with their counts, in the order seen. */
  function countsOf(family: IPFamily, number: number, source: string): Map<string, number> {
    const result = results.get(`${family}-${Math.floor(number / PROBES_PER_JOB)}`)!;
    if (result.status !== 0) throw new Error(result.log);
    const counts = new Map<string, number>();
    for (const line of result.read("results.txt").split("\n")) {
      const [at, word, seen] = line.split(" ");
      if (at !== String(number % PROBES_PER_JOB)) continue;
      const from = canonicalIP(seen ?? "");
      const name =
        seen === undefined
          ? word!
          : nameOf(ADDRESSES[word as keyof typeof ADDRESSES][family], from !== canonicalIP(source));
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  for (const family of FAMILIES)
    test.each(
      plans.get(family)!.map((sent, number) => {
        const { name, from } = sent.probe;
        return { ...sent, number, name, from, protocol: sent.attempt.protocol };
      }),
    )(
      `$name from $from over ${family} and $protocol ends where the rules say`,
      ({ probe, source, shares, traced, number, attempt }) => {
        const counts = countsOf(family, number, source);
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(attempt.count);
        let outcome = wordsOf(counts.keys());
        if (probe.sticks) {
          expect(counts.size).toBe(1);
          expect(shares.has([...counts.keys()][0]!)).toBe(true);
          expect(traced.outcomes.every(({ paths }) => paths[0]!.remembered.length === 1)).toBe(true);
          outcome = `one of ${wordsOf(shares.keys())}`;
        } else {
          const problem = compareShares(counts, shares, roundRobinDeviation);
          if (problem !== undefined) throw new Error(problem);
        }
        const key = `${probe.name} | ${probe.from}`;
        expect(observed.get(key)?.get(COLUMN) ?? outcome).toBe(outcome);
        observed.set(key, new Map([[COLUMN, outcome]]));
        if (!update) expect(outcome).toBe(golden.get(key)?.get(COLUMN));
      },
    );

  test("the table of outcomes has the probes that are sent, and no others", () => {
    if (update) writeOutcomesTable(observed, [COLUMN], TABLE);
    else expect([...golden.keys()].sort()).toEqual([...observed.keys()].sort());
  });
});
