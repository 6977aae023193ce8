import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { textsOf } from "../../source/texts-of.js";
import { cleanCapture } from "./clean-capture.js";

const RULES = '*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -m comment --comment "a \\"b\\"" -j RETURN\nCOMMIT';
const OTHERS = "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT";
const LINES = RULES.split("\n");
const ofHosts = (hosts: object) => JSON.stringify({ plays: [{ tasks: [{ hosts, task: { name: "command" } }] }] });
const ofDocker = (stream: string) => (line: string) =>
  JSON.stringify({ log: `${line}\n`, stream, time: "2026-01-01T00:00:00Z" });

const read = (text: string) => {
  const { source, notes, refusal } = cleanCapture(sourceFromText("x.json", text));
  return { text: [...textsOf(source)].join(""), notes, refusal };
};

describe("a tool's output in JSON is read as the tool printed it", () => {
  const forms: Readonly<Record<string, string>> = {
    "Ansible's callback json": ofHosts({
      "node-1": { rc: 0, cmd: ["iptables-save"], stdout: RULES, stdout_lines: LINES, stderr: "" },
    }),
    "Ansible's lines alone": ofHosts({ "node-1": { stdout_lines: LINES } }),
    "ansible --tree": JSON.stringify({ changed: true, rc: 0, stdout: RULES, stdout_lines: LINES }, null, 4),
    "Ansible's debug": `TASK [debug] ****\nok: [node-1] => ${JSON.stringify({ msg: LINES }, null, 4)}\n\nPLAY RECAP ****\nnode-1 : ok=1\n`,
    Salt: JSON.stringify({ "node-1": RULES }, null, 4),
    "Salt with a status": JSON.stringify({ "node-1": { retcode: 0, ret: RULES } }),
    "Systems Manager": JSON.stringify({ InstanceId: "i-1", Status: "Success", StandardOutputContent: RULES }, null, 4),
    "Docker's log": [
      ...LINES.map(ofDocker("stdout")),
      ofDocker("stderr")("# Warning: iptables-legacy tables present"),
    ].join("\n"),
    "two commands of one node": ofHosts({ "node-1": { results: [{ stdout: RULES }, { stdout: RULES }] } }),
  };
  test.each(Object.entries(forms))("%s", (_, json) => {
    const { text, notes, refusal } = read(json);
    expect(refusal).toBeUndefined();
    expect(text).toBe(`${RULES}\n`);
    expect(notes).toMatchObject([{ code: "capture-cleaned", severity: "note" }]);
  });
});

test.each([
  "Name: KUBE-CLUSTER-IP\nType: hash:ip,port\nMembers:\n10.96.0.10,udp:53\n",
  "2: kube-ipvs0: <BROADCAST,NOARP> mtu 1500\n    inet 10.96.0.10/32 scope global kube-ipvs0\n",
])("of mode ipvs what other tools printed is, too: %j", (listing) => {
  expect(read(JSON.stringify({ rc: 0, stdout: listing })).text).toBe(listing);
});

test.each([
  ["Ansible's callback json", ofHosts({ "node-1": { stdout: RULES }, "node-2": { stdout: OTHERS } })],
  [
    "Ansible's debug",
    [RULES, OTHERS].map((msg, i) => `ok: [node-${i + 1}] => ${JSON.stringify({ msg }, null, 4)}\n`).join(""),
  ],
  ["Salt", JSON.stringify({ "node-1": RULES, "node-2": RULES })],
  [
    "a list",
    JSON.stringify([
      { node: "node-1", output: RULES },
      { node: "node-2", output: OTHERS },
    ]),
  ],
])("outputs of several nodes are refused: %s", (_, json) => {
  const { refusal } = read(json);
  expect(refusal).toMatchObject({ code: "captures-disagree", severity: "error" });
  expect(refusal?.message).toContain("2 nodes (node-1, node-2)");
});

test("the output of a command that failed is refused", () => {
  expect(read(ofHosts({ "node-1": { rc: 4, stdout: RULES } })).refusal).toMatchObject({ code: "capture-refused" });
});

test.each([
  ["an object that holds rules", JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", data: { rules: RULES } })],
  ["nft -j", JSON.stringify({ nftables: [{ table: { family: "ip", name: "kube-proxy" } }] })],
  ["JSON that breaks off", ofHosts({ "node-1": { stdout: RULES } }).slice(0, -5)],
  ["JSON that is nested too deep", `${"[".repeat(200_000)}${JSON.stringify(RULES)}${"]".repeat(200_000)}`],
  ["rules", `${RULES}\n`],
])("%s is left as it is", (_, text) => {
  const own = read(text);
  expect(own).toEqual({ text, notes: [], refusal: undefined });
});

test("what is nested too deep beside the output is passed over", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(read(`{"a":"*nat\\n","b":${deep}}`).text).toBe("*nat\n");
});
