/** An Endpoints object. Source: kubernetes pkg/apis/core/validation ValidateEndpoints. */
import { familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { specialAddress } from "./addresses.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { DNS_LABEL_WORDS, isDNSLabel, isDNSSubdomain, SUBDOMAIN_WORDS } from "./grammar.js";
import { checkAppProtocol, checkPortNumber, checkProtocol } from "./ports.js";
import { isGiven, listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

/** Checks the subsets. */
export function checkEndpoints(f: Findings, object: RawRecord): void {
  const subsets = listOf(object["subsets"]);
  for (let i = 0; i < subsets.length; i++) {
    const subset = recordOf(subsets[i]);
    const ready = listOf(subset["addresses"]);
    const notReady = listOf(subset["notReadyAddresses"]);
    if (ready.length === 0 && notReady.length === 0)
      refuse(f, "subset-without-addresses", ["subsets", i], "this subset has neither addresses nor notReadyAddresses");
    for (let j = 0; j < ready.length; j++) checkAddress(f, recordOf(ready[j]), i, "addresses", j);
    for (let j = 0; j < notReady.length; j++) checkAddress(f, recordOf(notReady[j]), i, "notReadyAddresses", j);
    const ports = listOf(subset["ports"]);
    for (let j = 0; j < ports.length; j++) checkPort(f, recordOf(ports[j]), i, j, ports.length);
  }
}

function checkAddress(f: Findings, address: RawRecord, i: number, field: string, j: number): void {
  const ip = textOf(address["ip"]);
  const family = familyOfIP(ip);
  const special = family && specialAddress(ip, family);
  if (!family && (typeof address["ip"] === "string" || !isGiven(address["ip"])))
    refuseAlways(
      f,
      "endpoint-address-invalid",
      ["subsets", i, field, j, "ip"],
      `endpoint address ${quoted(ip)} is no IP address`,
    );
  else if (special)
    refuse(f, "endpoint-address-invalid", ["subsets", i, field, j, "ip"], `endpoint address ${ip} is ${special}`);
  const { hostname, nodeName } = address as { hostname?: unknown; nodeName?: unknown };
  if (typeof hostname === "string" && hostname !== "" && !isDNSLabel(hostname))
    refuse(
      f,
      "endpoint-hostname-invalid",
      ["subsets", i, field, j, "hostname"],
      `host name ${quoted(hostname)} is no valid DNS label`,
      DNS_LABEL_WORDS,
    );
  if (typeof nodeName === "string" && !isDNSSubdomain(nodeName) && nodeName !== "")
    refuse(
      f,
      "endpoint-node-name-invalid",
      ["subsets", i, field, j, "nodeName"],
      `node name ${quoted(nodeName)} is not valid`,
      SUBDOMAIN_WORDS,
    );
}

function checkPort(f: Findings, port: RawRecord, i: number, j: number, count: number): void {
  const name = textOf(port["name"]);
  if (name === "" && count > 1 && (!isGiven(port["name"]) || port["name"] === ""))
    refuse(
      f,
      "port-name-missing",
      ["subsets", i, "ports", j],
      `port ${j + 1} of ${count} has no name`,
      "with more than one port each needs a name",
    );
  if (name !== "" && !isDNSLabel(name))
    refuse(
      f,
      "port-name-invalid",
      ["subsets", i, "ports", j, "name"],
      `${quoted(name)} is no valid port name`,
      DNS_LABEL_WORDS,
    );
  checkPortNumber(f, port["port"], ["subsets", i, "ports", j, "port"], "port");
  checkProtocol(f, port["protocol"], ["subsets", i, "ports", j, "protocol"]);
  if (isGiven(port["appProtocol"])) checkAppProtocol(f, port["appProtocol"], ["subsets", i, "ports", j, "appProtocol"]);
}
