import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { canonicalEntry } from "./canonical-entry.js";
import { findListings } from "./find-listings.js";
import { sortByKey } from "./order.js";
import { parseIpAddrJSON } from "./parse-ip-addr-json.js";
import { parseIpAddr } from "./parse-ip-addr.js";
import { parseIpsetList } from "./parse-ipset-list.js";
import { parseIpsetSave } from "./parse-ipset-save.js";
import { parseIpvsadmList } from "./parse-ipvsadm-list.js";
import { parseIpvsadmSave } from "./parse-ipvsadm-save.js";
import { ipsetLines, ipvsadmLines } from "./print.js";
import type { IPSet, VirtualServer } from "./types.js";
import { ipFromValue, type IPFamily } from "../../net/ip.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { fc } from "../../testing/fuzz/properties.js";

const NODES = fileURLToPath(new URL("../../../golden/kube-proxy/nodes/", import.meta.url));
const read = (path: string) => readFileSync(NODES + path, "utf8");
const nodes = readdirSync(NODES).filter((name) => name.startsWith("ipvs-"));

const input = (text: string, file = "node.txt") => ({ file, text });
/** Without the places, which are no part of the meaning. */
const withoutPlaces = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "at" ? undefined : part))) as T;

describe("ipvsadm-save", () => {
  test.each(nodes.filter((name) => name !== "ipvs-Ln-3001"))(
    "of recorded node %s reads and prints the same",
    (node) => {
      const text = read(`${node}/ipvsadm-save.txt`);
      const { virtualServers, diagnostics } = parseIpvsadmSave(input(text));
      expect(diagnostics).toEqual([]);
      expect([...ipvsadmLines(virtualServers)].join("\n") + "\n").toBe(text);
    },
  );

  test("tells where each server stands", () => {
    const text = "-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 172.18.0.3:6443 -m -w 1\n";
    const [server] = parseIpvsadmSave({ file: "a.txt", text, firstLine: 10 }).virtualServers;
    expect(server!.at).toEqual({ file: "a.txt", line: 10 });
    expect(server!.realServers[0]!.at).toEqual({ file: "a.txt", line: 11 });
  });

  test("takes long options, a leading word and ipvsadm's own defaults", () => {
    const text = [
      "ipvsadm --add-service --tcp-service [fd00::0a]:80 --persistent",
      "--add-server --tcp-service [fd00::a]:80 --real-server [fd00:1::1]:8080",
      "# a comment",
      "",
      "-A -u 10.0.0.1:53 -s mh -p 60 -M 255.255.0.0 --pe sip -o -b flag-2,mh-fallback",
      "-a -u 10.0.0.1:53 -r 10.1.0.1:53 -i -w 0 -x 100 -y 10 --tun-type ipip",
    ].join("\r\n");
    const { virtualServers, diagnostics } = parseIpvsadmSave(input(text));
    expect(diagnostics).toEqual([]);
    expect(withoutPlaces(virtualServers)).toEqual([
      {
        protocol: "tcp",
        address: "fd00::a",
        port: 80,
        scheduler: "wlc",
        flags: [],
        persistenceSeconds: 300,
        realServers: [{ address: "fd00:1::1", port: 8080, forwarding: "route", weight: 1 }],
      },
      {
        protocol: "udp",
        address: "10.0.0.1",
        port: 53,
        scheduler: "mh",
        flags: ["mh-fallback", "mh-port"],
        persistenceSeconds: 60,
        persistenceMask: "255.255.0.0",
        persistenceEngine: "sip",
        onePacket: true,
        realServers: [{ address: "10.1.0.1", port: 53, forwarding: "tunnel", weight: 0, mostConnections: 100 }],
      },
    ]);
  });

  test.each([
    ["-A -t kubernetes:https -s rr", "expected ADDRESS:PORT in numbers; take the listing with -n"],
    ["-A -t 10.0.0.1:99999 -s rr", "expected ADDRESS:PORT in numbers; take the listing with -n"],
    ["-A -s rr", "expected -t, -u or --sctp-service"],
    ["-D -t 10.0.0.1:80", "expected -A or -a"],
    ["-A -t 10.0.0.1:80 --magic", "option --magic is not known"],
    ["-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1", "its virtual server was not listed before it"],
    ["-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w x", "the weight is no number"],
    [
      "-A -t 10.0.0.1:80 -s rr\n-A -t 10.0.0.1:80 -s lc",
      "this virtual server was listed before, with other attributes",
    ],
  ])("refuses %j with its place", (text, note) => {
    const { diagnostics } = parseIpvsadmSave(input(`${text}\n`));
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: "unreadable-line",
        at: { file: "node.txt", line: text.split("\n").length },
        notes: [note],
      }),
    ]);
  });

  test("takes a virtual server that the kernel lists again, with its real servers, for one", () => {
    const text = "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n";
    const { virtualServers, diagnostics } = parseIpvsadmSave(input(text + text));
    expect(diagnostics).toEqual([]);
    expect([...ipvsadmLines(virtualServers)].join("\n") + "\n").toBe(text);
  });

  test("leaves out services told by firewall mark and says so once", () => {
    const text = "-A -f 1 -s rr\n-a -f 1 -r 10.1.0.1:0 -m -w 1\n-A -f 2 -6 -s rr\n";
    const { virtualServers, diagnostics } = parseIpvsadmSave(input(text));
    expect(virtualServers).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toEqual(["ipvs-firewall-mark"]);
  });

  test("never echoes control characters", () => {
    const [diagnostic] = parseIpvsadmSave(input("-A \u001b[31mred\n")).diagnostics;
    expect(diagnostic!.message).not.toContain("\u001b");
  });
});

