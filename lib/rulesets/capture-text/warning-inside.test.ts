import { describe, expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";
import { hasWarningInside, warningInside, withoutWarningInside } from "./warning-inside.js";

/** As an nft that cannot ask iptables' modules lists a table of iptables-nft. */
const TABLE = [
  "# Warning: table ip nat is managed by iptables-nft, do not touch!",
  "table ip nat {",
  "\tchain POSTROUTING {",
  "\t\ttype nat hook postrouting priority srcnat; policy accept;",
  "\t\tmeta mark & 0x00ff0000 == 0x00040000 counter packets 0 bytes 0 # Warning: XT target MASQUERADE not found",
  'xt target "MASQUERADE"',
  "\t}",
  "",
  "\tchain PREROUTING {",
  "\t\ttype nat hook prerouting priority dstnat; policy accept;",
  "\t\t# Warning: XT match addrtype not found",
  'xt match "addrtype" # Warning: XT match comment not found',
  'xt match "comment" counter packets 52 bytes 3120 jump PORTS',
  "\t}",
  "",
  "\tchain PORTS {",
  "\t}",
  "}",
  "",
].join("\n");

describe("what nft says of modules that it does not have", () => {
  test("is put in front of the line that it broke, and no line gets another number", () => {
    const form = warningInside("");
    expect(hasWarningInside([TABLE], form)).toBe(true);
    const lines = withoutWarningInside(TABLE, form).split("\n");
    expect(lines.slice(4, 6)).toEqual([
      "# Warning: XT target MASQUERADE not found",
      '\t\tmeta mark & 0x00ff0000 == 0x00040000 counter packets 0 bytes 0 xt target "MASQUERADE"',
    ]);
    expect(lines[12]).toBe('xt match "addrtype" xt match "comment" counter packets 52 bytes 3120 jump PORTS');
    expect(lines).toHaveLength(TABLE.split("\n").length);
  });

  test("is no line that a terminal broke: a healthy node is one, and a drifted one is not", async () => {
    const { manifests, options, healthy, drifted } = capturedNodes().find(({ name }) => name === "nft list")!;
    const answerOf = async (texts: typeof healthy) => {
      const files = Object.entries(texts).map(([file, { text }]) => sourceFromText(file, text + TABLE));
      const { report, diagnostics } = await diff(manifests, files, options);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      return report!.identical;
    };
    expect([await answerOf(healthy), await answerOf(drifted)]).toEqual([true, false]);
  });
});
