import { describe, expect, test } from "@jest/globals";
import type { IPFamily } from "../../net/ip.js";
import { fc } from "../../testing/fuzz/properties.js";
import { readAnyRule } from "./kube-rule.js";
import { readEndpointChain, readPlainEndpoint } from "./read-endpoint.js";

const SEP = "KUBE-SEP-UIQK3OSOSTRHRPBX";
const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

/** Mostly the first, else one of the others. */
const mostly = (first: string, ...others: string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

function textsOf(family: IPFamily): fc.Arbitrary<string> {
  const isIPv4 = family === "IPv4";
  const addresses = isIPv4
    ? (["10.0.0.7", "10.0.0.8", "010.0.0.7", "10.0.0.256", "fd00::7"] as const)
    : (["fd00::7", "fd00::8", "fd00:0::7", "fd00:::7", "10.0.0.7"] as const);
  const mask = isIPv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const words = {
    chain: mostly(SEP, "KUBE-SEP-AAAAAAAAAAAAAAAA"),
    source: fc.constantFrom(...addresses),
    isOther: mostly("", "!"),
    bits: mostly(isIPv4 ? "32" : "128", "24", "0"),
    mark: mostly(
      " -j KUBE-MARK-MASQ",
      " -j MARK",
      " -g KUBE-MARK-MASQ",
      ' -m comment --comment "default/web:http" -j KUBE-MARK-MASQ',
    ),
    between: mostly("\n", "\n\n", `\n-A ${SEP} -j RETURN\n`, `\n-A ${SEP} -p tcp -j DROP\n`),
    protocol: mostly("tcp", "udp", "6"),
    memory: fc.constantFrom(
      "",
      ` -m recent --set --name ${SEP} --mask ${mask} --rsource`,
      ` -m recent --set --name KUBE-SEP-AAAAAAAAAAAAAAAA --mask ${mask} --rsource`,
      ` -m recent --set --name ${SEP} --mask ${mask} --rdest`,
      ` -m recent --set --name ${SEP} --mask ${isIPv4 ? "255.255.255.0" : "ffff::"} --rsource`,
      ` -m recent --rcheck --name ${SEP} --mask ${mask} --rsource`,
    ),
    transport: mostly("tcp", "udp", "tcp --dport 80"),
    target: fc.constantFrom(...addresses),
    port: mostly(":8080", "", ":8080-8090", ":08080", ":99999"),
    end: mostly("", " --random", "\n", `\n-A ${SEP} -j RETURN`),
  };
  return fc.record(words).chain((w) =>
    mostly(w.source, w.target).map((to) => {
      const target = to.includes(":") ? `[${to}]` : to;
      const first = `-A ${SEP}${w.isOther === "" ? "" : " !"} -s ${w.source}/${w.bits}${w.mark}`;
      const second = `-A ${w.chain} -p ${w.protocol}${w.memory} -m ${w.transport} -j DNAT --to-destination ${target}${w.port}`;
      return first + w.between + second + w.end;
    }),
  );
}

const edits = fc.record({
  place: fc.nat(),
  character: fc.constantFrom(...' !-/.:0129afx"\n'),
  taken: fc.constantFrom(0, 1),
});

describe.each(FAMILIES)("the chain of an endpoint, %s", (family) => {
  test("read from its text means what its rules mean, one by one", () => {
    let plain = 0;
    const protocols = fc.constantFrom("tcp", "tcp", "udp", undefined);
    fc.assert(
      fc.property(textsOf(family), fc.option(edits, { freq: 2 }), protocols, (whole, edit, protocol) => {
        const at = edit ? edit.place % whole.length : 0;
        const text = edit ? whole.slice(0, at) + edit.character + whole.slice(at + edit.taken) : whole;
        const quick = readPlainEndpoint(text, family, protocol);
        if (!quick) return;
        plain++;
        const rules = text.split("\n").map((line) => readAnyRule(line, family, undefined));
        expect(quick).toEqual(readEndpointChain(rules, protocol, () => true));
        expect(rules.map((rule) => rule.text)).toEqual(text.split("\n"));
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(300);
  });
});
