import { expect, test } from "@jest/globals";
import { mayHoldRests, tellWrapping } from "./wrapped-lines.js";

const LINES = [
  "*nat",
  ":KUBE-SERVICES - [0:0]",
  '-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -j KUBE-SVC-X',
  "COMMIT",
  "# Completed on Thu Jan  1 00:00:00 2026",
  "",
  "table ip kube-proxy {",
  "\tchain services {",
  '\t\tip daddr . meta l4proto . th dport vmap @service-ips comment "no # rest"',
  "\t}",
  "}",
  "-A -t 10.96.0.10:80 -s rr -p 10800 -M 255.255.255.255",
  "-a -t 10.96.0.10:80 -r 10.244.0.5:8080 -m -w 1",
  "create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536",
  "add KUBE-CLUSTER-IP 10.96.0.10,tcp:80",
  "Chain KUBE-SERVICES (2 references)",
  " pkts bytes target     prot opt in     out     source               destination",
  "  -> 10.244.0.5:8080              Masq    1      0          0",
  "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0",
];

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("a text in which no line is looked at closely has no rest of a line", () => {
  const next = numbers(7);
  let passed = 0;
  for (let run = 0; run < 4000; run++) {
    const pieces = Array.from({ length: 2 + next(5) }, () => {
      const line = LINES[next(LINES.length)]!;
      const from = next(3) === 0 ? next(line.length + 1) : 0;
      const to = next(3) === 0 ? from + next(line.length + 1 - from) : line.length;
      return line.slice(from, to) + (next(20) === 0 ? "\r" : "");
    });
    const known = "-A KUBE-SERVICES -j KUBE-NODEPORTS-OF-A-LINE-OF-SOME-LENGTH\n".repeat(2);
    const text = known + pieces.join("\n") + (next(2) === 0 ? "\n" : "");
    if (mayHoldRests(text)) continue;
    passed++;
    // With something in front of its lines every one is looked at.
    const quoted = text.split("\n").map((line) => `> ${line}`);
    expect(tellWrapping(quoted.join("\n"), "> ")).toBeUndefined();
  }
  expect(passed).toBeGreaterThan(400);
});

test.each(LINES.filter((line) => /^.{60}\S/.test(line)))("a rest behind %j is looked for", (line) => {
  const broken = `${line.slice(0, 60)}\n${line.slice(60)}\n`;
  expect(mayHoldRests(`${broken}COMMIT\n`)).toBe(true);
});

test.each(["\tchain a {\n\t}\n\n", "*nat\nCOMMIT\n", "\n", "", "*nat\n\nCOM"])("of %j no line is looked at", (text) => {
  expect(mayHoldRests(text)).toBe(false);
});

const RULES = [
  "*nat",
  ":KUBE-SERVICES - [0:0]",
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -j KUBE-SVC-X',
  '-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "shop/web:http cluster IP" -j KUBE-SVC-Y',
  "COMMIT",
  "# Completed on Thu Jan  1 00:00:00 2026",
];

/** As mail programs and formatters do. */
function wrapAtWords(line: string, width: number, indent: string): string {
  const out: string[] = [];
  for (const word of line.split(" ")) {
    const last = out.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) out[out.length - 1] = `${last} ${word}`;
    else out.push(out.length === 0 ? word : indent + word);
  }
  return out.join("\n");
}

test.each(["", "  ", "    ", "\t"])("rules that are wrapped at words are told, indented by %j", (indent) => {
  const wrapped = RULES.map((line) => wrapAtWords(line, 72, indent)).join("\n");
  expect(mayHoldRests(`${wrapped}\n`)).toBe(true);
  expect(tellWrapping(`${wrapped}\n`)).toMatchObject({ line: 4 });
  const counted = wrapped.replaceAll(/^-A /gm, "[0:0] -A ");
  expect(tellWrapping(`${counted}\n`)).toBeDefined();
});

test("whole rules are not, whatever is indented elsewhere", () => {
  expect(tellWrapping(`${RULES.join("\n")}\n`)).toBeUndefined();
  expect(tellWrapping(`${RULES.join("\n")}\n2: eth0: <UP>\n    inet 10.0.0.1/24 scope global eth0\n`)).toBeUndefined();
});

const TABLE = [
  "table ip kube-proxy {",
  "\tchain services {",
  '\t\tip daddr . meta l4proto . th dport vmap @service-ips comment "the way to services that have a cluster IP"',
  '\t\tfib daddr type local ip daddr != 127.0.0.0/8 jump nodeports comment "the way to services that have a node port"',
  "\t}",
  "}",
];

test("a table of nft that is wrapped and indented is told by comments that go on in the next line", () => {
  const wrapped = TABLE.map((line) => wrapAtWords(line, 72, "    ")).join("\n");
  expect(mayHoldRests(`${wrapped}\n`)).toBe(true);
  expect(tellWrapping(`${wrapped}\n`)).toBeDefined();
  expect(tellWrapping(`${TABLE.join("\n")}\n`)).toBeUndefined();
});

test("a table of nft of which a terminal broke one line is told, though the next one is indented", () => {
  const [head = "", chain = "", services = "", ...rest] = TABLE;
  const broken = (...pieces: string[]) => `${[head, chain, services, ...pieces, ...rest].join("\n")}\n`;
  const mark = `\t\t${"ip saddr != 10.244.0.0/16 ".repeat(4)}mark set mark | 0x4000 comment "traffic from outside"`;
  const width = mark.length - 8;
  expect(tellWrapping(broken(mark.slice(0, width), mark.slice(width)))).toEqual({ width, line: 5 });
  expect(tellWrapping(broken(mark))).toBeUndefined();
});

/** Sets as ipset list prints them, whose members have what a set may keep with each. */
const KEPT = [
  'comment "namespace: default, pod: web-7d4b9c6f5-x2x9z, of the set for all pods"',
  "timeout 599",
  "packets 12 bytes 720",
  'timeout 0 packets 0 bytes 0 comment "kept for a while by the program that found it"',
  "skbmark 0x10/0xffffffff skbprio 1:10 skbqueue 3",
  "nomatch",
];

function setOf(member: (address: string) => string): string {
  const members = [1, 2, 3, 4].map((last) => member(`10.244.1.${last}`));
  const head = [
    "Name: PODS",
    "Type: hash:ip",
    "Revision: 5",
    "Header: family inet hashsize 1024 maxelem 65536 comment",
  ];
  const kube = ["Name: KUBE-CLUSTER-IP", "Type: hash:ip,port", "Members:", "10.96.0.10,tcp:53", ""];
  return [...kube, ...head, "Members:", ...members, ""].join("\n");
}

test.each(KEPT)("members of a set are no rests of lines: %s", (kept) => {
  expect(tellWrapping(setOf((address) => `${address} ${kept}`))).toBeUndefined();
});

test("a comment of a member that a terminal broke is told", () => {
  const broken = setOf((address) => `${address} ${KEPT[0]!}`).replace(/^.{60}(?=.)/gm, "$&\n");
  expect(tellWrapping(broken)).toMatchObject({ width: 60 });
});
