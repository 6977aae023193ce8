/**
 * Every diagnostic code with its explanation and an example; kebab-case, stable once released.
 * `docs/diagnostics.md` is made from this table.
 */
export interface CodeExplanation {
  readonly explanation: string;
  /** A line or two of input, or a command, that brings it. */
  readonly example: string;
}

export const DIAGNOSTIC_CODES = {
  /* Inputs */
  "input-not-found": {
    explanation: "A file or directory named on the command line does not exist or cannot be read.",
    example: "svcrules compile nope/",
  },
  "no-input": {
    explanation: "No INPUT was given and ./manifests does not exist.",
    example: "svcrules compile   (in an empty directory)",
  },
  "invalid-json": {
    explanation: "The text is not JSON at the place shown, or it is cut off.",
    example: '{"apiVersion": "v1", "kind": "Service",,}',
  },
  "invalid-yaml": {
    explanation: "The text is not YAML at the place shown. Other documents of the file are read all the same.",
    example: "metadata: {name: web",
  },
  "invalid-utf8": {
    explanation: "A byte at the offset shown is not UTF-8. Files in another encoding must be converted first.",
    example: "name: caf\xe9",
  },
  "duplicate-key": {
    explanation: "A mapping names a key twice. As with kubectl the last one wins.",
    example: "spec: {clusterIP: 10.96.0.1, clusterIP: 10.96.0.2}",
  },
  "nesting-too-deep": {
    explanation: "Mappings and lists are nested deeper than any API object is, so the text is not read.",
    example: "[[[[...]]]]   (more than 200 deep)",
  },
  "not-an-object": {
    explanation: "A document, or an item of a list, is no Kubernetes object: it is passed over.",
    example: "values.yaml of a Helm chart among the manifests",
  },
  "object-without-kind": {
    explanation:
      "An object lacks kind or apiVersion, so nothing can tell what it is. Only the items of typed lists may.",
    example: "apiVersion: v1\nmetadata: {name: web}",
  },
  "duplicate-object": {
    explanation: "Two objects of one kind share a namespace and name but differ. The note says which one is used.",
    example: "two files that both define Service default/web",
  },
  "api-version-not-served": {
    explanation: "The kind is one svcrules reads, but not under this apiVersion: no supported API server takes it.",
    example: "apiVersion: extensions/v1beta1   (of a Deployment)",
  },
  "no-objects": {
    explanation: "The inputs hold no Kubernetes object that svcrules reads.",
    example: "svcrules compile empty-directory/",
  },
  /* Choices of the run */
  "no-cluster-cidr": {
    explanation: "Local detection by cluster CIDR is configured, but no cluster CIDR is.",
    example: "a KubeProxyConfiguration without clusterCIDR",
  },
  "several-proxy-configurations": {
    explanation: "The input holds more than one KubeProxyConfiguration; the first is used.",
    example: "two directories, each with a kube-proxy ConfigMap",
  },
  "bad-set-option": {
    explanation: "A --set option names no field that changes rules, or its value does not fit the field.",
    example: "--set iptables.masqueradAll=true",
  },
  "bad-proxy-configuration": {
    explanation: "A field of the KubeProxyConfiguration has a wrong type or a value kube-proxy would not start with.",
    example: "iptables: { masqueradeBit: 40 }",
  },
  "no-proxy-configuration": {
    explanation: "The file of --proxy-config holds neither a KubeProxyConfiguration nor a ConfigMap with one.",
    example: "--proxy-config services.yaml",
  },
  "nothing-selected": {
    explanation: "--service or --namespace selects nothing of the input.",
    example: "--service prod/apo",
  },
  "service-without-rules": {
    explanation: "The Service selected has no rules in this family, e.g. because it is headless.",
    example: "--service default/headless",
  },
  "unsupported-mode": {
    explanation: "The mode is not iptables, ipvs or nftables.",
    example: "--mode userspace",
  },
  "unknown-node": {
    explanation: "The node asked for is none of the Nodes in the input.",
    example: "--node nod-1",
  },
  "node-without-object": {
    explanation: "A node was named, but the input holds no Node objects, so only its name is known.",
    example: "--node node-1   (input without Nodes)",
  },
  "no-node-objects": {
    explanation:
      "The input holds no Node objects, so whether the node of a pod exists, and its zone, are not known: every node that a pod names is taken as existing, without zone.",
    example: "svcrules endpoints pods-and-services.yaml",
  },
  "no-node": {
    explanation: "The input holds no Node and none was named: no endpoint is local.",
    example: "svcrules compile services.yaml",
  },
  "node-chosen": {
    explanation: "The input holds several Nodes and none was named: the first by name is taken.",
    example: "svcrules compile cluster.yaml",
  },
  "version-assumed": {
    explanation: "Neither an option nor a Node tells the Kubernetes version: the newest known one is taken.",
    example: "svcrules compile services.yaml",
  },
  "unsupported-version": {
    explanation: "The Kubernetes version is outside the range svcrules knows for the mode.",
    example: "--kube-version 1.20",
  },

  /* Node captures */
  "unreadable-line": {
    explanation:
      "A line of a node capture is not in the form of the listing it stands in; it is left out of the comparison.",
    example: "svcrules diff node.txt   (with a line cut in half)",
  },
  "capture-empty": {
    explanation: "A node capture is empty or holds no rules of iptables.",
    example: "svcrules diff empty.txt",
  },
  "capture-incomplete": {
    explanation: "A table of a node capture ends without COMMIT; chains behind the break are not compared.",
    example: "svcrules diff node.txt   (with `head -1000` of iptables-save)",
  },
  "capture-table-unknown": {
    explanation:
      "Rules of a node capture stand under no heading, and nothing in them tells which table they belong to.",
    example: "svcrules diff node.txt   (with the output of `iptables -t nat -S KUBE-SERVICES`)",
  },
  "capture-table-twice": {
    explanation: "A node capture holds one table more than once with different rules; the first is compared.",
    example: "svcrules diff node-before.txt node-after.txt",
  },
  /* IPVS mode */
  "ipvs-deprecated": {
    explanation:
      "kube-proxy's ipvs mode is deprecated since Kubernetes 1.35 and is to be removed. Mode nftables replaces it; " +
      "what ipvs mode programs does not change until then.",
    example: "svcrules compile --mode ipvs --kube-version 1.35",
  },
  "ipvs-frontend-conflict": {
    explanation:
      "Two service ports claim the same address, port and protocol. IPVS has one virtual server for it, which " +
      "kube-proxy rewrites for each of them in no fixed order.",
    example: "two Services with externalIPs: [203.0.113.7] and port 80",
  },
  "ipvs-zero-source-range": {
    explanation:
      "loadBalancerSourceRanges holds 0.0.0.0/0 or ::/0, which the kernel refuses in a hash:ip,port,net set. Before " +
      "Kubernetes 1.34 kube-proxy's ipvs mode then drops every source that no other range holds.",
    example: "loadBalancerSourceRanges: [0.0.0.0/0]   (with --mode ipvs --kube-version 1.33)",
  },
  "ipvs-firewall-mark": {
    explanation: "A listing holds virtual servers told by firewall mark. kube-proxy makes none, so they are left out.",
    example: "-A -f 1 -s rr   (in ipvsadm-save output)",
  },
  "ipvs-unknown-scheduler": {
    explanation: "ipvs.scheduler of the kube-proxy configuration is no scheduler of the Linux kernel.",
    example: "ipvs: { scheduler: roundrobin }",
  },
  "ip-set-full": {
    explanation:
      "An ip set is to hold more than 65536 entries, the limit kube-proxy makes it with; the rest is not added.",
    example: "svcrules compile --mode ipvs   (with 70,000 service ports)",
  },

  /* nftables mode */
  "nft-comment-too-long": {
    explanation:
      "nft allows 128 bytes in the comment of an element, and kube-proxy names a port without endpoints there. With a " +
      "longer name its whole transaction fails: no change to any service reaches the node.",
    example: "a Service of 63 characters in a namespace of 63 characters, with a named port and no endpoints",
  },
  "nft-interface-match-fails": {
    explanation:
      "kube-proxy up to 1.33.5 and 1.34.1 matches the pods' interfaces by index (iif), which nft resolves when it loads " +
      "the rules: a prefix, or an interface that does not exist, makes the whole transaction fail.",
    example: "detectLocalMode: InterfaceNamePrefix   (with --mode nftables --kube-version 1.33.4)",
  },
} as const satisfies Record<string, CodeExplanation>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
