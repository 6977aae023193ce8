/** Every kind of change that iptables mode can have, each made by editing a healthy node. */
import { describe, expect, test } from "@jest/globals";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText } from "../../testing/recorded-cases.js";
import { CHANGE_KINDS } from "../types.js";
import { serviceHash } from "./kube-chains.js";
import { diffIptablesCaptures } from "./index.js";

/** Kinds of ipvs mode alone. */
const OTHER_MODES = new Set(["scheduler-changed", "weight-changed"]);

interface Drift {
  readonly title: string;
  /** The recorded case whose node is edited. */
  readonly node: string;
  readonly edit: (lines: string[]) => string[];
  /** "kind service|chain endpoint|frontend", in order. */
  readonly changes: readonly string[];
}

const without =
  (...texts: string[]) =>
  (lines: string[]) =>
    lines.filter((line) => !line.startsWith("-A ") || !texts.some((text) => line.includes(text)));
const replace = (from: string | RegExp, to: string) => (lines: string[]) =>
  lines.map((line) =>
    line.startsWith("-A ") ? (typeof from === "string" ? line.replaceAll(from, to) : line.replace(from, to)) : line,
  );
const insertBefore =
  (text: string, ...added: string[]) =>
  (lines: string[]) => {
    const at = lines.findIndex((line) => line.startsWith("-A ") && line.includes(text));
    return lines.toSpliced(at, 0, ...added);
  };
const declare =
  (chain: string, ...rules: string[]) =>
  (lines: string[]) => {
    const end = lines.lastIndexOf("COMMIT");
    const nat = lines.indexOf("*nat");
    return lines.toSpliced(end, 0, ...rules).toSpliced(nat + 1, 0, `:${chain} - [0:0]`);
  };

const STALE = `KUBE-SVC-${serviceHash("old/thing", "tcp")}`;
const SVC = "KUBE-SVC-CDGGSHYLG3RE2FKL";
const SEP = "KUBE-SEP-UIQK3OSOSTRHRPBX";

