/**
 * A KubeProxyConfiguration: what kube-proxy refuses beyond the fields that `lib/config` judges when it reads them.
 * Source: kube-proxy pkg/proxy/apis/config/validation.
 */
import { parseDurationSeconds } from "../../config/duration.js";
import { parseCIDR } from "../../net/cidr.js";
import { familyOfIP } from "../../net/ip.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import { refuse, type Findings } from "./findings.js";
import { listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

const CODE = "proxy-configuration-invalid";
const SCHEDULERS = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh"];

/** Checks addresses, ranges, durations and numbers. */
export function checkProxyConfiguration(f: Findings, config: RawRecord): void {
  const bind = textOf(config["bindAddress"]);
  if (bind !== "" && !familyOfIP(bind))
    refuse(f, CODE, ["bindAddress"], `bindAddress ${quoted(bind)} is no IP address`);
  checkClusterCIDR(f, textOf(config["clusterCIDR"]));
  checkNodePortAddresses(f, listOf(config["nodePortAddresses"]), textOf(config["mode"]));
  for (const field of ["healthzBindAddress", "metricsBindAddress"]) checkHostPort(f, textOf(config[field]), field);
  checkNumber(f, config, "oomScoreAdj", -1000, 1000);
  checkPortRange(f, textOf(config["portRange"]));
  checkDuration(f, config["configSyncPeriod"], ["configSyncPeriod"]);
  for (const mode of ["iptables", "ipvs", "nftables"]) checkSyncPeriods(f, recordOf(config[mode]), mode);
  checkIPVS(f, recordOf(config["ipvs"]));
  checkConntrack(f, recordOf(config["conntrack"]));
}

function checkClusterCIDR(f: Findings, text: string): void {
  if (text === "") return;
  const ranges = text.split(",");
  const cidrs = ranges.map((range) => parseCIDR(range));
  const wrong = ranges.find((_, i) => !cidrs[i]);
  if (wrong !== undefined) refuse(f, CODE, ["clusterCIDR"], `clusterCIDR ${quoted(wrong)} is no CIDR`);
  else if (ranges.length > 2 || (ranges.length === 2 && cidrs[0]!.family === cidrs[1]!.family))
    refuse(
      f,
      CODE,
      ["clusterCIDR"],
      `clusterCIDR ${quoted(text)} holds more than one range of a family`,
      "at most one IPv4 and one IPv6 range, parted by a comma",
    );
}

/** Words that nftables mode takes beside CIDRs. */
const NODE_PORT_WORDS: readonly unknown[] = ["primary", "localhost", "all"];

function checkNodePortAddresses(f: Findings, list: readonly unknown[], mode: string): void {
  if (list.length === 1 && list[0] === "primary") return;
  const takesWords = f.features.nftNodePortAddressKeywords && (mode === "" || mode === "nftables");
  for (let i = 0; i < list.length; i++) {
    const text = list[i];
    if (typeof text !== "string" || parseCIDR(text) || (takesWords && NODE_PORT_WORDS.includes(text))) continue;
    const single = familyOfIP(text);
    const fix = single ? [`a single address is written ${text}/${single === "IPv4" ? 32 : 128}`] : [];
    if (text === "primary") fix.push("primary stands alone in the list");
    refuse(f, CODE, ["nodePortAddresses", i], `nodePortAddresses ${quoted(text)} is no CIDR`, ...fix);
  }
}

/** An address alone is right too: kube-proxy appends its default port. */
function checkHostPort(f: Findings, text: string, field: string): void {
  if (text === "" || familyOfIP(text)) return;
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, "$1");
  const port = text.slice(colon + 1);
  if (colon < 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535 || (host !== "" && !familyOfIP(host)))
    refuse(f, CODE, [field], `${field} ${quoted(text)} is no IP address and port`, 'for example "0.0.0.0:10256"');
}

function checkPortRange(f: Findings, text: string): void {
  if (text === "") return;
  const m = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(text.trim());
  const from = Number(m?.[1]);
  const to = m?.[2] === "+" ? from + Number(m[3]) : m?.[2] === "-" ? Number(m[3]) : from;
  if (!m || from > 65_535 || to > 65_535 || to < from)
    refuse(f, CODE, ["portRange"], `portRange ${quoted(text)} is no range of ports`);
}

function checkNumber(f: Findings, map: RawRecord, field: string, low: number, high: number): void {
  const value = map[field];
  if (typeof value === "number" && (value < low || value > high))
    refuse(f, CODE, [field], `${field} ${value} is outside ${low} to ${high}`);
}

/** Seconds of a duration, negative ones too; undefined when it is none. */
function secondsOf(value: unknown): number | undefined {
  const text = textOf(value);
  if (text === "") return undefined;
  const seconds = parseDurationSeconds(text.replace(/^[-+]/, ""));
  return seconds === undefined ? NaN : text.startsWith("-") ? Math.min(-seconds, -1) : seconds;
}

function checkDuration(f: Findings, value: unknown, path: string[]): number | undefined {
  const seconds = secondsOf(value);
  if (seconds === undefined) return undefined;
  const field = path.join(".");
  if (Number.isNaN(seconds))
    refuse(f, CODE, path, `${field} ${quoted(textOf(value))} is no duration`, 'for example "30s" or "1m30s"');
  else if (seconds < 0) refuse(f, CODE, path, `${field} ${quoted(textOf(value))} is negative`);
  else return seconds;
  return undefined;
}

function checkSyncPeriods(f: Findings, block: RawRecord, mode: string): void {
  // A zero syncPeriod is what an absent one looks like after decoding, so it is defaulted.
  const sync = checkDuration(f, block["syncPeriod"], [mode, "syncPeriod"]) || 30;
  const least = checkDuration(f, block["minSyncPeriod"], [mode, "minSyncPeriod"]);
  if (least !== undefined && least > sync)
    refuse(f, CODE, [mode, "minSyncPeriod"], `${mode}.minSyncPeriod is longer than ${mode}.syncPeriod, ${sync}s`);
}

function checkIPVS(f: Findings, ipvs: RawRecord): void {
  const scheduler = textOf(ipvs["scheduler"]);
  if (scheduler !== "" && !SCHEDULERS.includes(scheduler)) {
    const near = nearest(scheduler, SCHEDULERS);
    refuse(
      f,
      CODE,
      ["ipvs", "scheduler"],
      `ipvs.scheduler ${quoted(scheduler)} is not one of ${SCHEDULERS.join(", ")}`,
      ...(near ? [`did you mean ${near}?`] : []),
    );
  }
  listOf(ipvs["excludeCIDRs"]).forEach((range, i) => {
    if (typeof range === "string" && !parseCIDR(range))
      refuse(f, CODE, ["ipvs", "excludeCIDRs", i], `ipvs.excludeCIDRs ${quoted(range)} is no CIDR`);
  });
  for (const field of ["tcpTimeout", "tcpFinTimeout", "udpTimeout"])
    if (textOf(ipvs[field]).startsWith("-")) checkDuration(f, ipvs[field], ["ipvs", field]);
}

function checkConntrack(f: Findings, conntrack: RawRecord): void {
  for (const field of ["maxPerCore", "min"]) {
    const value = conntrack[field];
    if (typeof value === "number" && value < 0)
      refuse(f, CODE, ["conntrack", field], `conntrack.${field} ${value} is negative`);
  }
  for (const field of ["tcpEstablishedTimeout", "tcpCloseWaitTimeout", "udpTimeout", "udpStreamTimeout"])
    checkDuration(f, conntrack[field], ["conntrack", field]);
}
