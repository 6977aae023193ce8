import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../kube/types.js";
import { trimSelector } from "./label-selector.js";
import { compact, fieldsOf, mapsOf, numberOf, numberOrStringOf, stringOf, stringsOf, type Fields } from "./shape.js";

export function trimNetworkPolicy(raw: Fields): Pick<NetworkPolicy, "spec"> {
  const spec = fieldsOf(raw["spec"]) ?? {};
  return {
    spec: compact({
      podSelector: trimSelector(spec["podSelector"]),
      policyTypes: stringsOf(spec["policyTypes"]),
      ingress: mapsOf(spec["ingress"], (rule) =>
        compact({ ports: mapsOf(rule["ports"], trimPort), from: mapsOf(rule["from"], trimPeer) }),
      ),
      egress: mapsOf(spec["egress"], (rule) =>
        compact({ ports: mapsOf(rule["ports"], trimPort), to: mapsOf(rule["to"], trimPeer) }),
      ),
    }),
  };
}

function trimPort(port: Fields): NetworkPolicyPort {
  return compact({
    protocol: stringOf(port["protocol"]) as NetworkPolicyPort["protocol"],
    port: numberOrStringOf(port["port"]),
    endPort: numberOf(port["endPort"]),
  });
}

function trimPeer(peer: Fields): NetworkPolicyPeer {
  const block = fieldsOf(peer["ipBlock"]);
  return compact({
    podSelector: trimSelector(peer["podSelector"]),
    namespaceSelector: trimSelector(peer["namespaceSelector"]),
    ipBlock: block && compact({ cidr: stringOf(block["cidr"]) ?? "", except: stringsOf(block["except"]) }),
  });
}
