/** Which tables of the captures are compared, and what is said of the others. */
import { expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";

const MANIFEST =
  "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: d }\nspec: { clusterIP: 10.96.0.9, ports: [{ port: 80 }] }\n";
const nat = (rule: string) => `*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n${rule}\nCOMMIT\n`;

async function said(code: string, ...captures: string[]) {
  const { diagnostics } = await diff(
    [sourceFromText("web.yaml", MANIFEST)],
    captures.map((text, i) => sourceFromText(`node-${i}.txt`, text)),
    { mode: "iptables", kubeVersion: "1.36" },
  );
  return diagnostics.filter((one) => one.code === code);
}

test("a table captured twice with other rules is an error, captures-disagree, and nothing is compared", async () => {
  const one = nat("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000");
  expect(await said("captures-disagree", one, nat("-A KUBE-MARK-MASQ -j RETURN"))).toMatchObject([
    { severity: "error", message: "table nat: captured here and at node-0.txt:1, and the two are not the same" },
  ]);
  expect(await said("captures-disagree", one, one)).toEqual([]);
});

test("of a table captured again and cut, the whole one is compared, and said to be", async () => {
  const one = nat("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000");
  expect(
    await said("captures-disagree", one, nat("-A KUBE-MARK-MASQ -j RETURN").replace("COMMIT\n", "")),
  ).toMatchObject([{ severity: "warning", message: expect.stringContaining("those at node-0.txt:1 are compared") }]);
});

test("output of a tool of another mode is no capture of iptables, capture-of-another-tool", async () => {
  const listing = "table inet firewall {\n\tchain input {\n\t}\n}\n";
  expect(await said("capture-of-another-tool", listing)).toMatchObject([
    { severity: "error", message: expect.stringContaining("not of iptables") },
  ]);
});
