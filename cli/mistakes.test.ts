/** Wrong command lines with their whole answers: one message, nothing read, exit 2. */
import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../lib/options/commands/index.js";
import { NEWEST_RELEASE, RELEASE_RANGE } from "../lib/options/releases.js";
import { runCli } from "../lib/testing/run-cli.js";

const COMMAND_LIST = `commands: ${COMMANDS.map(({ name }) => name).join(", ")}`;
const COMPILE = "example: svcrules compile manifests/";
const TRACE = "example: svcrules trace --from shop/web-1 --to shop/db:5432 dump.json";

/** A command line (inputs that are not there are never looked at), and what is said. */
const MISTAKES: readonly (readonly [line: string, answer: readonly string[]])[] = [
  ["complie nope/", ["complie: there is no such command", "did you mean compile?"]],
  ["manifests/", ["manifests/: there is no such command", COMMAND_LIST]],
  [
    "compile nope --mode ipvss",
    ["--mode ipvss: not one of iptables, ipvs, nftables", "did you mean ipvs?", `${COMPILE} --mode ipvs`],
  ],
  ["compile nope --mode=xyz", ["--mode xyz: not one of iptables, ipvs, nftables", `${COMPILE} --mode iptables`]],
  [
    "compile nope --mode userspace",
    ["--mode userspace: mode userspace was removed from kube-proxy in Kubernetes 1.26", `${COMPILE} --mode iptables`],
  ],
  [
    "compile nope --mode",
    ["--mode: the value is missing; possible: iptables, ipvs or nftables", `${COMPILE} --mode iptables`],
  ],
  [
    "compile nope --mode --node a",
    ["--mode: the value is missing; possible: iptables, ipvs or nftables", `${COMPILE} --mode iptables`],
  ],
  [
    "compile nope --node=",
    ["--node: the value is missing; it is node whose rules are meant", `${COMPILE} --node NAME`],
  ],
  [
    "compile nope --mdoe ipvs",
    ["--mdoe: compile has no such option", "did you mean --mode?", `${COMPILE} --mode iptables`],
  ],
  ["compile nope -x", ["-x: compile has no such option", COMPILE]],
  ["compile nope --constructor", ["--constructor: compile has no such option", COMPILE]],
  ["compile nope --no-valueOf", ["--no-valueOf: compile has no such option", COMPILE]],
  ["--__proto__=x compile nope", ["--__proto__: compile has no such option", COMPILE]],
  ["--toString", ["--toString: svcrules has no such option", "see svcrules --help"]],
  [
    "compile nope --no-mode",
    ["--no-mode: --mode takes a value, so it has no --no- form", `${COMPILE} --mode iptables`],
  ],
  ["compile nope --strict=maybe", ["--strict=maybe: --strict takes no value", `${COMPILE} --strict`]],
  [
    "compile nope -o jsn",
    ["-o jsn: not one of restore, save, json, mermaid, dot, html", "did you mean json?", `${COMPILE} --output json`],
  ],
  [
    "compile nope --format svae",
    [
      "--format svae: not one of restore, save, json, mermaid, dot, html",
      "did you mean save?",
      `${COMPILE} --output save`,
    ],
  ],
  [
    "compile nope -o rules/",
    ["-o rules/: not one of restore, save, json, mermaid, dot, html", `${COMPILE} --output restore`],
  ],
  [
    "compile nope --artifact ip",
    ["--artifact ip: not one of iptables, ipvsadm, ipset, addresses, nft", `${COMPILE} --artifact iptables`],
  ],
  ["compile nope --ip-family v6", ["--ip-family v6: not one of ipv4, ipv6", `${COMPILE} --ip-family ipv4`]],
  [
    "compile nope --kube-version 1.2",
    [
      `--kube-version 1.2: not a release that svcrules knows: ${RELEASE_RANGE}`,
      `${COMPILE} --kube-version ${NEWEST_RELEASE}`,
    ],
  ],
  [
    "compile nope --kube-version banana",
    [
      `--kube-version banana: not a Kubernetes release; ${RELEASE_RANGE} are known`,
      `${COMPILE} --kube-version ${NEWEST_RELEASE}`,
    ],
  ],
  ["compile nope --color blue", ["--color blue: not one of auto, always, never", `${COMPILE} --color auto`]],
  ["compile nope --golden a --out b", ["--golden and --out do not go together", "leave one of them out"]],
  ["compile nope --update", ["--update goes with --golden", "name it too: --golden"]],
  [
    "compile nope --report junti=a.xml",
    [
      "--report junti=a.xml: not one of junit, sarif, github, markdown, json",
      "did you mean junit?",
      `${COMPILE} --report junit`,
    ],
  ],
  [
    "diff nope --output yaml",
    [
      "--output yaml: not one of text, unified, json, jsonl, patch, html",
      "example: svcrules diff node-iptables.txt --output text",
    ],
  ],
  [
    "diff nope --manifest x",
    [
      "--manifest: diff has no such option",
      "did you mean --manifests?",
      "example: svcrules diff node-iptables.txt --manifests dump.json",
    ],
  ],
  [
    "explain",
    [
      "TARGET is missing: [NS/]SERVICE, IP:PORT[/PROTOCOL], [NS/]POD, or the name or hash of a chain",
      "example: svcrules explain shop/web dump.json --node worker-1",
    ],
  ],
  ["trace nope --to a:1", ["--from is missing: who sends: [NS/]POD, an IP, a NODE, or outside", TRACE]],
  [
    "trace nope --from a",
    ["--to is missing: where to: IP:PORT[/udp] or [NS/]SERVICE:PORT, the port by number or name", TRACE],
  ],
  ["trace nope --from a --to b:1 --mark x", ["--mark x: not a number from 0 to 4294967295", `${TRACE} --mark 0x4000`]],
  [
    "trace nope --from a --to b:1 --source-port 70000",
    ["--source-port 70000: not a number from 0 to 65535", `${TRACE} --source-port 40000`],
  ],
  [
    "dns nope --type ZZ",
    [
      "--type ZZ: not one of A, AAAA, CNAME, SRV, PTR, TXT, SOA, NS, MX, HTTPS, SVCB, CAA",
      "example: svcrules dns manifests/ --type A",
    ],
  ],
  [
    "dns nope --resolver bionic",
    ["--resolver bionic: not one of glibc, musl", "example: svcrules dns manifests/ --resolver glibc"],
  ],
  [
    "migrate nope --to-mode nft",
    [
      "--to-mode nft: not one of iptables, ipvs, nftables",
      "example: svcrules migrate --from-mode ipvs --to-mode nftables dump.json",
    ],
  ],
  [
    "migrate nope --to-version 0.9",
    [
      `--to-version 0.9: not a Kubernetes release; ${RELEASE_RANGE} are known`,
      `example: svcrules migrate --from-mode ipvs --to-mode nftables dump.json --to-version ${NEWEST_RELEASE}`,
    ],
  ],
  ["check a b", ["b: check takes no further argument", "example: svcrules check --init"]],
  ["check --init --update", ["--init and --update do not go together", "leave one of them out"]],
  [
    "endpoints nope --servce a",
    [
      "--servce: endpoints has no such option",
      "did you mean --service?",
      "example: svcrules endpoints manifests/ --service shop/web",
    ],
  ],
  [
    "doctor nope --diagnostics xml",
    ["--diagnostics xml: not one of text, json", "example: svcrules doctor dump.json --diagnostics text"],
  ],
  ["completion fish now", ["now: completion takes no further argument", "example: source <(svcrules completion bash)"]],
  ["--strict", ["name a command", COMMAND_LIST]],
];

