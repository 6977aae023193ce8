/** Lines of ipvsadm-save that are not read are those of real servers that are the same as when all are read. */
import { expect, test } from "@jest/globals";
import { matchVirtualServers } from "./match-virtual-servers.js";
import type { ExpectedIPVS } from "./types.js";
import { mutate, randomFrom } from "../../testing/fuzz/mutate.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { parseIpvsadmSave } from "../../rulesets/ipvs/parse-ipvsadm-save.js";
import { ipvsadmLines } from "../../rulesets/ipvs/print.js";
import type { VirtualServer } from "../../rulesets/ipvs/types.js";

const anyRealServer = fc.record({
  address: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.255", "fd00::1"),
  port: fc.constantFrom(0, 80, 8080, 65535),
  forwarding: fc.constantFrom("masquerade" as const, "route" as const),
  weight: fc.constantFrom(0, 1, 12345),
});
const anyServer = fc
  .record({
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const),
    address: fc.constantFrom("10.96.0.1", "10.96.0.2"),
    port: fc.constantFrom(53, 443),
    realServers: fc.array(anyRealServer, { maxLength: 4 }),
  })
  .map((server): VirtualServer => ({ ...server, scheduler: "rr", flags: [], persistenceSeconds: undefined }));
const anyServers = fc.uniqueArray(anyServer, {
  maxLength: 4,
  selector: ({ protocol, address, port }) => `${protocol} ${address} ${port}`,
});

const listing = (servers: readonly VirtualServer[]) => [...ipvsadmLines(servers)].map((line) => `${line}\n`).join("");
const read = (text: string) => parseIpvsadmSave({ file: "ipvsadm.txt", text });

test("wrong bytes, words and lines are read alike whether lines are usual or have a blank at their end", () => {
  fc.assert(
    fc.property(anyServers, fc.nat(), (servers, seed) => {
      const bytes = new TextEncoder().encode(listing(servers));
      const text = new TextDecoder().decode(seed % 4 === 0 ? bytes : mutate(bytes, bytes, randomFrom(seed), 1 << 16));
      const plain = text.replaceAll("\r", "?").replace(/[ \t]+$/gm, "");
      const quick = read(plain);
      const slow = read(plain.replaceAll("\n", " \n"));
      expect(quick.virtualServers).toEqual(slow.virtualServers);
      expect(quick.diagnostics.map(({ code, at }) => [code, at])).toEqual(
        slow.diagnostics.map(({ code, at }) => [code, at]),
      );
    }),
    { numRuns: fuzzRuns(1000) },
  );
});

test("servers differ by their lines exactly where they differ by their real servers", () => {
  let equal = 0;
  fc.assert(
    fc.property(anyServers, anyServers, fc.constantFrom("same", "turned", "other"), (wanted, others, which) => {
      const turned = wanted.map((server) => ({ ...server, realServers: server.realServers.toReversed() }));
      const { virtualServers: held } = read(listing({ same: wanted, turned, other: others }[which]));
      const expected = { state: { family: "IPv4", virtualServers: wanted }, excludeCIDRs: [] };
      const differing = (listed: readonly VirtualServer[]) =>
        matchVirtualServers(expected as unknown as ExpectedIPVS, listed).differing;
      const quick = differing(held);
      // Copies are virtual servers whose real servers were read.
      expect(quick).toEqual(differing(held.map((server) => ({ ...server }))));
      if (quick.length < wanted.length) equal++;
    }),
    { numRuns: fuzzRuns(500) },
  );
  expect(equal).toBeGreaterThan(0);
});

test("a virtual server that is listed again takes the real servers that were not there the first time", () => {
  const first = "-A -t 10.96.0.1:80 -s rr\n-a -t 10.96.0.1:80 -r 10.0.0.1:80 -m -w 1\n";
  const { virtualServers } = read(`${first}${first}-a -t 10.96.0.1:80 -r 10.0.0.2:80 -m -w 1\n`);
  expect(virtualServers).toHaveLength(1);
  expect(virtualServers[0]!.realServers).toMatchObject([
    { address: "10.0.0.1", at: { line: 2 } },
    { address: "10.0.0.2", at: { line: 5 } },
  ]);
});
