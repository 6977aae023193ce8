import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../backends/nftables/index.js";
import { EndpointColumns } from "../backends/nftables/endpoint-columns.js";
import { EndpointOrder } from "../backends/nftables/endpoint-order.js";
import { endpointNameBase, endpointStem } from "../backends/nftables/names.js";
import type { ServicePortPlan } from "../backends/nftables/plan.js";
import { minorsOf } from "../config/kube-version.js";
import { backendInput } from "../pipeline/compile.js";
import { nftLines } from "../rulesets/nftables/print.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { sha256Rank } from "../util/sha256-base32.js";
import { singleLines } from "./chunks.js";
import { renderNftRestore } from "./nft-restore.js";

describe("texts of endpoints that are filled in are those of the objects", () => {
  test.each(recordedCases())("for $name, every release and family", (recorded) => {
    const cluster = recordedCluster(recorded.name);
    for (const minor of minorsOf("nftables")) {
      const input = backendInput(cluster, recordedSituation(recorded, cluster, "nftables", minor));
      for (const family of ["IPv4", "IPv6"] as const) {
        const program = compileNftables({ ...input, family, servicePorts: [...input.servicePorts] });
        expect([...singleLines(renderNftRestore(program))]).toEqual([...nftLines(program)]);
      }
    }
  });
});

test("chains whose hashes begin alike are in the order of their whole names", () => {
  const ips = Array.from({ length: 200 }, (_, i) => `10.0.0.${i}`);
  const ports = ips.map(() => 80);
  const nearlyAlike = ips.map((_, i) => 2 ** 39 + ((i * 7919) % 5));
  const columns = new EndpointColumns();
  columns.ips.push(...ips);
  columns.ports.push(...ports);
  columns.ranks.push(...nearlyAlike);
  const chained = { columns, first: 0, count: 200, stem: endpointStem("ns/svc/tcp/") };
  const order = new EndpointOrder(columns, [{ chained, port: {} } as unknown as ServicePortPlan]);
  const names = ips.map((_, n) => order.chainAt(n).name);
  expect(names).toEqual([...names].sort());
  expect(new Set(names).size).toBe(200);
});

test("numbers of hashes are in the order of names", () => {
  const names = Array.from({ length: 500 }, (_, i) => {
    const endpoint = { ip: `10.0.${i}.1`, port: 80 };
    return { name: endpointNameBase("a/b/tcp/", endpoint), rank: sha256Rank(`a/b/tcp/__${endpoint.ip}/80`) };
  });
  const byRank = names.toSorted((a, b) => a.rank - b.rank).map(({ name }) => name);
  expect(byRank).toEqual(names.map(({ name }) => name).sort());
});
