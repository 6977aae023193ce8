/** An EndpointSlice. Source: kubernetes pkg/apis/discovery/validation. */
import { MOST_ENDPOINTS } from "../../kube/endpoint-table.js";
import { canonicalIP, familyOfIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import { specialAddress } from "./addresses.js";
import { refuse, refuseAlways, type Findings, warnOfRefusal } from "./findings.js";
import { DNS_LABEL_WORDS, isDNSLabel, isDNSSubdomain, SUBDOMAIN_WORDS } from "./grammar.js";
import { checkAppProtocol, checkEnum, checkProtocol } from "./ports.js";
import { isGiven, listOf, recordOf, textOf, type RawRecord } from "./raw-values.js";

const MOST_ADDRESSES = 100;
const MOST_PORTS = 20_000;
const MOST_HINTS = 8;
const TYPES = ["IPv4", "IPv6", "FQDN"];

/** Checks the address type, the endpoints and the ports. */
export function checkEndpointSlice(f: Findings, object: RawRecord): void {
  const type = object["addressType"];
  if (!isGiven(type) || type === "")
    refuseAlways(f, "address-type-unknown", [], `this EndpointSlice has no addressType, expected ${TYPES.join(", ")}`);
  else checkEnum(f, "address-type-unknown", type, ["addressType"], TYPES);
  const endpoints = listOf(object["endpoints"]);
  if (endpoints.length > MOST_ENDPOINTS)
    refuse(
      f,
      "slice-too-large",
      ["endpoints"],
      `the slice has ${endpoints.length} endpoints, at most ${MOST_ENDPOINTS} are allowed`,
    );
  for (let i = 0; i < endpoints.length; i++) checkEndpoint(f, recordOf(endpoints[i]), i, textOf(type));
  checkPorts(f, listOf(object["ports"]));
}

function checkEndpoint(f: Findings, endpoint: RawRecord, i: number, type: string): void {
  const addresses = listOf(endpoint["addresses"]);
  if (addresses.length === 0 && !(isGiven(endpoint["addresses"]) && !Array.isArray(endpoint["addresses"])))
    refuseAlways(f, "slice-address-invalid", ["endpoints", i], `endpoint ${i + 1} has no addresses`);
  if (addresses.length > MOST_ADDRESSES)
    refuse(
      f,
      "slice-too-large",
      ["endpoints", i, "addresses"],
      `endpoint ${i + 1} has ${addresses.length} addresses, at most ${MOST_ADDRESSES} are allowed`,
    );
  for (let j = 0; j < addresses.length; j++) {
    const address = addresses[j];
    if (typeof address === "string") checkAddress(f, address, type, i, j);
  }
  const { hostname, nodeName, hints } = endpoint as { hostname?: unknown; nodeName?: unknown; hints?: unknown };
  if (typeof hostname === "string" && !isDNSLabel(hostname) && hostname !== "")
    refuse(
      f,
      "endpoint-hostname-invalid",
      ["endpoints", i, "hostname"],
      `host name ${quoted(hostname)} is no valid DNS label`,
      DNS_LABEL_WORDS,
    );
  if (typeof nodeName === "string" && !isDNSSubdomain(nodeName) && nodeName !== "")
    refuse(
      f,
      "endpoint-node-name-invalid",
      ["endpoints", i, "nodeName"],
      `node name ${quoted(nodeName)} is not valid`,
      SUBDOMAIN_WORDS,
    );
  if (isGiven(hints)) {
    checkHints(f, recordOf(hints)["forZones"], ["endpoints", i, "hints", "forZones"], "zone");
    checkHints(f, recordOf(hints)["forNodes"], ["endpoints", i, "hints", "forNodes"], "node");
  }
}

function checkAddress(f: Findings, address: string, type: string, i: number, j: number): void {
  if (type === "FQDN") {
    const name = address.endsWith(".") ? address.slice(0, -1) : address;
    if (!isDNSSubdomain(name) || !name.includes("."))
      refuse(
        f,
        "slice-address-invalid",
        ["endpoints", i, "addresses", j],
        `address ${quoted(address)} is no fully qualified DNS name`,
        SUBDOMAIN_WORDS,
      );
    return;
  }
  if (type !== "IPv4" && type !== "IPv6") return;
  const family = familyOfIP(address);
  if (family !== type) {
    const found = family ? `is ${family}, but addressType is ${type}` : "is no IP address";
    refuseAlways(f, "slice-address-invalid", ["endpoints", i, "addresses", j], `address ${quoted(address)} ${found}`);
    return;
  }
  const special = specialAddress(address, family);
  if (special) refuse(f, "slice-address-invalid", ["endpoints", i, "addresses", j], `address ${address} is ${special}`);
  else if (family === "IPv6" ? f.features.canonicalSliceAddresses : f.features.strictIPAndCIDRSyntax) {
    const canonical = canonicalIP(address)!;
    if (canonical !== address)
      warnOfRefusal(
        f,
        "lax-address",
        ["endpoints", i, "addresses", j],
        `address ${quoted(address)} is not in canonical form`,
        `API servers from 1.${family === "IPv6" ? 33 : 36} on refuse new slices with it; write ${canonical}`,
      );
  }
}

function checkHints(f: Findings, hints: unknown, path: (string | number)[], what: string): void {
  const list = listOf(hints);
  if (list.length > MOST_HINTS)
    refuse(
      f,
      "slice-hints-invalid",
      path,
      `an endpoint has ${list.length} ${what} hints, at most ${MOST_HINTS} are allowed`,
    );
  if (list.length < 2) return;
  const seen = new Set<unknown>();
  for (let k = 0; k < list.length; k++) {
    const name = recordOf(list[k])["name"];
    if (seen.has(name))
      refuse(f, "slice-hints-invalid", [...path, k, "name"], `${what} ${quoted(textOf(name))} is hinted twice`);
    seen.add(name);
  }
}

function checkPorts(f: Findings, ports: readonly unknown[]): void {
  if (ports.length > MOST_PORTS)
    refuse(f, "slice-too-large", ["ports"], `the slice has ${ports.length} ports, at most ${MOST_PORTS} are allowed`);
  const seen = ports.length > 1 ? new Set<string>() : undefined;
  for (let i = 0; i < ports.length; i++) {
    const port = recordOf(ports[i]);
    const name = textOf(port["name"]);
    if (name !== "" && !isDNSLabel(name))
      refuse(f, "port-name-invalid", ["ports", i, "name"], `${quoted(name)} is no valid port name`, DNS_LABEL_WORDS);
    if (seen?.has(name))
      refuse(
        f,
        "slice-port-duplicate",
        ["ports", i],
        name === "" ? "two ports of the slice have no name" : `port name ${quoted(name)} is used twice`,
      );
    seen?.add(name);
    checkProtocol(f, port["protocol"], ["ports", i, "protocol"]);
    if (isGiven(port["appProtocol"])) checkAppProtocol(f, port["appProtocol"], ["ports", i, "appProtocol"]);
  }
}
