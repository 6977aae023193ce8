/** What doctor looks at and what it says; types only. */
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { ProxyConfig } from "../config/proxy-config.js";
import type { ServiceEndpoints } from "../endpoints/types.js";
import type { CustomResource, KubeObject, Pod, Service, Workload } from "../kube/types.js";
import type { PolicyEvaluator } from "../netpol/evaluate.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { VirtualServer } from "../rulesets/ipvs/types.js";
import type { NftTable } from "../rulesets/nftables/types.js";
import type { Place } from "../source/origin.js";
import type { NodeFacts } from "./node-facts.js";

export type FindingSeverity = "error" | "warning" | "info";

/** A line of a node capture. */
export interface FileLine {
  readonly file: string;
  readonly line: number;
}

/** A fact a finding rests on: words, and where they stand. */
export interface Evidence {
  readonly text: string;
  readonly at?: Place | FileLine;
}

/** What a check hands over; id, severity and reason are added from the check. */
export interface Problem {
  /** The object to change; undefined for the cluster or a node as a whole. */
  readonly object?: KubeObject;
  /** What is to change, where it is not the object itself: "Deployment shop/web" of a pod. */
  readonly subject?: string;
  /** Further objects the problem concerns: one of them may say that it is to be left out. */
  readonly concerns?: readonly KubeObject[];
  /** Findings of one check and one cause are one finding, of the first object, that names the others. */
  readonly cause?: string;
  /** Tells findings of one check on one object apart, e.g. "port http"; part of the fingerprint. */
  readonly detail?: string;
  /** Overrides the check's severity. */
  readonly severity?: FindingSeverity;
  /** Overrides the check's reason. */
  readonly why?: string;
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** What to change, one sentence without a full stop. */
  readonly change: string;
}

/** A check that cannot decide, and what it would need. */
export interface NotEnoughInput {
  readonly notEnoughInput: string;
}

export type CheckResult = Problem | NotEnoughInput;

export interface Finding extends Problem {
  readonly check: string;
  readonly severity: FindingSeverity;
  /** Why it matters, one sentence. */
  readonly why: string;
  /** "Service prod/web", "Node node-1", "" for the cluster. */
  readonly subject: string;
  /** Stable identity: check, subject and detail. */
  readonly fingerprint: string;
}

/** What was read from a node; all iptables files of a node are one capture. */
export type NodeCapture =
  | {
      readonly kind: "iptables";
      readonly tables: readonly CapturedTable[];
      /** Warnings the tool printed about tables of the other iptables. */
      readonly warnings: readonly (FileLine & { readonly text: string })[];
    }
  | {
      readonly kind: "nftables";
      readonly file: string;
      readonly tables: readonly NftTable[];
      readonly otherTables: number;
    }
  | { readonly kind: "ipvs"; readonly file: string; readonly virtualServers: readonly VirtualServer[] }
  | { readonly kind: "conntrack"; readonly file: string; readonly entries: readonly ConntrackEntry[] }
  | { readonly kind: "sysctl"; readonly file: string; readonly settings: readonly KernelSetting[] };

/** A line of `sysctl -a` that is of the network, its name with dots. */
export interface KernelSetting {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** A UDP or TCP flow of `conntrack -L`. */
export interface ConntrackEntry {
  readonly protocol: string;
  readonly original: { readonly source: string; readonly destination: string; readonly port: number };
  readonly replySource: string;
  readonly line: number;
}

export interface DoctorInput {
  readonly cluster: Cluster;
  readonly features: Features;
  readonly config: ProxyConfig;
  /** The configuration stands in the input; otherwise it is kube-proxy's default. */
  readonly configGiven: boolean;
  /** createEndpointResolver's function. */
  readonly endpointsOf: (service: Service) => ServiceEndpoints;
  readonly captures?: readonly NodeCapture[];
  /** The node the captures are of, when known. */
  readonly nodeName?: string;
}

/** One Service with everything the checks ask about it. */
export interface ServiceFacts {
  readonly service: Service;
  readonly namespace: string;
  /** "ns/name". */
  readonly key: string;
  /** Undefined without a selector, or for an ExternalName. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** The pods the selector picks, finished ones left out. */
  readonly pods: readonly Pod[];
  readonly endpoints: ServiceEndpoints;
  /** The input tells the Service's endpoints. */
  readonly endpointsKnown: boolean;
  /** Endpoints of all slices that are ready. */
  readonly readyCount: number;
}

/** The input with the indexes checks share; all are built on first use. */
export interface DoctorContext extends DoctorInput {
  readonly captures: readonly NodeCapture[];
  readonly services: ReadonlyMap<string, Service>;
  readonly nodes: NodeFacts;
  /** The pods that a Service's selector picks. */
  readonly selectPods: (service: Service) => readonly Pod[];
  /** Services whose selector picks the pod. */
  readonly servicesOf: (pod: Pod) => readonly Service[];
  readonly dnsService: Service | undefined;
  /** Namespaces of which the input holds pods as a cluster runs them. */
  readonly podNamespaces: ReadonlySet<string>;
  /** By "ns/Kind name". */
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly policies: PolicyEvaluator;
  readonly policiesIn: (namespace: string) => boolean;
  /** Custom resources of a namespace. */
  readonly customResourcesIn: (namespace: string) => readonly CustomResource[];
  /** The label sets of other namespaces that a selector picks, with their namespaces. */
  readonly labelSetsElsewhere: (
    selector: Readonly<Record<string, string>>,
    namespace: string,
  ) => readonly (LabelSet & { readonly namespace: string })[];
  /** Label sets of the pods and pod templates of a namespace, each once, with who carries it. */
  readonly labelSetsIn: (namespace: string) => readonly LabelSet[];
}

export interface LabelSet {
  readonly labels: Readonly<Record<string, string>>;
  /** "Deployment backend", "Pod web-1". */
  readonly owner: string;
  readonly object: KubeObject;
  /** Where the labels stand in the object. */
  readonly path: readonly string[];
  /** Replicas the workload asks for; undefined for a pod. */
  readonly replicas?: number;
}

/** What a check cannot do without; see needs.ts. */
export type Need =
  | "services"
  | "pods or workloads"
  | "running pods"
  | "workloads"
  | "nodes"
  | "EndpointSlices"
  | "Endpoints"
  | "NetworkPolicies"
  | "configuration"
  | "iptables"
  | "nftables"
  | "iptables or IPVS"
  | "conntrack"
  | "sysctl";

interface CheckBase {
  readonly id: string;
  readonly title: string;
  readonly severity: FindingSeverity;
  /** Why it matters, one sentence without a full stop. */
  readonly why: string;
  /** Without these the check says "not enough input" and does not run. */
  readonly needs: readonly Need[];
  /** Rows of the list of known failures (docs/doctor.md) that it finds. */
  readonly covers?: readonly number[];
}

export type Check =
  | (CheckBase & {
      readonly scope: "service";
      readonly run: (facts: ServiceFacts, context: DoctorContext) => Iterable<CheckResult>;
    })
  | (CheckBase & { readonly scope: "cluster"; readonly run: (context: DoctorContext) => Iterable<CheckResult> })
  | (CheckBase & {
      readonly scope: "capture";
      readonly run: (capture: NodeCapture, context: DoctorContext) => Iterable<CheckResult>;
    });
