import type { AdminPeer, AdminPolicy, AdminPort, AdminProtocol, AdminRule } from "../../kube/admin-policy.js";
import { trimSelector } from "./label-selector.js";
import { compact, fieldsOf, mapsOf, numberOf, stringOf, stringsOf, type Fields } from "./shape.js";

/** Peers and actions that are not known stay in their places, as rules with them fail closed. */
export function trimAdminPolicy(raw: Fields): Pick<AdminPolicy, "spec"> {
  const spec = fieldsOf(raw["spec"]) ?? {};
  return {
    spec: compact({
      tier: stringOf(spec["tier"]),
      priority: numberOf(spec["priority"]),
      subject: trimPods(fieldsOf(spec["subject"]) ?? {}),
      ingress: mapsOf(spec["ingress"], trimRule),
      egress: mapsOf(spec["egress"], trimRule),
    }),
  };
}

function trimRule(rule: Fields): AdminRule {
  return compact({
    name: stringOf(rule["name"]),
    action: stringOf(rule["action"]) ?? "",
    from: mapsOf(rule["from"], trimPeer),
    to: mapsOf(rule["to"], trimPeer),
    ports: mapsOf(rule["ports"], trimPort),
    protocols: mapsOf(rule["protocols"], trimProtocol),
  });
}

function trimPods(value: Fields): AdminPolicy["spec"]["subject"] {
  const pods = fieldsOf(value["pods"]);
  return compact({
    namespaces: trimSelector(value["namespaces"]),
    pods:
      pods &&
      compact({
        namespaceSelector: trimSelector(pods["namespaceSelector"]),
        podSelector: trimSelector(pods["podSelector"]),
      }),
  });
}

function trimPeer(peer: Fields): AdminPeer {
  return compact({
    ...trimPods(peer),
    networks: stringsOf(peer["networks"]),
    nodes: trimSelector(peer["nodes"]),
    domainNames: stringsOf(peer["domainNames"]),
  });
}

function trimPort(element: Fields): AdminPort {
  const number = fieldsOf(element["portNumber"]);
  const range = fieldsOf(element["portRange"]);
  return compact({
    portNumber: number && compact({ protocol: stringOf(number["protocol"]), port: numberOf(number["port"]) }),
    portRange:
      range &&
      compact({ protocol: stringOf(range["protocol"]), start: numberOf(range["start"]), end: numberOf(range["end"]) }),
    namedPort: stringOf(element["namedPort"]),
  });
}

function trimProtocol(element: Fields): AdminProtocol {
  return compact({
    tcp: trimDestination(element["tcp"]),
    udp: trimDestination(element["udp"]),
    sctp: trimDestination(element["sctp"]),
    destinationNamedPort: stringOf(element["destinationNamedPort"]),
  });
}

function trimDestination(value: unknown): AdminProtocol["tcp"] {
  const protocol = fieldsOf(value);
  if (!protocol) return undefined;
  const port = fieldsOf(protocol["destinationPort"]);
  const range = fieldsOf(port?.["range"]);
  return compact({
    destinationPort:
      port &&
      compact({
        number: numberOf(port["number"]),
        range: range && compact({ start: numberOf(range["start"]), end: numberOf(range["end"]) }),
      }),
  });
}
