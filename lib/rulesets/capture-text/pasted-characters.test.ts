/** Captures out of blogs, chats and slides, in which characters are others than the tool's. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readCaptures } from "../iptables/read-captures.js";
import { PASTINGS } from "./pasted-characters.js";

const SAVE = [
  "*nat",
  ":PREROUTING ACCEPT [0:0]",
  ":POSTROUTING ACCEPT [0:0]",
  ":KUBE-MARK-MASQ - [0:0]",
  ":KUBE-POSTROUTING - [0:0]",
  ":KUBE-SERVICES - [0:0]",
  ":KUBE-SVC-TCOU7JCQXEZGVUNU - [0:0]",
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
  '-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU',
  '-A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment "kube-system/kube-dns:dns -> 10.244.0.2:53" -j KUBE-MARK-MASQ',
  "COMMIT",
  "",
].join("\n");

const read = (text: string) => {
  const { tables, diagnostics } = readCaptures([sourceFromText("node.txt", text)]);
  const errors = diagnostics.filter(({ severity }) => severity !== "note");
  const notes = diagnostics.flatMap(({ severity, message }) => (severity === "note" ? [message] : []));
  return {
    notes,
    rules: { errors, chains: tables.map(({ chains }) => [...chains.values()].map(({ name, texts }) => [name, texts])) },
  };
};
const plain = read(SAVE).rules;
const entities = (text: string) => text.replaceAll("&", "&amp;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

describe("a capture is read as the tool printed it", () => {
  test.each([
    ["long dashes", "a blog that makes one dash of two", SAVE.replaceAll(" --", " \u2014").replace('"', "\u201c")],
    ["without width", "a chat's zero-width spaces", SAVE.replaceAll("-A KUBE-S", "-A\u200b KUBE-\u2060S")],
    ["terminal's codes", "grep --color", SAVE.replaceAll("KUBE-", "\u001b[01;31m\u001b[KKUBE-\u001b[m\u001b[K")],
    ["web page", "the source of a page", `<pre><code class="sh">${entities(SAVE)}</code></pre>\n`],
    ["web page", "a page with words before", `<p>so:</p><pre>${SAVE.replaceAll(">", "&gt;")}</pre>\n`],
    ["bold words", "stars between fences", SAVE.replace("10.96.0.10/32", "**10.96.0.10/32**")],
    [
      "next line",
      "a guide that keeps lines short",
      SAVE.replaceAll(" -m udp --dport", " \\\n    -m udp \\\n    --dport"),
    ],
    ["remarks", "a remark in a shell's form", SAVE.replace("-fully", '-fully   # for the "way" back')],
    ["remarks", "an arrow", SAVE.replace("-fully", "-fully     <---- this one")],
  ])("%s: %s", (said, _, text) => {
    const { notes, rules } = read(text);
    expect(rules).toEqual(plain);
    expect(notes).toContainEqual(expect.stringContaining(said));
  });

  test.each(["a #b", "<-- c", "x // y", "**b**", "&quot;", "\\\\"])(
    "what stands in a comment's quotes is the rule's own: %s",
    (own) => {
      const { rules } = read(SAVE.replace("requiring SNAT", own));
      expect(rules.errors).toEqual([]);
      expect(JSON.stringify(rules.chains)).toContain(JSON.stringify(own).slice(1, -1).replaceAll('"', ""));
    },
  );

  test.each([
    "#j MASQUERADE --random-fully",
    "# -j MASQUERADE",
    "#j MASQUERADE",
    "<- --random-fully",
    "// -j MASQUERADE",
  ])("what somebody took out of a rule is no remark: %s", (rest) => {
    const { notes, rules } = read(SAVE.replace("-j MASQUERADE --random-fully", rest));
    expect(notes).toEqual([]);
    expect(JSON.stringify(rules.chains)).toContain(rest);
  });

  test.each(["-A KUBE-POSTROUTING -j ACCEPT", ":KUBE-SERVICES - [0:0]", "# a remark", "COMMIT", ""])(
    "a backslash in front of a line of its own joins nothing to a rule: %j",
    (next) => {
      const { rules } = read(SAVE.replace("-j KUBE-SERVICES\n", `-j KUBE-SERVICES \\\n${next}\n`));
      const chains = new Map(rules.chains.flat() as [string, string[]][]);
      expect(chains.get("PREROUTING")).toEqual([expect.stringMatching(/-j KUBE-SERVICES \\$/)]);
      if (next.startsWith("-A ")) expect(chains.get("KUBE-POSTROUTING")).toHaveLength(2);
    },
  );
});

test("a web page's numbers make no ends of lines", () => {
  const text = `<pre>-A X --comment &quot;a&#10;b&#x0a;c&#39;&#34; -j Y</pre>`;
  const { undo } = PASTINGS.find(({ said }) => said.includes("web page"))!;
  expect(undo(text)).toBe(`-A X --comment "a&#10;b&#x0a;c'" -j Y`);
});

test.each([" ", "\t", '"', "\\", "*", "<", "&", "-", "a", "\r", " \\\n", "# ", "\r-A X"])(
  "a megabyte of %j behind a rule takes no second",
  (unit) => {
    const text = `-A X -j Y ${unit.repeat(2 ** 20 / unit.length)}!`;
    const start = process.cpuUsage();
    for (const { isIn, undo } of PASTINGS) {
      isIn(text);
      undo(text);
    }
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(1e6);
  },
);