describe("a wrong command line", () => {
  test.each(MISTAKES.map(([line, answer]) => [line, answer] as const))("%s", async (line, answer) => {
    const { code, out, err } = await runCli(line.split(" "));
    expect([code, out, err]).toEqual([2, "", `svcrules: ${answer.join("\n")}\n`]);
  });

  test("of nothing at all gets a short help", async () => {
    const { code, out, err } = await runCli([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^Usage: svcrules COMMAND/);
    expect(err).toContain("svcrules --help");
  });

  test("is told in the words of kubectl where kubectl runs it", async () => {
    const { err } = await runCli(["compile", "--mode", "ipvss"], { programName: "kubectl svcrules" });
    expect(err).toContain("example: kubectl svcrules compile manifests/ --mode ipvs");
  });

  test("gets the same answer in every language", async () => {
    const { err } = await runCli(["explain"], { env: { LANG: "de_DE.UTF-8" } });
    expect(err).toContain("TARGET is missing");
  });
});

test("what the question is at fault for is one error, last on the screen, without notes on an answer that there is not", async () => {
  for (const argv of [
    ["compile", "fixtures/guestbook/dump.yaml", "--service", "frontent"],
    ["explain", "nope", "fixtures/guestbook/dump.yaml"],
    ["endpoints", "fixtures/guestbook/dump.yaml", "-n", "gestbook"],
    ["doctor", "fixtures/guestbook/dump.yaml", "--service", "guestbook/frontent"],
  ]) {
    const { code, out, err } = await runCli(argv);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: [^\n]+ \[[\w-]+\]\n(?:note: [^\n]+\n)+$/);
    expect(err).not.toContain("node-chosen");
  }
});
