import type { EndpointAddress, Endpoints } from "../../kube/types.js";
import { trimTargetRef } from "./endpoint-slice.js";
import type { Pool } from "./pool.js";
import { compact, mapsOf, numberOf, stringOf, type Fields } from "./shape.js";

type Subset = NonNullable<Endpoints["subsets"]>[number];
type SubsetPort = NonNullable<Subset["ports"]>[number];

export function trimEndpoints(raw: Fields, pool: Pool): Pick<Endpoints, "subsets"> {
  return compact({
    subsets: mapsOf(raw["subsets"], (subset) =>
      compact({
        addresses: mapsOf(subset["addresses"], (address) => trimAddress(address, pool)),
        notReadyAddresses: mapsOf(subset["notReadyAddresses"], (address) => trimAddress(address, pool)),
        ports: mapsOf(subset["ports"], trimPort),
      }),
    ),
  });
}

function trimAddress(address: Fields, pool: Pool): EndpointAddress {
  return compact({
    ip: stringOf(address["ip"]) ?? "",
    hostname: stringOf(address["hostname"]),
    nodeName: stringOf(address["nodeName"]),
    targetRef: trimTargetRef(address["targetRef"], pool),
  });
}

function trimPort(port: Fields): SubsetPort {
  return compact({
    name: stringOf(port["name"]),
    port: numberOf(port["port"]) ?? 0,
    protocol: stringOf(port["protocol"]) as SubsetPort["protocol"],
    appProtocol: stringOf(port["appProtocol"]),
  });
}
