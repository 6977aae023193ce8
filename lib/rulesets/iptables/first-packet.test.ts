import { expect, test } from "@jest/globals";
import { parseIP } from "../../net/ip.js";
import { holdsForPacket, holdsInSituation } from "./first-packet.js";

const forwarded = { isTranslated: true, isForwarded: true, isLocal: false };

test.each([
  ["docker0", "10.244.1.7", "no"],
  ["docker0", "172.17.0.5", "maybe"],
  ["br-0123456789ab", "172.19.0.5", "maybe"],
  ["podman1", "10.88.0.9", "maybe"],
  ["virbr0", "2001:db8::7", "no"],
])("whether a packet comes by bridge %s hangs on its destination %s", (name, address, holds) => {
  const clause = { kind: "in-interface" as const, name };
  expect(holdsInSituation(clause, forwarded)).toBeUndefined();
  const packet = { address: parseIP(address), protocol: "tcp", port: 80 };
  expect(holdsForPacket(clause, packet)).toBe(holds);
  expect(holdsForPacket({ ...clause, negated: true }, packet)).toBe(holds === "no" ? "yes" : holds);
  expect(holdsForPacket(clause, { ...packet, address: undefined })).toBe("maybe");
});

test("no forwarded packet comes by the loopback, and of other interfaces nothing is known", () => {
  const clause = { kind: "out-interface" as const, name: "lo" };
  expect(holdsInSituation(clause, forwarded)).toBe("no");
  expect(holdsInSituation({ ...clause, name: "eth0" }, forwarded)).toBe("maybe");
  expect(holdsInSituation({ ...clause, name: "docker0" }, { ...forwarded, isForwarded: false })).toBe("maybe");
});

test("of a rule that asks for the client's port, too, protocol and port are still known", () => {
  // ufw and many others have the answers of DHCP servers accepted: of TCP it accepts nothing.
  const sourcePort = { ports: "67" };
  const clause = { kind: "transport" as const, protocol: "udp" as const, sourcePort, destinationPort: { ports: "68" } };
  expect(holdsInSituation(clause, forwarded)).toBeUndefined();
  const packet = { address: parseIP("10.244.1.7"), protocol: "udp", port: 68 };
  expect(holdsForPacket(clause, packet)).toBe("maybe");
  expect(holdsForPacket(clause, { ...packet, port: 53 })).toBe("no");
  expect(holdsForPacket(clause, { ...packet, protocol: "tcp" })).toBe("no");
});
