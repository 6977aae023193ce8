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
    explanation: "A mapping of YAML or an object of JSON names a key twice. As with kubectl the last one wins.",
    example: "spec: {clusterIP: 10.96.0.1, clusterIP: 10.96.0.2}",
  },
  "kubectl-table": {
    explanation: "The input is a table as kubectl prints it for people; it leaves out what rules are made of.",
    example: "kubectl get svc -A | svcrules compile -",
  },
  "binary-file": {
    explanation: "The input holds NUL bytes: it is no text.",
    example: "svcrules compile /bin/ls",
  },
  "node-capture": {
    explanation: "The input holds rules captured on a node, not objects: svcrules diff compares them with objects.",
    example: "svcrules compile iptables-save.txt",
  },
  "unrendered-source": {
    explanation:
      "The input is a source that a program makes objects of (a Helm chart or template, ytt, Jsonnet, Tanka, cdk8s, Terraform or Pulumi and their state, an Argo CD Application, a Flux HelmRelease or Kustomization, an OpenShift Template, objects that SOPS encrypted), in a folder or in an archive. It is passed over; the note says how to render it into svcrules.",
    example: "svcrules compile chart/   (with a Chart.yaml)",
  },
  "kustomization-not-applied": {
    explanation:
      "A kustomization stands beside the files that are read. What it changes (namespace, names, patches) is not applied, and names of chains depend on it: build it first.",
    example: "kustomization.yaml with namespace: prod",
  },
  "text-skipped": {
    explanation:
      "Lines in front of the first object are no YAML: mostly warnings of kubectl that went to the same file.",
    example: "kubectl get svc -A -o json > all.json 2>&1",
  },
  "archive-unreadable": {
    explanation: "An archive is damaged, cut off, or of a kind that cannot be read here.",
    example: "svcrules compile must-gather.zip",
  },
  "archive-entry-skipped": {
    explanation:
      "An entry of an archive has a path that leads out of it, or is an archive itself; neither is read. Unpack the " +
      "outer archive to read the inner one. An error where an archive of captures holds many megabytes that do not " +
      "begin as a capture does.",
    example: "../../etc/passwd in bundle.tar.gz",
  },
  "document-passed-over": {
    explanation:
      "A directory of captures also holds files that are documents by their name: notes, pages, pictures. They are not read.",
    example: "captures/README.md",
  },
  "refusal-passed-over": {
    explanation:
      "Files of a dump hold only what a tool said that gave nothing, and no name tells that they are a node's; or files of a " +
      "bundle have a name that no part of one has. They are not read.",
    example: "notes.txt with Permission denied in a cluster-info dump",
  },
  "link-not-followed": {
    explanation:
      "A link below a directory that was given leads out of it. It is not followed, so that whoever writes the directory " +
      "cannot have other files of the machine read; --follow-links follows it.",
    example: "manifests/x.yaml -> /etc/passwd",
  },
  "alias-bomb": {
    explanation:
      "Aliases make the document larger or nested deeper than any that is meant to be read, or contain themselves.",
    example: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]   (and so on)",
  },
  "nesting-too-deep": {
    explanation: "Mappings and lists are nested deeper than any API object is, so the text is not read.",
    example: "[[[[...]]]]   (more than 200 deep)",
  },
  "not-an-object": {
    explanation: "A document, or an item of a list, is no Kubernetes object: it is passed over.",
    example: "values.yaml of a Helm chart among the manifests",
  },
  "objects-refused": {
    explanation:
      "A file that should hold objects holds only what a tool said why it gave none (no access, no connection). In a dump it is " +
      "a warning.",
    example: "kubectl get services -o json > services.json 2>&1",
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
  "unknown-kind": {
    explanation:
      "Kubernetes has no such kind in this group of its API, and one that svcrules reads is named nearly so.",
    example: "kind: service   or   kind: Deployement",
  },
  "proxy-configuration-inferred": {
    explanation:
      "The input holds no KubeProxyConfiguration. What is known of it comes from kube-proxy's flags, its log or rules captured on a node, in this order.",
    example: "a kubectl cluster-info dump, which has no ConfigMaps",
  },
  "no-kube-proxy": {
    explanation:
      "Something else programs Services in this cluster, so kube-proxy's rules are on none of its nodes. Endpoints are the same.",
    example: 'ConfigMap kube-system/cilium-config with kube-proxy-replacement: "true"',
  },
  "input-changed": {
    explanation: "A file went away or became shorter while it was read.",
    example: "a directory that another program writes to",
  },
  "no-objects": {
    explanation: "The inputs hold no Kubernetes object that svcrules reads.",
    example: "svcrules compile empty-directory/",
  },
  /* svcrules.yaml */
  "check-config-missing-field": {
    explanation: "svcrules.yaml lacks a field that it needs: the list of cases, a case's name or its inputs.",
    example: "cases: [{name: shop}]   (and no inputs in defaults)",
  },
  "check-config-unknown-field": {
    explanation: "svcrules.yaml has a field that svcrules does not know; mostly a misspelt one.",
    example: "cases: [{name: shop, input: [apps/shop]}]",
  },
  "check-config-wrong-type": {
    explanation: "A field of svcrules.yaml has a value of another type; a release without quotes is a number.",
    example: "kubeVersions: [1.30]   (the number 1.3)",
  },
  "check-config-invalid-value": {
    explanation: "A field of svcrules.yaml has a value that does not fit it.",
    example: "modes: [iptable]",
  },
  "check-config-duplicate": {
    explanation: "Two cases of svcrules.yaml share a name or a golden file, or a list names the same thing twice.",
    example: "cases: [{name: shop, inputs: [a]}, {name: shop, inputs: [b]}]",
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
    explanation:
      "--service, --namespace or --selector selects nothing of the input, or a name stands for Services of several namespaces.",
    example: "--service prod/apo",
  },
  "unknown-target": {
    explanation: "What explain or trace was asked about is neither in the input nor an address or a chain's name.",
    example: "svcrules explain shop/wbe dump.json",
  },
  "assumed-from-node": {
    explanation: "Something nobody told was taken from the rules captured on the node.",
    example: "svcrules explain shop/web --on node.txt manifests/",
  },
  "service-without-rules": {
    explanation: "The Service selected has no rules in this family, e.g. because it is headless.",
    example: "--service default/headless",
  },
  "no-such-artifact": {
    explanation: "The mode has no text of that name, or not in that format.",
    example: 'compile(sources, { mode: "iptables", artifact: "nft" })',
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
  "impact-old-endpoints": {
    explanation:
      "A Service selects other pods, sends to other ports or has another type than before, and both dumps hold the same endpoints " +
      "of it, or no node ports: no controller has seen the change, so what would become of it is not in the input.",
    example: "svcrules impact dump.yaml edited-dump.yaml   (svcrules impact dump.yaml --apply service.yaml tells it)",
  },
  "no-services": {
    explanation: "The input holds no Service, so there are no rules to compile and no endpoints to list.",
    example: "svcrules endpoints pods.yaml",
  },
  "no-node-objects": {
    explanation:
      "The input holds no Node objects, so whether the node of a pod exists, and its zone, are not known: every node that a pod names is taken as existing, without zone.",
    example: "svcrules endpoints pods-and-services.yaml",
  },
  "no-endpoints-given": {
    explanation:
      "Services select pods, and the input holds no pods, workloads, EndpointSlices or Endpoints at all: nothing tells their endpoints, so rules refuse connections to them. Of a live cluster's Services it is a warning.",
    example: "kubectl get services -A -o json | svcrules compile -",
  },
  "pods-on-unknown-nodes": {
    explanation:
      "Endpoints are computed from pods, and some pods are on nodes that the input does not hold although it holds others. " +
      "The EndpointSlice controller leaves out pods of a node that does not exist, and so they are left out; if the nodes exist, the input lacks them.",
    example: "svcrules compile services.json pods.json one-node.json",
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
  "version-newer": {
    explanation:
      "The Kubernetes version is newer than any that svcrules knows, so the rules of the newest known one are made. " +
      "What the newer one changes is not in them.",
    example: "svcrules compile --kube-version 1.99",
  },
  "feature-gate-refused": {
    explanation:
      "featureGates names a gate that is misspelt, comes with a later release, or is locked to another value: kube-proxy " +
      "does not start with it. A note for any other name that is not known of kube-proxy, which takes every gate of " +
      "Kubernetes. Here it changes nothing.",
    example: "featureGates: { KubeProxyNFTablesLocalhostNodePort: true }",
  },
  "mode-not-set": {
    explanation:
      "The kube-proxy configuration sets no mode. That means iptables today and nftables from a later release on, which the message names.",
    example: "kind: KubeProxyConfiguration, mode: ''",
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
  "capture-cleaned": {
    explanation:
      "A node capture is indented, quoted, in UTF-16, or has lines of a shell or pager around it; it is read without them.",
    example: "svcrules diff pasted-from-chat.txt",
  },
  "capture-wrapped": {
    explanation:
      "Long lines of a node capture were broken by a terminal or a mail program. Nothing tells where blanks stood, so nothing is read.",
    example: "svcrules diff copied-from-terminal.txt",
  },
  "capture-refused": {
    explanation: "A node capture holds the refusal of a tool instead of rules, or beside them.",
    example: "iptables-save > node.txt 2>&1   (not as root)",
  },
  "capture-names": {
    explanation:
      "A listing was taken without -n, so that names stand for ports and addresses. Names differ from node to node; nothing is compared by guess.",
    example: "iptables -t nat -L > node.txt; svcrules diff node.txt",
  },
  "capture-without-interfaces": {
    explanation:
      "A listing of iptables was taken without -v, so that it does not show for which interfaces a rule is: whether such a rule applies is not known.",
    example: "iptables -t nat -nL > node.txt; svcrules trace --on node.txt ...",
  },
  "capture-incomplete": {
    explanation:
      "A table of a node capture ends without COMMIT, or another listing in the middle of a line or an entry; what stands behind the break, or the whole listing of ipvsadm, ipset or ip addr, is not compared.",
    example: "svcrules diff node.txt   (with `head -1000` of iptables-save)",
  },
  "capture-table-unknown": {
    explanation:
      "Rules of a node capture stand under no heading, and nothing in them tells which table they belong to.",
    example: "svcrules diff node.txt   (with the output of `iptables -t nat -S KUBE-SERVICES`)",
  },
  "capture-other-family": {
    explanation: "A node capture holds rules of one IP family only, and the other one is to be compared.",
    example: "svcrules diff ip6tables.txt --ip-family ipv4",
  },
  "capture-of-another-tool": {
    explanation: "A node capture is the output of a tool that does not belong to the mode that is compared.",
    example: "svcrules diff nft-list.txt --mode iptables",
  },
  "capture-no-kube-chains": {
    explanation:
      "A node capture holds no chain of kube-proxy: another program does its work on the node, or its rules were flushed.",
    example: "svcrules diff node.txt   (of a node with Cilium in kube-proxy's place)",
  },
  "capture-of-another-mode": {
    explanation:
      "A node capture holds rules of another kube-proxy mode than the one that is compared, and none of that one.",
    example: "svcrules diff iptables-save.txt --mode nftables",
  },
  "capture-of-another-node": {
    explanation:
      "A node capture shows local endpoints, addresses or a pod network of one Node, or is named after it, and another Node is compared or asked about.",
    example: "svcrules diff worker-2.txt --node worker-1",
  },
  "capture-of-another-cluster": {
    explanation: "A node capture and the input share no Service.",
    example: "svcrules diff node-of-staging.txt --manifests production.yaml",
  },
  "capture-is-restore-text": {
    explanation:
      "What is given as a capture is what kube-proxy gives to iptables-restore. It has kube-proxy's own chains alone; " +
      "iptables-save shows those of the kernel, too, with the jumps from them.",
    example: "svcrules compile dump.json > node.txt; svcrules diff node.txt --manifests dump.json",
  },
  "capture-of-an-old-release": {
    explanation: "A node capture holds rules as kube-proxy releases wrote them that svcrules does not cover.",
    example: "svcrules diff node.txt   (of a node with Kubernetes 1.20)",
  },
  "capture-by-older-tool": {
    explanation:
      "iptables of one version listed rules that a newer one wrote, and left out what it does not know: iptables 1.8.7 shows no " +
      "port (`--dport`) of rules by 1.8.8, and old ones `DNAT [unsupported revision]`. What it left out is not missing on the node.",
    example: "svcrules diff node.txt   (kube-proxy's image has iptables 1.8.9, and iptables-save of the host is 1.8.7)",
  },
  "local-detection-assumed": {
    explanation:
      "No rule of a node masquerades traffic to cluster IPs from elsewhere than pods, and no configuration of kube-proxy was " +
      "told. That is right for a kube-proxy without clusterCIDR, which is assumed, and a fault for others.",
    example: "svcrules diff node.txt   (of a cluster whose Nodes have a podCIDR)",
  },
  "patch-of-whole-node": {
    explanation:
      "Some Services were selected, and a patch was asked for: what they have in common with others stands in the same chains, " +
      "so it brings all of the node right.",
    example: "svcrules diff node.txt --service shop/web --output patch",
  },
  "made-up-not-compared": {
    explanation:
      "A node was captured, and the manifests lack what its cluster decided: cluster IPs, node ports, pods, endpoints of " +
      "Services without selector. What stands in for them is on no node, so it is not held against one.",
    example: "svcrules diff node.txt --manifests chart-output.yaml",
  },
  "captures-disagree": {
    explanation:
      "One part of a node was captured more than once, and the captures are not the same: nothing tells which holds now.",
    example: "svcrules diff ipvsadm-before.txt ipvsadm-after.txt",
  },
  /* IPVS mode */
  "ipvs-deprecated": {
    explanation:
      "kube-proxy's ipvs mode is deprecated and is to be removed; the message names the releases. Mode nftables replaces it; " +
      "what ipvs mode programs does not change until then.",
    example: "svcrules compile --mode ipvs",
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
  "capture-terse": {
    explanation:
      "A listing of nft was made with -t (--terse), which leaves out the elements of sets and maps: nothing tells what " +
      "traffic goes where.",
    example: "nft -t list ruleset > node.txt; svcrules diff node.txt",
  },
  "capture-elided": {
    explanation:
      "A line of a node capture (`...`, `[snip]`) says that lines were left out. They are not missing on the node, so nothing " +
      "of the file is compared.",
    example: "svcrules diff ticket.txt   (rules pasted into a ticket and shortened)",
  },
  "capture-shuffled": {
    explanation:
      "In a node capture the lines of iptables-save do not stand as it prints them: a chain is declared behind rules. Sorted " +
      "or merged, they do not tell in which order the node looks at its rules, so nothing of the table is compared.",
    example: "iptables-save | sort > node.txt; svcrules diff node.txt",
  },
  "capture-in-part": {
    explanation:
      "A listing of nft holds some objects of kube-proxy's table and none of the others (`nft list chain`, `nft list " +
      "map`): what it leaves out is not missing on the node, and nothing is compared. Nor is it with a file that lists no " +
      "rules at all: connections (`ipvsadm -Lc`, `conntrack -L`), or names of tables or sets.",
    example: "nft list chain ip kube-proxy services > node.txt; svcrules diff node.txt",
  },
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

  /* Objects of any kind */
  "wrong-type": {
    explanation:
      "A field holds a value of a type that the API server cannot decode. Labels, annotations and selectors hold strings; ports are numbers without quotes.",
    example: 'port: "80"',
  },
  "null-value": {
    explanation:
      "A label, annotation or selector value is null. The API server stores an empty string in its place, which is seldom meant.",
    example: "selector: { app: }",
  },
  "unknown-field": {
    explanation:
      "A field that no known release knows. kubectl refuses it by default; otherwise the API server drops it. Not looked for in objects that a cluster gave out.",
    example: "spec: { typ: NodePort }",
  },
  "more-findings": {
    explanation: "An object has more than a hundred findings; the rest of them is left out.",
    example: "an EndpointSlice whose addresses are all redacted",
  },
  "name-missing": {
    explanation: "An object has neither metadata.name nor metadata.generateName.",
    example: "metadata: { namespace: default }",
  },
  "generated-name": {
    explanation: "An object has only a generateName. It is left out, since nobody knows its name.",
    example: "metadata: { generateName: web- }",
  },
  "name-invalid": {
    explanation:
      "A name does not follow the grammar of its kind: DNS labels for Services and Namespaces, DNS subdomains for the rest.",
    example: "metadata: { name: Web_1 }",
  },
  "service-name-starts-with-digit": {
    explanation:
      "A Service's name starts with a digit, which API servers take from 1.36 on. A warning, since the API server may be newer than the node's kube-proxy.",
    example: "metadata: { name: 9front }   (with --kube-version 1.35)",
  },
  "namespace-invalid": {
    explanation: "A namespace is no DNS label.",
    example: "metadata: { name: web, namespace: my.team }",
  },
  "label-invalid": {
    explanation: "A label's key or value does not follow the grammar of labels.",
    example: 'labels: { app: "web server" }',
  },
  "annotation-invalid": {
    explanation:
      "An annotation's key does not follow the grammar of label keys, or all annotations together are larger than 256 KiB.",
    example: 'annotations: { "a b": x }',
  },
  "lax-address": {
    explanation:
      "An address or range is written in a way that newer API servers refuse: leading zeros, IPv4 in IPv6 form, bits after the prefix, IPv6 in slices that is not canonical. An error in a new Service from Kubernetes 1.36 on (StrictIPCIDRValidation); a warning in an object that a cluster holds, since it keeps it and kube-proxy programs it.",
    example: "externalIPs: [203.0.113.007]",
  },

  /* Ports, wherever they stand */
  "spec-missing": {
    explanation: "A Pod or a workload has no spec.",
    example: "kind: Pod, metadata: { name: web }",
  },
  "ports-missing": {
    explanation: "A Service has no ports; only headless and ExternalName Services may have none.",
    example: "spec: { selector: { app: web } }",
  },
  "port-name-missing": {
    explanation: "One of several ports of a Service or of an Endpoints subset has no name.",
    example: "ports: [{ name: http, port: 80 }, { port: 443 }]",
  },
  "port-name-invalid": {
    explanation: "A port's name in a Service, an EndpointSlice or Endpoints is no DNS label.",
    example: "ports: [{ name: HTTP, port: 80 }]",
  },
  "port-name-duplicate": {
    explanation: "Two ports of a Service have one name.",
    example: "ports: [{ name: a, port: 80 }, { name: a, port: 81 }]",
  },
  "port-out-of-range": {
    explanation: "A port is missing or outside 1-65535.",
    example: "ports: [{ port: 70000 }]",
  },
  "port-duplicate": {
    explanation: "Two ports of a Service have the same number and protocol.",
    example: "ports: [{ name: a, port: 80 }, { name: b, port: 80 }]",
  },
  "protocol-unknown": {
    explanation: "A protocol is not TCP, UDP or SCTP, in capitals.",
    example: "ports: [{ port: 53, protocol: udp }]",
  },
  "target-port-invalid": {
    explanation:
      "A targetPort is a number outside 1-65535 or a string that is no name of a container port. A number in quotes is a string.",
    example: 'ports: [{ port: 80, targetPort: "8080" }]',
  },
  "app-protocol-invalid": {
    explanation: "An appProtocol is no qualified name.",
    example: 'ports: [{ port: 80, appProtocol: "http 2" }]',
  },
  "load-balancer-port-10250": {
    explanation:
      "A LoadBalancer Service has the kubelet's port, which API servers before 1.33 refuse. A warning, since the API server may be newer than the node's kube-proxy.",
    example: "type: LoadBalancer, ports: [{ port: 10250 }]   (with --kube-version 1.32)",
  },

  /* Node ports */
  "node-port-forbidden": {
    explanation: "A ClusterIP Service has a nodePort.",
    example: "ports: [{ port: 80, nodePort: 30080 }]   (without type: NodePort)",
  },
  "node-port-out-of-range": {
    explanation: "A nodePort is outside 1-65535.",
    example: "ports: [{ port: 80, nodePort: 300800 }]",
  },
  "node-port-outside-default-range": {
    explanation:
      "A nodePort is outside 30000-32767, the range of an API server without --service-node-port-range. A warning, since that flag is not in the input and kube-proxy programs any port.",
    example: "ports: [{ port: 80, nodePort: 8080 }]",
  },
  "node-port-duplicate": {
    explanation: "A Service claims one nodePort twice for one protocol, or for two port numbers.",
    example: "ports: [{ name: a, port: 80, nodePort: 30080 }, { name: b, port: 81, nodePort: 30080 }]",
  },
  "node-port-collision": {
    explanation:
      "Two Services claim one node port, be it as nodePort or healthCheckNodePort and whatever the protocol.",
    example: "two Services with nodePort: 30080",
  },
  "health-check-node-port-invalid": {
    explanation:
      "A healthCheckNodePort is outside 1-65535, or the Service is not of type LoadBalancer with externalTrafficPolicy Local.",
    example: "type: NodePort, healthCheckNodePort: 31234",
  },

  /* Services */
  "selector-invalid": {
    explanation: "A selector's key or value does not follow the grammar of labels.",
    example: 'selector: { app: "web server" }',
  },
  "topology-annotations-differ": {
    explanation: "The annotations topology-mode and topology-aware-hints (its older name) differ.",
    example: "service.kubernetes.io/topology-mode: Auto beside service.kubernetes.io/topology-aware-hints: disabled",
  },
  "service-type-unknown": {
    explanation: "A Service's type is not ClusterIP, NodePort, LoadBalancer or ExternalName.",
    example: "type: Nodeport",
  },
  "session-affinity-unknown": {
    explanation: "sessionAffinity is not None or ClientIP.",
    example: "sessionAffinity: clientIP",
  },
  "affinity-timeout-out-of-range": {
    explanation: "timeoutSeconds of ClientIP affinity is outside 1-86400.",
    example: "sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } }",
  },
  "external-ip-invalid": {
    explanation: "An external IP is no IP address, or the unspecified, a loopback or a link-local one.",
    example: "externalIPs: [127.0.0.1]",
  },
  "external-address-collision": {
    explanation:
      "Two Services claim one external or load-balancer IP with one port and protocol. A warning, since the API server takes both; kube-proxy's rules for one of them are never reached.",
    example: "two Services with externalIPs: [203.0.113.7] and port 80",
  },
  "source-ranges-forbidden": {
    explanation: "Source ranges are set on a Service that is not of type LoadBalancer.",
    example: "type: NodePort, loadBalancerSourceRanges: [10.0.0.0/8]",
  },
  "source-range-invalid": {
    explanation: "A source range is no CIDR.",
    example: "loadBalancerSourceRanges: [10.0.0.1]",
  },
  "load-balancer-field-forbidden": {
    explanation: "allocateLoadBalancerNodePorts or loadBalancerClass is set on a Service of another type.",
    example: "type: NodePort, allocateLoadBalancerNodePorts: false",
  },
  "load-balancer-class-invalid": {
    explanation: "loadBalancerClass is no qualified name.",
    example: 'loadBalancerClass: "my class"',
  },
  "load-balancer-status-without-type": {
    explanation:
      "The status of a Service that is not of type LoadBalancer has load-balancer addresses. A warning, since kube-proxy programs what is stored.",
    example: "type: ClusterIP, status: { loadBalancer: { ingress: [{ ip: 203.0.113.7 }] } }",
  },
  "load-balancer-ingress-invalid": {
    explanation:
      "A load-balancer ingress has an ip that is none, a hostname that is an IP or no DNS name, or a wrong ipMode.",
    example: "ingress: [{ ip: 203.0.113.7, ipMode: Vip }]",
  },
  "external-traffic-policy-forbidden": {
    explanation: "externalTrafficPolicy is set on a Service that nothing reaches from outside.",
    example: "type: ClusterIP, externalTrafficPolicy: Local",
  },
  "external-traffic-policy-too-new": {
    explanation:
      "externalTrafficPolicy is set on a ClusterIP Service with externalIPs, which API servers before 1.29 refuse and kube-proxy 1.28 ignores.",
    example: "externalIPs: [203.0.113.7], externalTrafficPolicy: Local   (with --kube-version 1.28)",
  },
  "traffic-policy-unknown": {
    explanation: "externalTrafficPolicy or internalTrafficPolicy is not Cluster or Local.",
    example: "internalTrafficPolicy: local",
  },
  "traffic-distribution-unknown": {
    explanation: "trafficDistribution is not PreferClose, PreferSameZone or PreferSameNode.",
    example: "trafficDistribution: Close",
  },
  "traffic-distribution-too-new": {
    explanation:
      "trafficDistribution has a value that the release does not know yet. A warning, since the API server may be newer than the node's kube-proxy.",
    example: "trafficDistribution: PreferSameNode   (with --kube-version 1.33)",
  },
  "external-name-invalid": {
    explanation: "An ExternalName Service has no externalName, or one that is no DNS name.",
    example: "type: ExternalName, externalName: my_db.example.com",
  },
  "external-name-field-forbidden": {
    explanation: "An ExternalName Service has cluster IPs or IP families.",
    example: "type: ExternalName, clusterIP: 10.96.0.7",
  },

  /* Cluster IPs and IP families */
  "headless-with-type": {
    explanation: "clusterIP is None on a NodePort or LoadBalancer Service.",
    example: "type: NodePort, clusterIP: None",
  },
  "cluster-ip-invalid": {
    explanation: "A cluster IP is no IP address, or of another family than ipFamilies says.",
    example: "clusterIP: 10.96.0.700",
  },
  "cluster-ips-mismatch": {
    explanation:
      "clusterIPs does not start with clusterIP, has more than two entries, two of one family, or None beside another.",
    example: "clusterIP: 10.96.0.7, clusterIPs: [10.96.0.8]",
  },
  "cluster-ip-collision": {
    explanation: "Two Services claim one cluster IP.",
    example: "two Services with clusterIP: 10.96.0.7",
  },
  "cluster-ip-outside-range": {
    explanation:
      "A cluster IP is outside the cluster's service ranges as the input tells them. A warning, since a Service keeps its address when a range goes.",
    example: "clusterIP: 192.0.2.1   (with --service-cidr 10.96.0.0/12)",
  },
  "ip-family-invalid": {
    explanation: "An entry of ipFamilies is not IPv4 or IPv6, or is there twice.",
    example: "ipFamilies: [ipv4]",
  },
  "ip-family-policy-unknown": {
    explanation: "ipFamilyPolicy is not SingleStack, PreferDualStack or RequireDualStack.",
    example: "ipFamilyPolicy: DualStack",
  },
  "ip-family-policy-conflict": {
    explanation: "A single-stack Service lists two cluster IPs or two IP families.",
    example: "ipFamilies: [IPv4, IPv6]   (without ipFamilyPolicy)",
  },
  "ip-family-not-in-cluster": {
    explanation: "A Service asks for an IP family that the cluster's service ranges do not have.",
    example: "ipFamilyPolicy: RequireDualStack   (with --service-cidr 10.96.0.0/12)",
  },

  /* Endpoints and slices */
  "subset-without-addresses": {
    explanation: "A subset of Endpoints has neither addresses nor notReadyAddresses.",
    example: "subsets: [{ ports: [{ port: 80 }] }]",
  },
  "endpoint-address-invalid": {
    explanation: "An address of Endpoints is no IP address, or the unspecified, a loopback or a link-local one.",
    example: "addresses: [{ ip: 127.0.0.1 }]",
  },
  "endpoint-hostname-invalid": {
    explanation: "The host name of an endpoint is no DNS label.",
    example: "hostname: db.example",
  },
  "endpoint-node-name-invalid": {
    explanation: "The node name of an endpoint is no DNS subdomain.",
    example: "nodeName: Node_1",
  },
  "address-type-unknown": {
    explanation: "The addressType of an EndpointSlice is missing or not IPv4, IPv6 or FQDN.",
    example: "addressType: ipv4",
  },
  "slice-address-invalid": {
    explanation: "An endpoint of a slice has no address, or one that is none of the slice's type, or a special one.",
    example: "addressType: IPv4, endpoints: [{ addresses: [fd00::1] }]",
  },
  "slice-too-large": {
    explanation: "A slice has more than 1000 endpoints, 100 addresses in one endpoint or 20000 ports.",
    example: "an EndpointSlice with 1001 endpoints",
  },
  "slice-port-duplicate": {
    explanation: "Two ports of a slice have one name; no name counts as one.",
    example: "ports: [{ name: a, port: 80 }, { name: a, port: 81 }]",
  },
  "slice-hints-invalid": {
    explanation: "An endpoint has more than 8 zone or node hints, or one of them twice.",
    example: "hints: { forZones: [{ name: a }, { name: a }] }",
  },

  /* Pods, workloads, Nodes, ranges */
  "container-port-name-invalid": {
    explanation: "The name of a container port does not follow its grammar.",
    example: "ports: [{ name: http-server-port-1, containerPort: 80 }]",
  },
  "container-port-name-duplicate": {
    explanation: "Two ports of one container have one name.",
    example: "ports: [{ name: a, containerPort: 80 }, { name: a, containerPort: 81 }]",
  },
  "host-port-mismatch": {
    explanation: "A pod on the host's network has a hostPort that differs from its containerPort.",
    example: "hostNetwork: true, ports: [{ containerPort: 80, hostPort: 8080 }]",
  },
  "host-port-duplicate": {
    explanation: "Two containers of a pod claim one port of the host.",
    example: "two containers with hostPort: 80",
  },
  "pod-hostname-invalid": {
    explanation: "A pod's hostname or subdomain is no DNS label.",
    example: "subdomain: db.example",
  },
  "pod-ip-invalid": {
    explanation: "A pod IP is no IP address, as happens where a dump was redacted. The address counts as not there.",
    example: 'podIP: "***HIDDEN***"',
  },
  "replicas-negative": {
    explanation: "A workload's replicas is negative.",
    example: "replicas: -1",
  },
  "workload-selector-missing": {
    explanation: "A workload of apps/v1 has no selector.",
    example: "kind: Deployment, spec: { template: {} }",
  },
  "workload-selector-mismatch": {
    explanation: "The labels of a workload's template do not match its selector.",
    example: "matchLabels: { app: web }, template labels: { app: www }",
  },
  "pod-cidr-invalid": {
    explanation: "A Node's podCIDR or podCIDRs is no CIDR, has two ranges of one family, or they disagree.",
    example: "podCIDR: 10.244.1.0",
  },
  "node-address-invalid": {
    explanation: "An InternalIP or ExternalIP of a Node is no IP address; kube-proxy leaves it out.",
    example: "addresses: [{ type: InternalIP, address: node-1 }]",
  },
  "service-cidr-invalid": {
    explanation: "A ServiceCIDR has no ranges, more than two, two of one family, or one that is no CIDR.",
    example: "cidrs: [10.96.0.0/12, 10.112.0.0/12]",
  },
  "proxy-configuration-invalid": {
    explanation: "A KubeProxyConfiguration has a value that kube-proxy refuses at its start.",
    example: "nodePortAddresses: [192.168.0.1]",
  },

  /* What a cluster would have filled in */
  simulated: {
    explanation:
      "Manifests that no cluster has seen lack addresses, node ports and pods. svcrules fills them in so that the same Service always gets the same ones; --no-simulate makes errors of them.",
    example: "a Deployment and a Service without clusterIP",
  },
  "hook-pods": {
    explanation:
      "A Pod has the annotation helm.sh/hook or argocd.argoproj.io/hook, as the test in most charts: Helm or Argo CD runs it at one moment and waits until it ends. It is left out, since it would count as an endpoint of every Service whose labels it shares.",
    example: "metadata: { annotations: { helm.sh/hook: test } }",
  },
  "cluster-ip-missing": {
    explanation:
      "A Service has no cluster IP and none is made up: the input comes from a cluster, or --no-simulate is given.",
    example: "spec: { ports: [{ port: 80 }] }   (with --no-simulate)",
  },
  "node-port-missing": {
    explanation: "A NodePort or LoadBalancer Service lacks a node port and none is made up.",
    example: "type: NodePort, ports: [{ port: 80 }]   (with --no-simulate)",
  },
  "health-check-node-port-missing": {
    explanation:
      "A LoadBalancer Service with externalTrafficPolicy Local lacks its healthCheckNodePort and none is made up.",
    example: "externalTrafficPolicy: Local   (with --no-simulate)",
  },
  "pods-missing": {
    explanation: "The input holds a workload but none of its pods, and none are made up.",
    example: "kind: Deployment   (with --no-simulate)",
  },
  "pod-status-missing": {
    explanation: "A Pod has no status, so no address, and none is made up.",
    example: "kind: Pod   (with --no-simulate)",
  },
  "workload-without-node": {
    explanation:
      "No Node of the input has the labels that a workload's or pod's nodeSelector wants, so none of its pods runs.",
    example: "nodeSelector: { disk: ssd }",
  },
  "too-many-replicas": {
    explanation: "A workload asks for more pods than svcrules makes up.",
    example: "replicas: 1000000",
  },
  "range-exhausted": {
    explanation: "No free address or node port is left to make up.",
    example: "--service-cidr 10.96.0.0/30 with 5 Services",
  },
  "service-range-invalid": {
    explanation: "A service range of the command line or of the kubeadm configuration is no CIDR.",
    example: "--service-cidr 10.96.0.0",
  },
  "anonymize-left-out": {
    explanation:
      "Parts of the input that no answer needs, and lines of captures that no tool printed, are not in the anonymised one.",
    example: "kind: Secret   (svcrules anonymize dump.json)",
  },
  "anonymize-incomplete": {
    explanation: "A name or address of the input was still found in what was to be written, so nothing was.",
    example: "svcrules anonymize capture.txt   (a form of capture that svcrules does not know)",
  },
  "captures-of-several-nodes": {
    explanation:
      "The files of --on are captures of several nodes, as their names say, and the answer is about one of them.",
    example: "svcrules explain shop/web dump.json --on nodes/   (nodes/worker-1.txt, nodes/worker-2.txt)",
  },
  "shard-empty": {
    explanation: "There are fewer nodes than shards: nothing is compared in this one.",
    example: "svcrules diff nodes/ --shard 7/8   (three nodes)",
  },
  "node-not-captured": {
    explanation: "A bundle's manifest names a node of which the bundle holds no rules, or whose capture ended early.",
    example: "svcrules diff svcrules-bundle.tar.gz   (collected while one node was down)",
  },
  "rules-of-bundle": {
    explanation: "A bundle holds captures of nodes, and the answer is about the rules of one of them.",
    example: "svcrules explain shop/web svcrules-bundle.tar.gz   (without --node)",
  },
  "extract-change-not-found": {
    explanation: "The change that an extract is to keep is none that diff reports of the Service.",
    example:
      "svcrules extract --service shop/web --for endpoint-stale dump.json node.txt --out web/   (a node that agrees)",
  },
} as const satisfies Record<string, CodeExplanation>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