const drifts: readonly Drift[] = [
  {
    title: "a service without any rule",
    node: "loadbalancer-source-ranges",
    edit: without("default/web:http"),
    changes: ["service-port-missing default/web"],
  },
  {
    title: "a service that is no longer expected",
    node: "loadbalancer-source-ranges",
    edit: (lines) =>
      declare(STALE)(
        insertBefore(
          "-A KUBE-SERVICES",
          `-A KUBE-SERVICES -d 10.96.9.9/32 -p tcp -m comment --comment "old/thing cluster IP" -m tcp --dport 80 -j ${STALE}`,
        )(lines),
      ),
    changes: ["service-port-stale old/thing"],
  },
  {
    title: "a load-balancer address that is not programmed",
    node: "loadbalancer-source-ranges",
    edit: without("default/open:http loadbalancer IP"),
    changes: ["frontend-missing default/open 203.0.113.24:80"],
  },
  {
    title: "another node port",
    node: "loadbalancer-source-ranges",
    edit: replace("--dport 30064", "--dport 31064"),
    changes: ["frontend-missing default/open *:30064", "frontend-stale default/open *:31064"],
  },
  {
    title: "an endpoint left out of the chain",
    node: "loadbalancer-source-ranges",
    edit: without(`${SVC} -m comment --comment "default/web:http -> 10.244.1.2:8080"`),
    changes: ["endpoint-missing default/web 10.244.1.2:8080"],
  },
  {
    title: "an endpoint whose chain does nothing",
    node: "loadbalancer-source-ranges",
    edit: without("--to-destination 10.244.1.2:8080"),
    changes: ["endpoint-missing default/open 10.244.1.2:8080", "endpoint-missing default/web 10.244.1.2:8080"],
  },
  {
    title: "a wrong address behind an endpoint chain",
    node: "loadbalancer-source-ranges",
    edit: replace(
      `${SEP} -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.1.2`,
      `${SEP} -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.9.9`,
    ),
    changes: ["endpoint-missing default/web 10.244.1.2:8080", "endpoint-stale default/web 10.244.9.9:8080"],
  },
  {
    title: "a wrong probability",
    node: "loadbalancer-source-ranges",
    edit: replace(/(default\/web:http -> .*--probability) 0.50000000000/g, "$1 0.10000000009"),
    changes: ["share-changed default/web"],
  },
  {
    title: "a reordered ladder with the same shares",
    node: "clusterip-seven-endpoints",
    edit: (lines) => {
      const ladder = lines.filter((line) => /^-A KUBE-SVC-.*-j KUBE-SEP-/.test(line));
      const targets = ladder.map((line) => line.slice(line.lastIndexOf(" ") + 1)).reverse();
      let next = 0;
      return lines.map((line) =>
        ladder.includes(line) ? line.slice(0, line.lastIndexOf(" ") + 1) + targets[next++]! : line,
      );
    },
    changes: [],
  },
  {
    title: "a refused service that is forwarded",
    node: "loadbalancer-source-ranges",
    edit: (lines) =>
      lines.flatMap((line) => {
        if (line.includes('"default/open:http cluster IP"') && line.startsWith("-A KUBE-SERVICES")) return [];
        if (line !== "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP") return [line];
        return [
          line,
          '-A KUBE-SERVICES -d 10.96.0.63/32 -p tcp -m comment --comment "default/open:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
        ];
      }),
    changes: ["verdict-changed default/open 10.96.0.63:80"],
  },
  {
    title: "affinity with another timeout",
    node: "session-affinity",
    edit: replace(/--seconds \d+/g, "--seconds 60"),
    changes: ["affinity-changed default/dflt"],
  },
  {
    title: "affinity that does not remember clients",
    node: "session-affinity",
    edit: replace(/ -m recent --set --name \S+ --mask \S+ --rsource/g, ""),
    changes: ["affinity-changed default/dflt", "affinity-changed default/short"],
  },
  ...["--mask \\S+ --rsource", "--rsource"].flatMap((words) =>
    ["set", "rcheck"].map((action): Drift => ({
      title: `affinity of which ${action} does not tell clients apart (${words})`,
      node: "session-affinity",
      edit: replace(
        new RegExp(`(-m recent --${action} .*)${words}`),
        words === "--rsource" ? "$1--rdest" : "$1--mask 255.255.0.0 --rsource",
      ),
      changes: ["affinity-changed default/dflt", "affinity-changed default/short"],
    })),
  ),
  {
    title: "one cluster IP that masquerades everything",
    node: "loadbalancer-source-ranges",
    edit: replace(`${SVC} ! -s 10.244.0.0/16`, SVC),
    changes: ["masquerade-changed default/web 10.96.0.62:80"],
  },
  {
    title: "another cluster CIDR on the whole node, said once",
    node: "loadbalancer-source-ranges",
    edit: replace("! -s 10.244.0.0/16", "! -s 10.100.0.0/16"),
    changes: ["masquerade-changed"],
  },
  {
    title: "an endpoint without hairpin",
    node: "loadbalancer-source-ranges",
    edit: without(`${SEP} -s 10.244.1.2/32`),
    changes: ["masquerade-changed default/web"],
  },
  {
    title: "another source range",
    node: "loadbalancer-source-ranges",
    edit: replace("-s 198.51.100.0/24", "-s 198.51.0.0/16"),
    changes: ["source-range-changed default/web 203.0.113.23:80"],
  },
  {
    title: "source ranges that nobody enforces",
    node: "loadbalancer-source-ranges",
    edit: without("traffic not accepted by KUBE-FW"),
    changes: ["source-range-changed default/web 203.0.113.23:80"],
  },
  {
    title: "a missing jump",
    node: "loadbalancer-source-ranges",
    edit: without('-A PREROUTING -m comment --comment "kubernetes service portals"'),
    changes: ["jump-missing PREROUTING"],
  },
  {
    title: "a jump under a condition",
    node: "loadbalancer-source-ranges",
    edit: replace("-A PREROUTING -m", "-A PREROUTING -i eth0 -m"),
    changes: ["jump-missing PREROUTING"],
  },
  {
    title: "another masquerade bit",
    node: "loadbalancer-source-ranges",
    edit: replace("0x4000", "0x8000"),
    changes: [
      "base-chain-changed KUBE-FORWARD",
      "base-chain-changed KUBE-MARK-MASQ",
      "base-chain-changed KUBE-POSTROUTING",
    ],
  },
  {
    title: "rules of KUBE-POSTROUTING in another order",
    node: "loadbalancer-source-ranges",
    edit: (lines) => {
      const at = lines.findIndex((line) => line.startsWith("-A KUBE-POSTROUTING"));
      return lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!);
    },
    changes: ["rule-order KUBE-POSTROUTING"],
  },
  {
    title: "a chain of an old release",
    node: "loadbalancer-source-ranges",
    edit: declare("KUBE-XLB-AAAAAAAAAAAAAAAA", `-A KUBE-XLB-AAAAAAAAAAAAAAAA -j ${SVC}`),
    changes: ["leftover-chain KUBE-XLB-AAAAAAAAAAAAAAAA"],
  },
  {
    title: "a chain of ipvs mode",
    node: "loadbalancer-source-ranges",
    edit: declare("KUBE-LOAD-BALANCER"),
    changes: ["leftover-chain KUBE-LOAD-BALANCER"],
  },
  {
    title: "a rule that stands twice",
    node: "loadbalancer-source-ranges",
    edit: (lines) => {
      const rule = lines.find((line) => line.includes('"default/web:http cluster IP"'))!;
      return lines.toSpliced(lines.indexOf(rule), 0, rule);
    },
    changes: ["duplicate-rule KUBE-SERVICES"],
  },
  {
    title: "a rule nobody wrote, in a shared chain",
    node: "loadbalancer-source-ranges",
    edit: insertBefore("-A KUBE-SERVICES", "-A KUBE-SERVICES -s 192.0.2.7/32 -j RETURN"),
    changes: ["unknown-rule KUBE-SERVICES"],
  },
  {
    title: "a rule nobody wrote, in a service's chain",
    node: "loadbalancer-source-ranges",
    edit: insertBefore(`-A ${SVC}`, `-A ${SVC} -s 192.0.2.7/32 -j RETURN`),
    changes: [`unknown-rule default/web ${SVC}`],
  },
  {
    title: "node ports before services",
    node: "loadbalancer-source-ranges",
    edit: (lines) => {
      const tail = lines.find((line) => line.startsWith("-A KUBE-SERVICES") && line.endsWith("-j KUBE-NODEPORTS"))!;
      return insertBefore("-A KUBE-SERVICES", tail)(lines.filter((line) => line !== tail));
    },
    changes: ["rule-order KUBE-SERVICES"],
  },
  {
    title: "comments, packet counting and --random-fully",
    node: "loadbalancer-source-ranges",
    edit: (lines) =>
      lines.map((line) =>
        line.startsWith("-A KUBE-")
          ? line
              .replace(/ -m comment --comment "[^"]*"/, line.includes("KUBE-SEP-") ? "" : "$&")
              .replace(" --random-fully", "")
              .replace(
                "--ctstate INVALID -j",
                "--ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j",
              )
          : line,
      ),
    changes: [],
  },
  {
    title: "an endpoint chain that nothing leads to",
    node: "loadbalancer-source-ranges",
    edit: declare("KUBE-SEP-AAAAAAAAAAAAAAAA", "-A KUBE-SEP-AAAAAAAAAAAAAAAA -s 10.244.9.9/32 -j KUBE-MARK-MASQ"),
    changes: ["leftover-chain KUBE-SEP-AAAAAAAAAAAAAAAA"],
  },
  {
    title: "pods that are not sent to all endpoints",
    node: "loadbalancer-local",
    edit: without('"pod traffic for'),
    changes: ["frontend-missing default/web"],
  },
];

