/** Listings in UTF-16 say what they say as they are. */
import { expect, test } from "@jest/globals";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { inUTF16 } from "../testing/capture-forms.js";
import { readNodeCaptures } from "./read-node-captures.js";

const CONNTRACK =
  "tcp      6 86397 ESTABLISHED src=10.244.1.5 dst=10.96.0.10 sport=40000 dport=80 src=10.244.2.5 dst=10.244.1.5 sport=8080 dport=40000 [ASSURED] mark=0 use=1\n";

test.each([
  ["conntrack", CONNTRACK],
  ["sysctl", "net.ipv4.ip_forward = 0\nnet.ipv4.vs.conntrack = 1\n"],
  ["ipvs", "-A -t 10.96.0.10:80 -s rr\n-a -t 10.96.0.10:80 -r 10.244.2.5:8080 -m -w 1\n"],
  ["iptables", "*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -d 10.96.0.10/32 -j RETURN\nCOMMIT\n"],
])("%s", (kind, text) => {
  const plain = readNodeCaptures([sourceFromText("node.txt", text)]).captures;
  const encoded = readNodeCaptures([sourceFromBytes("node.txt", inUTF16(text))]).captures;
  expect(plain.map((capture) => capture.kind)).toEqual([kind]);
  expect(JSON.stringify(encoded)).toBe(JSON.stringify(plain));
});
