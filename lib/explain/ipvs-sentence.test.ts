import { expect, test } from "@jest/globals";
import { parseIpvsadmSave } from "../rulesets/ipvs/parse-ipvsadm-save.js";
import { realServerSentence, virtualServerSentence } from "./ipvs-sentence.js";

const words = { family: "IPv4", chainPurpose: () => undefined, targetName: () => undefined } as const;

function servers(text: string) {
  const { virtualServers } = parseIpvsadmSave({ file: "ipvs", text });
  return virtualServers;
}

test("a virtual server says how it chooses, and who only finishes old connections", () => {
  const [server] = servers(
    `-A -t 10.96.0.10:80 -s rr -p 10800\n-a -t 10.96.0.10:80 -r 10.244.1.5:8080 -m -w 1\n-a -t 10.96.0.10:80 -r 10.244.1.6:8080 -m -w 0\n`,
  );
  expect(virtualServerSentence(server!)).toBe(
    "TCP connections to 10.96.0.10:80 are given to one of 1 real server, in turn (rr) (1 with weight 0 only finish old ones) and a client stays with its own for 10800 s.",
  );
  expect(server!.realServers.map((real) => realServerSentence(real, words))).toEqual([
    "10.244.1.5:8080 takes connections with weight 1.",
    "10.244.1.6:8080 gets no new connections (weight 0).",
  ]);
});

test("without a usable real server it refuses", () => {
  expect(virtualServerSentence(servers("-A -u [fd00::a]:53 -s wlc\n")[0]!)).toBe(
    "UDP connections to [fd00::a]:53 are refused: no real server takes new connections.",
  );
});
