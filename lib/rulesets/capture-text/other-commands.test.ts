/** Terminals from which captures are pasted hold the output of other commands, and of filters. */
import { describe, expect, test } from "@jest/globals";
import { readIPVSCapture } from "../../diff/ipvs/read-capture.js";
import { sourceFromText } from "../../source/source.js";
import { readCaptures } from "../iptables/read-captures.js";
import { parseNftList } from "../nftables/parse-list.js";
import { leaveOutCommands } from "./other-commands.js";

const SAVE = [
  "*nat",
  ":PREROUTING ACCEPT [0:0]",
  ":KUBE-SERVICES - [0:0]",
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  "COMMIT",
  "",
].join("\n");
const OTHERS = [
  "[root@worker-1 ~]# kubectl get svc -A\nNAMESPACE   NAME   TYPE        CLUSTER-IP   PORT(S)\ndefault     web    ClusterIP   10.96.0.9    80/TCP\n",
  "root@worker-1:~# ping -c1 10.96.0.9\nPING 10.96.0.9 (10.96.0.9) 56(84) bytes of data.\nFrom 10.96.0.9 icmp_seq=1 Destination Port Unreachable\n\n",
  "# arp -n\nAddress        HWtype  HWaddress           Flags Mask   Iface\n169.254.1.1    ether   1a:ba:ae:72:a7:be   CM           eth0\n",
  "$ sudo curl -v 10.96.0.9\n*   Trying 10.96.0.9:80...\n> GET / HTTP/1.1\n< HTTP/1.1 200 OK\nhello\n",
  "# ip netns exec cni-b2df6e62 iptables -t nat -S\n-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n",
];
const read = (text: string) => {
  const { tables, diagnostics } = readCaptures([sourceFromText("node.txt", text)]);
  const said = diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`);
  return { said, chains: tables.map(({ name, chains }) => [name, [...chains.values()].map(({ texts }) => texts)]) };
};

describe("what other commands printed", () => {
  test.each(OTHERS)("is passed over, with a note: %j", (other) => {
    const { said, chains } = read(`${other}root@worker-1:~# iptables-save\n${SAVE}${other}`);
    expect(chains).toEqual(read(SAVE).chains);
    expect(said.filter((line) => !line.startsWith("note"))).toEqual([]);
    expect(said[0]).toMatch(
      /^note capture-cleaned .*output of other commands .*\((kubectl|ping|arp|curl|ip netns exec)\)/,
    );
  });

  test("is passed over beside virtual servers and nft", () => {
    const servers = "TCP  10.96.0.9:80 rr\n  -> 10.244.0.2:8080 Masq    1      0          0\n";
    const ipvs = readIPVSCapture([sourceFromText("ipvs.txt", `root@n1:~# ipvsadm -Ln\n${servers}${OTHERS[1]}`)]);
    expect(ipvs.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const nft = parseNftList(sourceFromText("n.txt", `${OTHERS[0]}# nft list ruleset\ntable ip kube-proxy {\n}\n`));
    expect([nft.tables.length, nft.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([1, []]);
  });

  test.each(["/ # ", "~ $ ", "node> "])(
    "ends at the prompt of a shell in a pod, or where servers begin: %j",
    (prompt) => {
      const servers = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n";
      const text = `$ kubectl exec -it kube-proxy-x -- sh\n${prompt}ipvsadm -Ln\n${servers}TCP  10.96.0.9:80 rr\n`;
      expect(leaveOutCommands(text)!.text).toMatch(/\n.*\nIP Virtual Server.*\nProt.*\nTCP /);
    },
  );

  test("ends where rules begin, and a line that no reader knows elsewhere is told", () => {
    expect(read(`$ kubectl debug node/n1 -it\n${SAVE}`).chains).toEqual(read(SAVE).chains);
    expect(read(`$ iptables-save\n${SAVE}surely no rule\n`).said.join()).toContain("unreadable-line");
    expect(read(`$ ./collect.sh\n${SAVE}surely no rule\n`).said.join()).toContain("unreadable-line");
  });
});

test.each([
  "IP Virtual Server version 1.2.1 (size=4096)",
  "Prot LocalAddress:Port Scheduler Flags",
  "TCP  10.96.0.9:80 rr",
  "-A -t 10.96.0.9:80 -s rr",
  "create KUBE-CLUSTER-IP hash:ip,port family inet",
  "Name: KUBE-CLUSTER-IP",
  '{"nftables": [{"metainfo": {}}]}',
])("words behind a # that are a command's by chance pass over no %s", (line) => {
  expect(leaveOutCommands(`# host worker-1\n${line}\n`)?.text).toBe(`\n${line}\n`);
});

test("a command that is another one as far as the beginning of the file goes is none", () => {
  const size = 256 * 1024;
  const filler = `${SAVE}#${"x".repeat(size)}`.slice(0, size - "\n$ nc".length);
  const { chains } = read(`${filler}\n$ nct -x\n`);
  expect(chains).toEqual(read(SAVE).chains);
});

describe("output that went through a filter", () => {
  test.each([
    "sudo iptables-save | grep KUBE",
    "iptables -t nat -S | head -20",
    "iptables-save | sort",
    "iptables-save|awk 1",
  ])("is not read: %s", (command) => {
    const { said, chains } = read(`[root@n1 ~]# ${command}\n${SAVE.replace("*nat\n", "")}`);
    expect(chains).toEqual([]);
    expect(said).toEqual([expect.stringContaining("error capture-elided this output went through")]);
  });

  test("is passed over where the whole output stands beside it", () => {
    const { said, chains } = read(
      `$ iptables-save | grep KUBE-SVC\n-A KUBE-SVC-X -j KUBE-SEP-Y\n$ iptables-save\n${SAVE}`,
    );
    expect(chains).toEqual(read(SAVE).chains);
    expect(said.join()).toContain("what went through grep (line 1)");
  });

  test.each([
    "iptables-save | tee node.txt",
    "iptables-save | less",
    "iptables-save | cat",
    "iptables-save > node.txt",
  ])("but not a program that leaves nothing out: %s", (command) =>
    expect(read(`$ ${command}\n${SAVE}`).chains).toEqual(read(SAVE).chains),
  );
});

test.each([" ", "\t", "a", "-", "$ "])("a megabyte of %j behind a command takes no second", (unit) => {
  const start = process.cpuUsage();
  leaveOutCommands(`$ sudo ${unit.repeat(2 ** 20 / unit.length)}!`);
  const { user, system } = process.cpuUsage(start);
  expect(user + system).toBeLessThan(1e6);
});