describe("ipvsadm -Ln", () => {
  test("of a recorded node reads as its servers", () => {
    const { virtualServers, diagnostics } = parseIpvsadmList(input(read("ipvs-Ln-3001/ipvsadm-Ln.txt")));
    expect(diagnostics).toEqual([]);
    expect([...ipvsadmLines(virtualServers)].slice(0, 3)).toEqual([
      "-A -t 192.168.0.11:30310 -s rr -p 10800",
      "-a -t 192.168.0.11:30310 -r 10.244.1.2:8080 -m -w 1",
      "-a -t 192.168.0.11:30310 -r 10.244.1.3:8080 -m -w 1",
    ]);
    expect(virtualServers[0]!.realServers[0]).toMatchObject({ activeConnections: 0, inactiveConnections: 0 });
    expect(virtualServers).toHaveLength(9);
  });

  const HEAD = "IP Virtual Server version 1.2.1 (size=4096)\n";

  test("tells flags, persistence, masks and other ways of forwarding", () => {
    const text =
      HEAD +
      "Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n" +
      "UDP  10.0.0.1:53 mh (flag-2) persistent 60 mask 255.255.0.0 pe sip ops\n" +
      "  -> 10.1.0.1:53                  Route   3      1          2         \n" +
      "FWM  7 rr\n  -> 10.1.0.9:0                   Masq    1      0          0\n" +
      "SCTP [fd00:10:96::7]:5060 rr\n  -> [fd00:10:244:1::9]:5060      Masq    1      0          0\n";
    const { virtualServers, diagnostics } = parseIpvsadmList(input(text));
    expect(diagnostics.map((d) => d.code)).toEqual(["ipvs-firewall-mark"]);
    expect([...ipvsadmLines(virtualServers)]).toEqual([
      "-A -u 10.0.0.1:53 -s mh -p 60 -M 255.255.0.0 --pe sip -o -b mh-port",
      "-a -u 10.0.0.1:53 -r 10.1.0.1:53 -g -w 3",
      "-A --sctp-service [fd00:10:96::7]:5060 -s rr",
      "-a --sctp-service [fd00:10:96::7]:5060 -r [fd00:10:244:1::9]:5060 -m -w 1",
    ]);
  });

  test.each([
    ["--stats", "Conns   InPkts  OutPkts  InBytes OutBytes", "0  12K  0  0  3M", "0 0 0 0 0"],
    ["--rate", "CPS    InPPS   OutPPS    InBPS   OutBPS", "0 0 0 0 0", "0 0 0 0 0"],
  ])("with %s tells addresses and nothing about schedulers and weights", (_, columns, service, real) => {
    const text = `${HEAD}Prot LocalAddress:Port ${columns}\n  -> RemoteAddress:Port\nTCP  10.0.0.1:80 ${service}\n  -> 10.1.0.1:8080 ${real}\n`;
    const { virtualServers, diagnostics } = parseIpvsadmList(input(text));
    expect(diagnostics).toEqual([]);
    expect(virtualServers).toMatchObject([
      {
        address: "10.0.0.1",
        fieldsNotListed: ["attributes", "weight", "forwarding"],
        realServers: [{ address: "10.1.0.1" }],
      },
    ]);
  });

  test("with --persistent-conn tells weights but no forwarding", () => {
    const text =
      HEAD +
      "Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn\n  -> RemoteAddress:Port\n" +
      "TCP  10.0.0.1:80 rr persistent 10800\n  -> 10.1.0.1:8080                5         1           2          3\n";
    const { virtualServers, diagnostics } = parseIpvsadmList(input(text));
    expect(diagnostics).toEqual([]);
    expect(virtualServers).toMatchObject([
      {
        scheduler: "rr",
        persistenceSeconds: 10800,
        fieldsNotListed: ["forwarding"],
        realServers: [{ weight: 5, activeConnections: 2, inactiveConnections: 3 }],
      },
    ]);
  });

  test.each([
    "TCP  10.0.0.1:80 rr what",
    "TCP  web:http rr",
    "ICMP 10.0.0.1:80 rr",
    "  -> 10.1.0.1:80 Masq 1 0 0",
    "TCP  10.0.0.1:80 rr\n  -> 10.1.0.1:80 Masq x 0 0",
  ])("refuses %j with its place", (text) => {
    const { diagnostics } = parseIpvsadmList(input(`${text}\n`));
    expect(diagnostics).toEqual([
      expect.objectContaining({ code: "unreadable-line", at: { file: "node.txt", line: text.split("\n").length } }),
    ]);
  });
});

