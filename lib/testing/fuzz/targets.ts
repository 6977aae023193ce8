/** What has to hold for any bytes at all, one function for each reader; each throws when it does not. */
import { readConfig } from "../../check/read-config.js";
import { readDoctorConfig } from "../../check/read-doctor-section.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { printDiagnostic } from "../../diagnostics/print.js";
import { readIPVSCapture } from "../../diff/ipvs/read-capture.js";
import { diffIptablesCaptures } from "../../diff/iptables/index.js";
import { diffNftCaptures } from "../../diff/nftables/index.js";
import { loadCluster } from "../../pipeline/load.js";
import { locateDiagnostics } from "../../readers/locate-diagnostics.js";
import { parseIptables } from "../../rulesets/iptables/parse.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromBytes, sourceFromText } from "../../source/source.js";

/** `isQuick`: what costs most is not looked at, which is done of a part of very many inputs. */
export type Target = (bytes: Uint8Array, isQuick?: boolean) => void;

function fail(what: string, ...shown: readonly unknown[]): never {
  throw new Error([what, ...shown.map((value) => JSON.stringify(value))].join("\n"));
}

/** Fails with the first lines that differ. */
function checkSame(what: string, before: string, after: string): void {
  if (before === after) return;
  const [left, right] = [before.split("\n"), after.split("\n")];
  const at = left.findIndex((line, i) => line !== right[i]);
  fail(what, at < 0 ? "" : left[at], right[at < 0 ? left.length : at] ?? "nothing");
}

/** Diagnostics can be printed, and hold nothing that a terminal would obey. */
function checkDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of locateDiagnostics(diagnostics)) {
    const text = printDiagnostic(diagnostic);

    if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text)) fail("a diagnostic holds control characters", text);
  }
}

/** Captures of iptables: every rule read is printed and read back the same, and a node does not differ from itself. */
function iptablesCapture(bytes: Uint8Array, isQuick = false): void {
  const captures = parseIptables([sourceFromBytes("node.txt", bytes)]);
  checkDiagnostics(captures.diagnostics);
  for (const { family, tables } of captures.rulesets)
    for (const { chains, rules } of tables) {
      if (family === "unknown") continue;
      const names = new Set(chains.map(({ name }) => name));
      for (const rule of rules) {
        const line = printRuleSave(rule, family);
        const again = parseRule(line, (name) => names.has(name));
        if ("problem" in again) fail("a rule that was read is not read when it is printed", again.problem, line);
        const second = printRuleSave(again.rule, family);
        checkSame("a rule is printed in another way once it was read", line, second);
      }
    }
  for (const family of isQuick ? [] : (["IPv4", "IPv6"] as const)) {
    const { changes, diagnostics } = diffIptablesCaptures(captures, captures, family);
    checkDiagnostics(diagnostics);
    const serious = changes.filter(({ kind, severity }) => severity === "error" && kind !== "leftover-chain");
    // Chains that should not be there are said of any capture that holds them.
    if (serious.length > 0) fail("a node differs from itself", serious);
  }
}

/** Listings of nft: what is read is printed and read back the same, and a node does not differ from itself. */
function nftListings(bytes: Uint8Array, isQuick = false): void {
  const capture = parseNftList(sourceFromBytes("node.txt", bytes), true);
  checkDiagnostics(capture.diagnostics);
  // What could not be read is said, and may be missing from the table.
  const isWhole = capture.diagnostics.length === 0;
  for (const table of isWhole ? capture.tables : []) {
    const text = [...nftListing(table)].join("\n");
    const { tables, diagnostics } = parseNftList(sourceFromText("printed.txt", text), true);
    if (diagnostics.some(({ severity }) => severity === "error"))
      fail("a table that was read is not read when it is printed", diagnostics[0]!.message, text);
    const second = tables.flatMap((again) => [...nftListing(again)]).join("\n");
    checkSame("a table is printed in another way once it was read", text, second);
  }
  for (const family of isQuick ? [] : (["ip", "ip6"] as const)) {
    const { changes, diagnostics } = diffNftCaptures([capture], [capture], family);
    checkDiagnostics(diagnostics);
    if (isWhole && changes.some(({ severity }) => severity === "error")) fail("a node differs from itself", changes);
  }
}

/** `nft -j list ruleset`. */
function nftJSON(bytes: Uint8Array): void {
  checkDiagnostics(parseNftJSON(sourceFromBytes("node.json", bytes), true).diagnostics);
}

/** ipvsadm, ipset, ip addr and iptables in one file. */
function ipvsCapture(bytes: Uint8Array): void {
  checkDiagnostics(readIPVSCapture([sourceFromBytes("node.txt", bytes)]).diagnostics);
}

/** Manifests and dumps: what is said is the same whether everything is kept of them or only what rules are made of. */
function objects(bytes: Uint8Array, isQuick = false): void {
  const sources = [sourceFromBytes("input.yaml", bytes)];
  const { diagnostics } = loadCluster(sources);
  checkDiagnostics(diagnostics);
  if (isQuick) return;
  const ofRules = loadCluster(sources, { rulesOnly: true });
  checkSame("the quick reading says something else", messagesOf(diagnostics), messagesOf(ofRules.diagnostics));
}

const messagesOf = (diagnostics: readonly Diagnostic[]) =>
  diagnostics
    .map(({ severity, message }) => `${severity} ${message}`)
    .sort()
    .join("\n");

/** svcrules.yaml. */
function configuration(bytes: Uint8Array): void {
  const source = sourceFromBytes("svcrules.yaml", bytes);
  checkDiagnostics(readConfig(source).diagnostics);
  checkDiagnostics(readDoctorConfig(source).diagnostics);
}

/** By name, which is also the folder of fixtures/regressions that holds inputs once got wrong. */
export const TARGETS: Readonly<Record<string, Target>> = {
  "iptables-capture": iptablesCapture,
  "nft-listing": nftListings,
  "nft-json": nftJSON,
  "ipvs-capture": ipvsCapture,
  objects,
  configuration,
};
