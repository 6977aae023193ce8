/** What the table of small pairs of states expects: kinds with counts, and the sentences. */
export const EXPECTED: Readonly<Record<string, unknown>> = {
  nothing: {
    kinds: [],
    messages: [],
  },
  "a Service is deleted": {
    kinds: ["lost 1", "names 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web: its DNS name is gone: before 10.96.0.10; after no such name",
    ],
  },
  "a Service is new": {
    kinds: ["exposed 1", "names 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
      "shop/web: its DNS name is new: before no such name; after 10.96.0.10",
    ],
  },
  "a Service becomes headless": {
    kinds: ["lost 1", "names 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web: its DNS name resolves otherwise: before 10.96.0.10; after 10.244.1.11, 10.244.2.12, 10.244.3.13",
    ],
  },
  "a cluster IP changes": {
    kinds: ["lost 1", "exposed 1", "names 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: cluster IP 10.96.0.11:80 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
      "shop/web: its DNS name resolves otherwise: before 10.96.0.10; after 10.96.0.11",
    ],
  },
  "a port changes": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: cluster IP 10.96.0.10:81 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a port is renamed": {
    kinds: ["names 1", "names 1"],
    messages: [
      "shop/web: its DNS name _http._tcp.web.shop.svc.cluster.local is gone: before port 80; after no such name",
      "shop/web: its DNS name _web._tcp.web.shop.svc.cluster.local is new: before no such name; after port 80",
    ],
  },
  "a target port changes": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 3 endpoints, 33.33% each: keeps 0 of 3 endpoints, 3 new",
    ],
  },
  "a protocol changes": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: cluster IP 10.96.0.10:80 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a port is added": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:admin: cluster IP 10.96.0.10:81 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a selector matches nothing": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after refused at once",
    ],
  },
  "a selector matches fewer pods": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 4 endpoints, 25% each; after its only endpoint, 100%: keeps 1 of 4 endpoints; the busiest gets 100%, before 25%",
    ],
  },
  "a Service becomes NodePort": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:http: node port 30080 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a Service is NodePort no more": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
    ],
  },
  "a node port changes": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: node port 30081 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "an external IP is added": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:http: external IP 198.51.100.7:80 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "an external IP is removed": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: external IP 198.51.100.7:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
    ],
  },
  "a load balancer's address changes": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: load-balancer IP 203.0.113.11:80 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a load balancer's address is gone": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
    ],
  },
  "source ranges are added": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 is lost on every node, from outside the source ranges, a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after dropped without an answer",
    ],
  },
  "source ranges are removed": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 becomes reachable on every node, from outside the source ranges, a pod of the node, a pod of another node, the node: before dropped without an answer; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "source ranges are widened": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 becomes reachable on every node, from outside the source ranges: before dropped without an answer; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "source ranges are exchanged": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: load-balancer IP 203.0.113.10:80 is lost on every node, from outside the source ranges: before one of all 3 endpoints, 33.33% each; after dropped without an answer",
      "shop/web:http: load-balancer IP 203.0.113.10:80 becomes reachable on every node, from outside the source ranges: before dropped without an answer; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "the external policy becomes Local": {
    kinds: ["identity 1", "identity 1", "moved 1"],
    messages: [
      "shop/web:http: node port 30080 sees clients otherwise on every node, from a pod of the node, a pod of another node: before one of all 3 endpoints, 33.33% each; comes from a node address; after one of all 3 endpoints, 33.33% each; keeps its source",
      "shop/web:http: node port 30080 sees clients otherwise on every node, from outside: before one of all 3 endpoints, 33.33% each; comes from a node address; after the only endpoint on the node, 100%; keeps its source",
      "shop/web:http: node port 30080 goes to other endpoints on every node, from outside: before one of all 3 endpoints, 33.33% each; after the only endpoint on the node, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%; traffic now keeps to the node or its zone",
    ],
  },
  "the external policy becomes Cluster": {
    kinds: ["identity 1", "identity 1", "moved 1"],
    messages: [
      "shop/web:http: node port 30080 sees clients otherwise on every node, from a pod of the node, a pod of another node: before one of all 3 endpoints, 33.33% each; keeps its source; after one of all 3 endpoints, 33.33% each; comes from a node address",
      "shop/web:http: node port 30080 sees clients otherwise on every node, from outside: before the only endpoint on the node, 100%; keeps its source; after one of all 3 endpoints, 33.33% each; comes from a node address",
      "shop/web:http: node port 30080 goes to other endpoints on every node, from outside: before the only endpoint on the node, 100%; after one of all 3 endpoints, 33.33% each: keeps 1 of 1 endpoint, 2 new; the busiest gets 33.33%, before 100%; traffic no longer keeps to the node or its zone",
    ],
  },
  "the external policy becomes Local where a node has no endpoint": {
    kinds: ["lost 1", "identity 1", "identity 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on node-2, node-3, from outside: before its only endpoint, 100%; after dropped without an answer",
      "shop/web:http: node port 30080 sees clients otherwise on node-1, from outside, a pod of the node, a pod of another node: before its only endpoint, 100%; comes from a node address; after its only endpoint, 100%; keeps its source",
      "shop/web:http: node port 30080 sees clients otherwise on node-2, node-3, from a pod of the node, a pod of another node: before its only endpoint, 100%; comes from a node address; after its only endpoint, 100%; keeps its source",
    ],
  },
  "a load balancer becomes Local": {
    kinds: ["exposed 1", "identity 2", "identity 2", "moved 2"],
    messages: [
      "shop/web:http: health-check port 31000 becomes reachable on every node, from a load balancer's health check: before not there; after answers 200: endpoints on the node",
      "shop/web: 2 frontends see clients otherwise on every node, from a pod of the node, a pod of another node: before one of all 3 endpoints, 33.33% each; comes from a node address; after one of all 3 endpoints, 33.33% each; keeps its source",
      "shop/web: 2 frontends see clients otherwise on every node, from outside: before one of all 3 endpoints, 33.33% each; comes from a node address; after the only endpoint on the node, 100%; keeps its source",
      "shop/web: 2 frontends go to other endpoints on every node, from outside: before one of all 3 endpoints, 33.33% each; after the only endpoint on the node, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%; traffic now keeps to the node or its zone",
    ],
  },
  "the last local endpoint of a health check goes": {
    kinds: ["lost 2", "lost 1", "moved 2", "moved 2", "moved 1", "moved 1"],
    messages: [
      "shop/web: 2 frontends are lost on node-3, from outside: before the only endpoint on the node, 100%; after dropped without an answer",
      "shop/web:http: health-check port 31000 is lost on node-3, from a load balancer's health check: before answers 200: endpoints on the node; after answers 503: no endpoint on the node",
      "shop/web: 2 frontends go to other endpoints on node-1, node-2, from a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; traffic now keeps to the node or its zone",
      "shop/web: 2 frontends go to other endpoints on node-3, from a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-1, node-2, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; traffic now keeps to the node or its zone",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-3, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "the internal policy becomes Local": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on node-2, node-3, for every client: before its only endpoint, 100%; after dropped without an answer",
    ],
  },
  "session affinity is added": {
    kinds: ["identity 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 sees clients otherwise on every node, for every client: before no session affinity; after a client stays with its endpoint for 10800 s",
    ],
  },
  "session affinity is removed": {
    kinds: ["identity 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 sees clients otherwise on every node, for every client: before a client stays with its endpoint for 10800 s; after no session affinity",
    ],
  },
  "the affinity's timeout changes": {
    kinds: ["identity 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 sees clients otherwise on every node, for every client: before a client stays with its endpoint for 10800 s; after a client stays with its endpoint for 60 s",
    ],
  },
  "an endpoint goes": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "an endpoint comes": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 2 endpoints, 50% each; after one of all 3 endpoints, 33.33% each: keeps 2 of 2 endpoints, 1 new; the busiest gets 33.33%, before 50%",
    ],
  },
  "all endpoints go": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after refused at once",
    ],
  },
  "an endpoint is replaced": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 3 endpoints, 33.33% each: keeps 2 of 3 endpoints, 1 new",
    ],
  },
  "a pod is not ready": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of 2 of 3 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a pod is not ready where that does not matter": {
    kinds: [],
    messages: [],
  },
  "traffic keeps to zones": {
    kinds: ["moved 1", "moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-1, node-2, for every client: before one of all 3 endpoints, 33.33% each; after one of 2 of 3 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; traffic now keeps to the node or its zone",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-3, for every client: before one of all 3 endpoints, 33.33% each; after one of its 3 endpoints, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%; traffic now keeps to the node or its zone",
    ],
  },
  "traffic keeps to zones no more": {
    kinds: ["moved 1", "moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-1, node-2, for every client: before one of 2 of 3 endpoints, 50% each; after one of all 3 endpoints, 33.33% each: keeps 2 of 2 endpoints, 1 new; the busiest gets 33.33%, before 50%; traffic no longer keeps to the node or its zone",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-3, for every client: before one of its 3 endpoints, 100%; after one of all 3 endpoints, 33.33% each: keeps 1 of 1 endpoint, 2 new; the busiest gets 33.33%, before 100%; traffic no longer keeps to the node or its zone",
    ],
  },
  "a Service is renamed and still referred to": {
    kinds: ["names 1", "names 1"],
    messages: [
      "shop/site: its DNS name is new: before no such name; after 10.96.0.10",
      "shop/web: its DNS name is gone: before 10.96.0.10; after no such name; 1 setting still names it",
    ],
  },
  "an external name changes": {
    kinds: ["names 1"],
    messages: ["shop/web: its DNS name resolves otherwise: before a.example.; after b.example."],
  },
  "a policy isolates the pods": {
    kinds: ["policy 1"],
    messages: ["StatefulSet shop/client to shop/web:http is newly blocked by policy (before allowed, after denied)"],
  },
  "a policy is removed": {
    kinds: ["policy 1"],
    messages: ["StatefulSet shop/client to shop/web:http is newly admitted by policy (before denied, after allowed)"],
  },
  "a policy admits a client": {
    kinds: ["policy 1"],
    messages: ["StatefulSet shop/client to shop/web:http is newly admitted by policy (before denied, after allowed)"],
  },
  "a policy names the Service's port instead of the pods'": {
    kinds: ["policy 1"],
    messages: ["StatefulSet shop/client to shop/web:http is newly blocked by policy (before allowed, after denied)"],
  },
  "the mode changes to nftables": {
    kinds: ["lost 1", "lost 1", "refusal 1"],
    messages: [
      "shop/web:http: node port 30080 on another address of the node is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not touched: it goes on to where it was sent",
      "shop/web:http: node port 30080 on loopback is lost on every node, from the node: before one of all 3 endpoints, 33.33% each; after not touched: it goes on to where it was sent",
      "shop/web:http: unused ports of cluster IP 10.96.0.10 refuses otherwise on every node, for every client: before not touched: it goes on to where it was sent; after refused at once",
    ],
  },
  "everything is masqueraded": {
    kinds: ["identity 1", "identity 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 sees clients otherwise on every node, from a pod of the node, a pod of another node: before one of all 3 endpoints, 33.33% each; keeps its source; after one of all 3 endpoints, 33.33% each; comes from a node address",
      "shop/web:http: cluster IP 10.96.0.10:80 sees clients otherwise on every node, from an endpoint of its own: before one of all 3 endpoints, 33.33% each; comes from a node address where it goes back to its sender; after one of all 3 endpoints, 33.33% each; comes from a node address",
    ],
  },
  "node ports are held to a network": {
    kinds: ["lost 1", "lost 1", "lost 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on node-2, node-3, for every client: before one of all 3 endpoints, 33.33% each; after not touched: it goes on to where it was sent",
      "shop/web:http: node port 30080 on another address of the node is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not touched: it goes on to where it was sent",
      "shop/web:http: node port 30080 on loopback is lost on every node, from the node: before one of all 3 endpoints, 33.33% each; after not touched: it goes on to where it was sent",
    ],
  },
  "a node has no endpoint for one frontend of two": {
    kinds: ["lost 1", "lost 1", "identity 1", "identity 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on node-2, node-3, for every client: before its only endpoint, 100%; after dropped without an answer",
      "shop/web:http: node port 30080 is lost on node-2, node-3, from outside: before its only endpoint, 100%; after dropped without an answer",
      "shop/web:http: node port 30080 sees clients otherwise on node-1, from outside, a pod of the node, a pod of another node: before its only endpoint, 100%; comes from a node address; after its only endpoint, 100%; keeps its source",
      "shop/web:http: node port 30080 sees clients otherwise on node-2, node-3, from a pod of the node, a pod of another node: before its only endpoint, 100%; comes from a node address; after its only endpoint, 100%; keeps its source",
    ],
  },
  "a node is added": {
    kinds: [],
    messages: [],
  },
  "a node is added where there are node ports": {
    kinds: ["exposed 1", "exposed 1", "exposed 1", "moved 2", "moved 1"],
    messages: [
      "shop/web:http: health-check port 31264 becomes reachable on node-4, from a load balancer's health check: before the node is not there; after answers 200: endpoints on the node",
      "shop/web:http: node port 30080 becomes reachable on node-4, from a pod of another node: before the node is not there; after one of all 4 endpoints, 25% each",
      "shop/web:http: node port 30080 becomes reachable on node-4, from outside: before the node is not there; after the only endpoint on the node, 100%",
      "shop/web: 2 frontends go to other endpoints on every node, from a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after one of all 4 endpoints, 25% each: keeps 3 of 3 endpoints, 1 new; the busiest gets 25%, before 33.33%",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 4 endpoints, 25% each: keeps 3 of 3 endpoints, 1 new; the busiest gets 25%, before 33.33%",
    ],
  },
  "a node is replaced": {
    kinds: ["lost 1", "exposed 1", "moved 2"],
    messages: [
      "shop/web:http: node port 30080 is lost on node-3, from outside, a pod of another node: before one of all 3 endpoints, 33.33% each; after the node is not there",
      "shop/web:http: node port 30080 becomes reachable on node-4, from outside, a pod of another node: before the node is not there; after one of all 2 endpoints, 50% each",
      "shop/web: 2 frontends go to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a zone fails where there are node ports": {
    kinds: ["lost 1", "moved 2"],
    messages: [
      "shop/web:http: node port 30080 is lost on node-3, from outside, a pod of another node: before one of all 3 endpoints, 33.33% each; after the node is not there",
      "shop/web: 2 frontends go to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a node is drained": {
    kinds: ["lost 1", "moved 1", "moved 1", "moved 1", "moved 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on node-3, from outside: before the only endpoint on the node, 100%; after dropped without an answer",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-1, node-2, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; traffic now keeps to the node or its zone",
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on node-3, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
      "shop/web:http: node port 30080 goes to other endpoints on node-1, node-2, from a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; traffic now keeps to the node or its zone",
      "shop/web:http: node port 30080 goes to other endpoints on node-3, from a pod of the node, a pod of another node, the node: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a node is drained whose pod is a DaemonSet's": {
    kinds: [],
    messages: [],
  },
  "a zone fails": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on the node, for every client: before one of all 3 endpoints, 33.33% each; after its only endpoint, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%",
    ],
  },
  "a zone fails where traffic keeps to zones": {
    kinds: [],
    messages: [],
  },
  "a workload is scaled down": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after its only endpoint, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%",
    ],
  },
  "a workload is scaled to nothing": {
    kinds: ["lost 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after refused at once",
    ],
  },
  "a workload is scaled up": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 4 endpoints, 25% each: keeps 3 of 3 endpoints, 1 new; the busiest gets 25%, before 33.33%",
    ],
  },
  "a pod is taken as not ready": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of 2 of 3 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a Service is taken as deleted": {
    kinds: ["lost 1", "names 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web: its DNS name is gone: before 10.96.0.10; after no such name",
    ],
  },
  "a pod is taken as deleted": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after one of all 2 endpoints, 50% each: keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%",
    ],
  },
  "a policy is taken as deleted": {
    kinds: ["policy 1"],
    messages: ["StatefulSet shop/client to shop/web:http is newly admitted by policy (before denied, after allowed)"],
  },
  "a field is taken as set": {
    kinds: ["lost 1", "exposed 1"],
    messages: [
      "shop/web:http: node port 30080 is lost on every node, for every client: before one of all 3 endpoints, 33.33% each; after not there: it goes on to where it was sent",
      "shop/web:http: node port 30090 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a Service is taken as of another type": {
    kinds: ["exposed 1"],
    messages: [
      "shop/web:http: node port 31331 becomes reachable on every node, for every client: before not there: it goes on to where it was sent; after one of all 3 endpoints, 33.33% each",
    ],
  },
  "a node is drained and a workload scaled down": {
    kinds: ["moved 1"],
    messages: [
      "shop/web:http: cluster IP 10.96.0.10:80 goes to other endpoints on every node, for every client: before one of all 3 endpoints, 33.33% each; after its only endpoint, 100%: keeps 1 of 3 endpoints; the busiest gets 100%, before 33.33%",
    ],
  },
};