describe("ipset", () => {
  const sortedSets = (sets: readonly IPSet[]) =>
    withoutPlaces(
      sets
        .map((set) => ({ ...set, entries: sortByKey(set.entries, ({ text }) => text) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );

  test.each(nodes.filter((name) => !/Ln|draining/.test(name)))("save of recorded node %s reads whole", (node) => {
    const text = read(`${node}/ipset-save.txt`);
    const { sets, diagnostics } = parseIpsetSave(input(text));
    expect(diagnostics).toEqual([]);
    const known = text.replace(/ bucketsize .*$/gm, "").trimEnd();
    expect([...ipsetLines(sets)].join("\n")).toBe(known);
  });

  test("list reads as the same sets as save", () => {
    const { sets, diagnostics } = parseIpsetList(input(read("ipvs-Ln-3001/ipset-list.txt")));
    expect(diagnostics).toEqual([]);
    expect(sets).toHaveLength(17);
    const again = parseIpsetSave(input([...ipsetLines(sets)].join("\n") + "\n"));
    expect(sortedSets(again.sets)).toEqual(sortedSets(sets));
  });

  test("list without members is told apart from an empty set", () => {
    const text =
      "Name: A\nType: hash:ip\nRevision: 5\nHeader: family inet hashsize 1024 maxelem 65536\nNumber of entries: 3\n";
    expect(parseIpsetList(input(text)).sets).toMatchObject([{ name: "A", membersListed: false, entries: [] }]);
    expect(parseIpsetList(input(`${text}Members:\n`)).sets[0]).not.toHaveProperty("membersListed");
  });

  test.each(["Sat Nov 28 23:30:48 UTC 2026", "n1", "64 bytes from 10.0.0.1", "10.0.0.1 dev eth0"])(
    "what another command printed behind a set is no entry of it: %s",
    (line) => {
      const text = `${read("ipvs-Ln-3001/ipset-list.txt")}${line}\n`;
      const { sets, diagnostics } = parseIpsetList(input(text));
      expect(sets).toEqual(parseIpsetList(input(read("ipvs-Ln-3001/ipset-list.txt"))).sets);
      expect(diagnostics).toMatchObject([{ code: "unreadable-line", at: { line: text.split("\n").length - 1 } }]);
    },
  );

  test("refuses what makes no sense, with its place", () => {
    const text =
      "create A hash:ip family inet\nadd B 10.0.0.1\nadd A\ncreate A hash:ip\nflush A now\nadd A 10.0.0.0/8 nomatch\n";
    expect(parseIpsetSave(input(text)).diagnostics.map((d) => d.at)).toEqual(
      [2, 3, 4, 5, 6].map((line) => ({ file: "node.txt", line })),
    );
    expect(parseIpsetList(input("Members:\nName: A\nColour: red\n")).diagnostics.map((d) => d.at)).toEqual(
      [1, 3].map((line) => ({ file: "node.txt", line })),
    );
  });

  test.each([
    ["10.0.0.1,TCP:080", "10.0.0.1,tcp:80"],
    ["10.0.0.1,80", "10.0.0.1,tcp:80"],
    ["010.0.0.1,udp:53,10.1.2.3/8", "10.0.0.1,udp:53,10.0.0.0/8"],
    ["10.0.0.1,tcp:80,203.0.113.7/32", "10.0.0.1,tcp:80,203.0.113.7"],
    ["FD00:0::1,sctp:5060,FD00::/128", "fd00::1,sctp:5060,fd00::"],
    ["30080", "30080"],
    ["eth0,something", "eth0,something"],
  ])("entry %s is %s", (text, canonical) => {
    expect(canonicalEntry(text)).toBe(canonical);
    expect(canonicalEntry(canonical)).toBe(canonical);
  });
});

describe("ip addr", () => {
  const wanted = [
    { name: "lo", addresses: [{ address: "127.0.0.1" }, { address: "::1" }] },
    { name: "eth0", addresses: [{ address: "192.168.0.11" }, { address: "fe80::1" }] },
    { name: "kube-ipvs0", addresses: [{ address: "10.96.0.1" }, { address: "fd00:10:96::1" }] },
  ];

  test.each([
    [
      "in several lines",
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
       valid_lft forever preferred_lft forever
2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    altname enp0s3
    inet 192.168.0.11/24 brd 192.168.0.255 scope global dynamic eth0
       valid_lft 8000sec preferred_lft 8000sec
    inet6 fe80::1/64 scope link tentative
       valid_lft forever preferred_lft forever
4: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default
    link/ether 46:6b:9e:af:b0:60 brd ff:ff:ff:ff:ff:ff
    inet 10.96.0.1/32 brd 10.96.0.1 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
    inet6 fd00:10:96:0::1/128 scope global
       valid_lft forever preferred_lft forever
`,
    ],
    [
      "with -o",
      String.raw`1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \       valid_lft forever preferred_lft forever
2: eth0    inet 192.168.0.11/24 brd 192.168.0.255 scope global dynamic eth0\       valid_lft 8000sec preferred_lft 8000sec
2: eth0    inet6 fe80::1/64 scope link tentative \       valid_lft forever preferred_lft forever
4: kube-ipvs0    inet 10.96.0.1/32 scope global kube-ipvs0\       valid_lft forever preferred_lft forever
4: kube-ipvs0    inet6 fd00:10:96::1/128 scope global \       valid_lft forever preferred_lft forever
`,
    ],
    [
      "with -br",
      `lo               UNKNOWN        127.0.0.1/8 ::1/128
eth0@if7         UP             192.168.0.11/24 metric 100 fe80::1/64
kube-ipvs0       DOWN           10.96.0.1/32 fd00:10:96::1/128
`,
    ],
  ])("reads %s", (_, text) => {
    const { interfaces, diagnostics } = parseIpAddr(input(text));
    expect(diagnostics).toEqual([]);
    expect(withoutPlaces(interfaces)).toEqual(wanted);
  });

  test("reads JSON, with the lines of the addresses", () => {
    const json = wanted.map(({ name, addresses }, i) => ({
      ifindex: i + 1,
      ifname: name,
      addr_info: addresses.map(({ address }) => ({ family: "inet", local: address, prefixlen: 32 })),
    }));
    for (const indent of [0, 2]) {
      const text = JSON.stringify([{}, ...json], undefined, indent);
      const { interfaces, diagnostics } = parseIpAddrJSON(input(text));
      expect(diagnostics).toEqual([]);
      expect(withoutPlaces(interfaces)).toEqual(wanted);
      const lines = text.split("\n");
      for (const { addresses } of interfaces)
        for (const { address, at } of addresses) expect(lines[at!.line - 1]).toContain(`"${address}"`);
    }
  });

  test.each(["[{", "[1]", '[{"ifname": 3}]', '[{"ifname": "a", "addr_info": [{"local": "x"}]}]'])(
    "says what is wrong with the JSON %s",
    (text) => {
      expect(parseIpAddrJSON(input(text)).diagnostics).toHaveLength(1);
    },
  );

  test("refuses other lines with their places", () => {
    const text =
      "inet 10.0.0.1/32 scope global\nhello\n4: kube-ipvs0: <NOARP> mtu 1500\n    inet nonsense scope global\n";
    expect(parseIpAddr(input(text)).diagnostics.map((d) => d.at)).toEqual(
      [1, 2, 4].map((line) => ({ file: "node.txt", line })),
    );
  });
});

describe("listings in one file", () => {
  const kinds = (text: string) => findListings(input(text)).map(({ kind, firstLine }) => [kind, firstLine]);

  test.each([
    ["ipvs-clean-3000/ipvsadm-save.txt", "ipvsadm-save"],
    ["ipvs-clean-3000/ipset-save.txt", "ipset-save"],
    ["ipvs-clean-3000/ip-addr.txt", "ip-addr"],
    ["ipvs-clean-3000/iptables-save.txt", "other"],
    ["ipvs-Ln-3001/ipvsadm-Ln.txt", "ipvsadm-list"],
    ["ipvs-Ln-3001/ipset-list.txt", "ipset-list"],
    ["nvL-1014/node.txt", "other"],
    ["S-1013/node.txt", "other"],
    ["clean-2000/node.txt", "other"],
    ["json-2001/node.json", "other"],
    ["leftover-1018/node.txt", "other"],
  ])("%s is told by its content", (file, kind) => {
    expect(kinds(read(file))).toEqual([[kind, 1]]);
  });

  test("one after the other are cut apart, and nothing is lost", () => {
    const parts = ["ipvsadm-save.txt", "ipset-save.txt", "iptables-save.txt", "ip-addr.txt"].map((file) =>
      read(`ipvs-clean-3000/${file}`),
    );
    const text = parts.join("\n");
    expect(findListings(input(text)).map(({ kind }) => kind)).toEqual([
      "ipvsadm-save",
      "ipset-save",
      "other",
      "ip-addr",
    ]);
    expect(
      findListings(input(text))
        .map((listing) => listing.text)
        .join(""),
    ).toBe(text);
  });

  test("two listings of one kind are cut where the second begins", () => {
    const text = "IP Virtual Server version 1.2.1\nProt LocalAddress:Port Scheduler Flags\nTCP  10.0.0.1:80 rr\n";
    expect(kinds(text + text)).toEqual([
      ["ipvsadm-list", 1],
      ["ipvsadm-list", 4],
    ]);
  });

  test("JSON of ip is told by its content", () => {
    expect(kinds('[{"ifindex":1,"ifname":"lo","addr_info":[]}]')).toEqual([["ip-addr-json", 1]]);
  });
});

describe("any state", () => {
  const port = fc.integer({ min: 1, max: 65535 });
  const addressOf = (family: IPFamily) =>
    fc
      .bigInt({ min: 1n, max: family === "IPv4" ? 0xffffffffn : (1n << 128n) - 1n })
      .filter((value) => family === "IPv4" || value >> 32n !== 0xffffn)
      .map((value) => ipFromValue(family, value).text);
  const realServer = (family: IPFamily) =>
    fc.record({
      address: addressOf(family),
      port,
      forwarding: fc.constantFrom("masquerade", "route", "tunnel"),
      weight: fc.integer({ min: 0, max: 65535 }),
    });
  const virtualServer = (family: IPFamily): fc.Arbitrary<VirtualServer> =>
    fc.record({
      protocol: fc.constantFrom("tcp", "udp", "sctp"),
      address: addressOf(family),
      port,
      scheduler: fc.constantFrom("rr", "lc", "mh", "sh", "wlc"),
      flags: fc.constant([]),
      persistenceSeconds: fc.option(fc.integer({ min: 1, max: 86400 }), { nil: undefined }),
      realServers: fc.array(realServer(family), { maxLength: 5 }),
    }) as fc.Arbitrary<VirtualServer>;
  const family = fc.constantFrom<IPFamily[]>("IPv4", "IPv6");

  test("of virtual servers is printed and read back", () => {
    fc.assert(
      fc.property(
        family.chain((f) =>
          fc.uniqueArray(virtualServer(f), { selector: (s) => `${s.protocol} ${s.address} ${s.port}`, maxLength: 8 }),
        ),
        (servers) => {
          const { virtualServers, diagnostics } = parseIpvsadmSave(input([...ipvsadmLines(servers)].join("\n")));
          expect(diagnostics).toEqual([]);
          expect(withoutPlaces(virtualServers)).toEqual(withoutPlaces(servers));
        },
      ),
      { numRuns: fuzzRuns(200) },
    );
  });

  test("of sets is printed and read back", () => {
    const protocol = fc.constantFrom("tcp", "udp", "sctp");
    const set = family.chain((f) => {
      const address = addressOf(f);
      const entry = fc.tuple(address, protocol, port).map(([a, proto, p]) => `${a},${proto}:${p}`);
      return fc.record({
        name: fc.stringMatching(/^[A-Z0-9-]{1,31}$/),
        type: fc.constant("hash:ip,port"),
        family: fc.constant(f === "IPv4" ? ("inet" as const) : ("inet6" as const)),
        entries: fc.array(
          entry.map((text) => ({ text })),
          { maxLength: 6 },
        ),
      });
    });
    fc.assert(
      fc.property(fc.uniqueArray(set, { selector: ({ name }) => name, maxLength: 5 }), (sets) => {
        const { sets: read, diagnostics } = parseIpsetSave(input([...ipsetLines(sets)].join("\n") + "\n"));
        expect(diagnostics).toEqual([]);
        expect(withoutPlaces(read)).toEqual(sets);
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  test("of noise never throws, and every line is read, passed over as blank, or reported", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        for (const parse of [
          parseIpvsadmSave,
          parseIpvsadmList,
          parseIpsetSave,
          parseIpsetList,
          parseIpAddr,
          parseIpAddrJSON,
        ])
          for (const { at } of parse(input(text)).diagnostics) expect(at).toMatchObject({ file: "node.txt" });
        expect(
          findListings(input(text))
            .map((listing) => listing.text)
            .join("")
            .trim(),
        ).toBe(text.trim());
      }),
      { numRuns: fuzzRuns(300) },
    );
  });
});
