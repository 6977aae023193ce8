/** Changes of packets and connections, which are no conditions. */
import { expect, test } from "@jest/globals";
import { parseRuleBody } from "./parse-rule.js";
import { addWords, emptyWords } from "./tokens.js";

const statementsOf = (text: string) => {
  const line = emptyWords();
  addWords(line, text);
  return parseRuleBody(line.words).statements.map((one) => (one.kind === "unknown" ? one.text : one.kind));
};

test.each([
  ["ct mark set 0x00000001 drop", ["ct mark set 0x00000001", "verdict"]],
  ["ct mark set meta mark or 0x00000001 accept", ["ct mark set meta mark or 0x00000001", "verdict"]],
  ["ct mark set mark & 0x000000ff | 0x00000001 accept", ["ct mark set mark & 0x000000ff | 0x00000001", "verdict"]],
  ["meta mark set ct mark", ["meta mark set ct mark"]],
  ["mark set ct mark and 0x000000ff accept", ["mark set ct mark and 0x000000ff", "verdict"]],
  ["ip daddr 10.0.0.1 tcp dport set 81 accept", ["match", "tcp dport set 81", "verdict"]],
  ["ip daddr set 10.0.0.1", ["ip daddr set 10.0.0.1"]],
  ["ip dscp set cs1 counter packets 0 bytes 0 drop", ["ip dscp set cs1", "counter", "verdict"]],
  [
    "ip daddr set ip saddr map { 10.0.0.1 : 10.0.0.2 } accept",
    ["ip daddr set ip saddr map { 10.0.0.1 : 10.0.0.2 } accept"],
  ],
  ["mark set mark or 0x00004000", ["set-mark"]],
  ["meta mark set 0x00000001 drop", ["set-mark", "verdict"]],
  ["ct mark 0x00000001 drop", ["match", "verdict"]],
])("%s", (text, statements) => {
  expect(statementsOf(text)).toEqual(statements);
});
