/** Traces over captures that leave something out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";

const NAT = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-EXT-ABCDEFGHIJKLMNOP - [0:0]
:KUBE-SVC-ABCDEFGHIJKLMNOP - [0:0]
:KUBE-SEP-ABCDEFGHIJKLMNOP - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web" -m tcp --dport 30080 -j KUBE-EXT-ABCDEFGHIJKLMNOP
-A KUBE-EXT-ABCDEFGHIJKLMNOP -m comment --comment "masquerade traffic for shop/web external destinations" -j KUBE-MARK-MASQ
-A KUBE-EXT-ABCDEFGHIJKLMNOP -j KUBE-SVC-ABCDEFGHIJKLMNOP
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SERVICES -d 10.96.5.6/32 -p tcp -m comment --comment "shop/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-ABCDEFGHIJKLMNOP
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-ABCDEFGHIJKLMNOP -m comment --comment "shop/web -> 10.244.1.3:8080" -j KUBE-SEP-ABCDEFGHIJKLMNOP
-A KUBE-SEP-ABCDEFGHIJKLMNOP -s 10.244.1.3/32 -m comment --comment "shop/web" -j KUBE-MARK-MASQ
-A KUBE-SEP-ABCDEFGHIJKLMNOP -p tcp -m comment --comment "shop/web" -m tcp -j DNAT --to-destination 10.244.1.3:8080
COMMIT
`;
const FILTER = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
COMMIT
`;
const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.168.1.10/24 brd 192.168.1.255 scope global eth0
`;
const BRIDGE = `3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-captures-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function trace(to: string, ...captures: string[]) {
  const on = captures.flatMap((text, i) => {
    writeFileSync(join(directory, `${i}.txt`), text);
    return ["--on", `${i}.txt`];
  });
  const run = await runCli(["trace", "--from", "outside", "--to", to, ...on], { cwd: directory });
  return { ...run, outcomes: /Outcomes\n([^]*?)\n\nPath/.exec(run.out)?.[1]?.replace(/\s+/g, " ").trim() ?? "" };
}

describe("a capture without ip addr", () => {
  test("does not tell whether a node port's address is the node's", async () => {
    const { outcomes, code } = await trace("192.168.1.10:30080", NAT);
    expect(code).toBe(0);
    expect(outcomes).toMatch(/^100% not known: whether 192\.168\.1\.10 is an address of the node \(type LOCAL\)/);
    expect(outcomes).toMatch(/undecided at nat KUBE-SERVICES 2: .*--dst-type LOCAL/);
    expect(outcomes).toContain("if 192.168.1.10 is an address of the node: sent to 10.244.1.3:8080; source an address");
    expect(outcomes).not.toContain("100% not touched");
  });

  test("tells all that does not hang on it", async () => {
    expect((await trace("10.96.5.6:80", NAT)).outcomes).toBe("100% sent to 10.244.1.3:8080; source 198.51.100.99");
  });

  test("is completed by ip addr, whose address is the masqueraded source, where it has one", async () => {
    const one = await trace("192.168.1.10:30080", NAT, ADDRESSES);
    expect(one.outcomes).toBe("100% sent to 10.244.1.3:8080; source 192.168.1.10 (masqueraded)");
    const two = await trace("192.168.1.10:30080", NAT, ADDRESSES + BRIDGE);
    expect(two.outcomes).toBe("100% sent to 10.244.1.3:8080; source an address of the node (masqueraded)");
  });
});

test("an interface that is not known gives each outcome its condition", async () => {
  const { outcomes } = await trace("10.96.5.6:80", NAT, FILTER);
  expect(outcomes).toContain("if it came in by another interface than docker0: dropped without an answer");
  expect(outcomes).toContain(
    "goes out by another interface than docker0: sent to 10.244.1.3:8080; source 198.51.100.99",
  );
  expect(outcomes).not.toContain("not known");
  expect((await trace("10.96.5.6:80", NAT, FILTER, ADDRESSES)).out).toContain("assumed: outside stands for");
});

describe("a capture that is not whole", () => {
  test("gives no answer when it is cut, refused or wrapped", async () => {
    const cut = NAT.slice(0, NAT.indexOf("-A KUBE-SVC-"));
    const refused = "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied\n";
    for (const text of [cut, refused, wrapped(NAT)]) {
      const { code, out, err } = await trace("10.96.5.6:80", text);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(/capture-incomplete|capture-refused|capture-wrapped|unreadable-line/);
    }
  });

  test("gives an answer where a tool of another mode gave nothing, and none where only that did", async () => {
    const ipvsadm = "Can't initialize ipvs: Protocol not available\n";
    const { code, outcomes } = await trace("10.96.5.6:80", NAT + ipvsadm, ADDRESSES);
    expect([code, outcomes]).toEqual([0, expect.stringMatching(/^100% sent to 10\.244\.1\.3:8080/)]);
    expect(await trace("10.96.5.6:80", ipvsadm)).toMatchObject({ code: 2, out: "" });
    const own = "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied\n";
    expect(await trace("10.96.5.6:80", NAT + own, ADDRESSES)).toMatchObject({ code: 2, out: "" });
  });

  test("gives an answer with a warning where one of several is a refusal", async () => {
    const refused = "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied\n";
    const { code, outcomes, err } = await trace("10.96.5.6:80", NAT, refused, ADDRESSES);
    expect([code, outcomes]).toEqual([0, expect.stringMatching(/^100% sent to 10\.244\.1\.3:8080/)]);
    expect(err).toMatch(
      /^1\.txt:1: warning: the tool gave no rules here: .*\n.*\nnote: the answer is from the other captures$/m,
    );
    const { code: ofFilter, outcomes: unknown } = await trace("10.96.5.6:80", FILTER, refused, ADDRESSES);
    expect([ofFilter, unknown]).toEqual([0, expect.stringContaining("not captured: table nat")]);
  });

  test("shows the first of many lines that it cannot read", async () => {
    const listing = `table ip other {\n\tchain one {\n${"\t\tcounter drop\n".repeat(90)}\t}\n}\n`;
    const { err } = await trace("10.96.5.6:80", NAT + ADDRESSES + listing);
    expect(err.match(/unreadable-line/g)?.length ?? 0).toBeLessThanOrEqual(42);
  });

  test("gives no certain answer without table nat", async () => {
    const { outcomes } = await trace("10.96.5.6:80", FILTER, ADDRESSES);
    expect(outcomes).toContain("not captured: table nat (iptables-save gives it)");
    expect(outcomes).not.toMatch(/not touched|dropped/);
  });
});

function wrapped(text: string): string {
  return text.replace(/^.{80}(?=.)/gm, "$&\n");
}

test("a port that the address does not have is told with those it has", async () => {
  const { out } = await trace("10.96.5.6:81", NAT, ADDRESSES);
  expect(out).toContain("note: 10.96.5.6 has no port 81/TCP; it has 80/TCP");
  expect((await trace("10.96.5.6:80", NAT, ADDRESSES)).out).not.toContain("note:");
  // The node's address is an external IP of another port, too.
  const external = NAT.replace(/^(-A KUBE-SERVICES -d )10.96.5.6(.*--dport )80(.*)$/m, "$&\n$1192.168.1.10$2443$3");
  expect((await trace("192.168.1.10:30080", external, ADDRESSES)).out).not.toContain("note:");
  expect((await trace("192.168.1.10:30081", external, ADDRESSES)).out).toContain("it has 443/TCP");
});

describe("explain over captures alone", () => {
  const explain = async (target: string) => {
    writeFileSync(join(directory, "nat.txt"), NAT);
    return runCli(["explain", target, "--on", "nat.txt", "-q"], { cwd: directory });
  };

  test("tells a Service by the comments and chains of its rules", async () => {
    const { out, code } = await explain("shop/web");
    expect(code).toBe(0);
    const text = out.replace(/\s+/g, " ");
    expect(text).toContain("Only the rules tell of Service shop/web: no manifest of it was given.");
    expect(text).toMatch(/nat KUBE-SERVICES 1: TCP packets to 10\.96\.5\.6.*\[nat\.txt:23\]/);
    expect(text).toContain("10.244.1.3:8080");
  });

  test("takes what a report on a node holds of rules, and a file that is named whatever it holds", async () => {
    const folder = join(directory, "report/sos_commands");
    for (const [name, text] of [
      ["firewall_tables/iptables-save", NAT],
      ["host/hostname", "worker-1\n"],
      ["kernel/sysctl_-a", "net.ipv4.ip_forward = 1\n"],
    ]) {
      mkdirSync(join(folder, name!, ".."), { recursive: true });
      writeFileSync(join(folder, name!), text!);
    }
    const { out, code, err } = await runCli(["explain", "shop/web", "--on", "report", "-q"], { cwd: directory });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("10.244.1.3:8080");
    const named = ["--on", "report", "--on", "report/sos_commands/host/hostname"];
    expect((await runCli(["explain", "shop/web", ...named], { cwd: directory })).code).toBe(2);
  });

  test("gives no answer where all files are empty", async () => {
    writeFileSync(join(directory, "none.txt"), "");
    const { out, err, code } = await runCli(["explain", "shop/web", "--on", "none.txt", "--on", "none.txt"], {
      cwd: directory,
    });
    expect([out, code]).toEqual(["", 2]);
    expect(err).toContain("none.txt: error: the file is empty");
    expect((await trace("10.96.5.6:80", "")).code).toBe(2);
    // Beside rules one may be ipvsadm-save without virtual servers.
    expect((await trace("10.96.5.6:80", NAT, "")).code).toBe(0);
  });

  test("names the nearest when the rules know no such Service", async () => {
    const { err, code } = await explain("shop/wbe");
    expect(code).toBe(2);
    expect(err).toContain("did you mean shop/web?");
  });
});