const told = drifts.map((drift) => {
  const text = readRecordedText(drift.node, "iptables", "iptables-save", 36)!;
  const capture = (lines: readonly string[]) => readCaptures([sourceFromText("node.txt", lines.join("\n"))]);
  const { changes, diagnostics } = diffIptablesCaptures(
    capture(text.split("\n")),
    capture(drift.edit(text.split("\n"))),
    "IPv4",
  );
  return { ...drift, found: changes, diagnostics };
});

describe("a node with drift is told by kind, service and place", () => {
  test.each(told)("$title", ({ changes, found, diagnostics }) => {
    expect(diagnostics).toEqual([]);
    const words = found.map((change) =>
      [
        change.kind,
        change.service ?? change.chain,
        change.endpoint ?? change.frontend ?? (change.service && change.chain),
      ]
        .filter((word) => word !== undefined)
        .join(" "),
    );
    expect(words.sort()).toEqual([...changes].sort());
    for (const change of found) expect(change.message).not.toMatch(/undefined|NaN/);
  });

  test("every kind that the mode can have is shown", () => {
    const shown = new Set(told.flatMap(({ found }) => found.map(({ kind }) => kind)));
    expect(CHANGE_KINDS.filter((kind) => !shown.has(kind) && !OTHER_MODES.has(kind))).toEqual([]);
  });

  test("what only counts, or leads nowhere, leaves the node as expected", () => {
    const leftover = told.find(({ title }) => title === "an endpoint chain that nothing leads to")!;
    expect(leftover.found.map(({ severity }) => severity)).toEqual(["info"]);
  });
});
