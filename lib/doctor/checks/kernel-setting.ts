import type { DoctorContext, Check, KernelSetting } from "../types.js";

interface Judgement {
  /** The setting that decides, where it is another. */
  readonly setting?: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly change: string;
}

/** The values in force, the last line of a setting's name counting. */
type Settings = ReadonlyMap<string, KernelSetting>;

/** kube-proxy's default for its least nf_conntrack_max. Source: kube-proxy pkg/proxy/apis/config/v1alpha1, defaults. */
const LEAST_CONNTRACK = 131_072;
/** The kernel's own defaults, in seconds, which kube-proxy replaces. */
const KERNEL_ESTABLISHED = 432_000;

function numberOf(settings: Settings, name: string): number | undefined {
  const value = Number(settings.get(name)?.value);
  return Number.isFinite(value) ? value : undefined;
}

function conntrackOf({ cluster }: DoctorContext): Readonly<Record<string, unknown>> {
  const value = cluster.proxyConfigurations[0]?.["conntrack"];
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** kube-proxy leaves the kernel's value alone when both of its own are 0. */
function leastConntrack(context: DoctorContext): number {
  const { min, maxPerCore } = conntrackOf(context);
  if (maxPerCore === 0) return 0;
  return typeof min === "number" ? min : LEAST_CONNTRACK;
}

function judgeMaximum(settings: Settings, context: DoctorContext): Judgement | undefined {
  const most = numberOf(settings, "net.netfilter.nf_conntrack_max");
  if (most === undefined) return undefined;
  const used = numberOf(settings, "net.netfilter.nf_conntrack_count");
  if (used !== undefined && most > 0 && used >= most * 0.9)
    return {
      severity: "error",
      message: `the table of connections is full: ${used} of ${most} entries are used, and new connections are dropped`,
      change: "raise conntrack.maxPerCore or conntrack.min of kube-proxy, and find out who opens so many connections",
    };
  if (most >= leastConntrack(context)) return undefined;
  return {
    severity: "warning",
    message: `nf_conntrack_max is ${most}, less than the ${leastConntrack(context)} that kube-proxy sets at the least: kube-proxy could not set it, or something set it back`,
    change: "let kube-proxy write the setting (a privileged container, /proc/sys not read-only), or set it on the node",
  };
}

function judgeEstablished(settings: Settings, context: DoctorContext): Judgement | undefined {
  const seconds = numberOf(settings, "net.netfilter.nf_conntrack_tcp_timeout_established");
  const { tcpEstablishedTimeout } = conntrackOf(context);
  if (seconds !== KERNEL_ESTABLISHED || tcpEstablishedTimeout === "0s" || tcpEstablishedTimeout === "120h0m0s")
    return undefined;
  return {
    severity: "info",
    message: "nf_conntrack_tcp_timeout_established is the kernel's own 432000 s, and kube-proxy sets 86400 s",
    change: "see in kube-proxy's log why it could not set it; dead connections stay five days in the table meanwhile",
  };
}

function judgeReversePath(settings: Settings): Judgement | undefined {
  const all = numberOf(settings, "net.ipv4.conf.all.rp_filter");
  const byDefault = numberOf(settings, "net.ipv4.conf.default.rp_filter");
  // The larger of "all" and the interface's own value is in force, so 2 for all is loose everywhere.
  if (all === 2 || (all !== 1 && byDefault !== 1)) return undefined;
  return {
    setting: `net.ipv4.conf.${all === 1 ? "all" : "default"}.rp_filter`,
    severity: "info",
    message: `rp_filter is 1 (strict) for ${all === 1 ? "all interfaces" : "new interfaces"}: packets whose reply would leave by another interface are dropped`,
    change:
      "set net.ipv4.conf.all.rp_filter to 2 (loose) on nodes with several interfaces, or where the network plugin asks for it",
  };
}

/** A setting that is to have one value, and what is the matter otherwise. */
function mustBe(
  name: string,
  bad: string,
  judgement: Judgement,
  applies: (context: DoctorContext) => boolean = () => true,
): (settings: Settings, context: DoctorContext) => Judgement | undefined {
  return (settings, context) => (settings.get(name)?.value === bad && applies(context) ? judgement : undefined);
}

const usesIPVS = ({ config, captures }: DoctorContext) =>
  config.mode === "ipvs" || captures.some((capture) => capture.kind === "ipvs" && capture.virtualServers.length > 0);

const FORWARDING_OFF = (family: string, name: string): Judgement => ({
  severity: "error",
  message: `the node does not forward ${family} packets (${name} = 0), so no traffic reaches or leaves its pods`,
  change: `set ${name} to 1`,
});

/** By the setting a finding is about. */
const JUDGES: Readonly<Record<string, (settings: Settings, context: DoctorContext) => Judgement | undefined>> = {
  "net.netfilter.nf_conntrack_max": judgeMaximum,
  "net.netfilter.nf_conntrack_tcp_timeout_established": judgeEstablished,
  "net.ipv4.conf.all.rp_filter": judgeReversePath,
  "net.ipv4.ip_forward": mustBe("net.ipv4.ip_forward", "0", FORWARDING_OFF("IPv4", "net.ipv4.ip_forward")),
  "net.ipv6.conf.all.forwarding": mustBe(
    "net.ipv6.conf.all.forwarding",
    "0",
    FORWARDING_OFF("IPv6", "net.ipv6.conf.all.forwarding"),
    ({ cluster }) => cluster.services.some(({ spec }) => spec.clusterIPs?.some((ip) => ip.includes(":"))),
  ),
  "net.bridge.bridge-nf-call-iptables": mustBe("net.bridge.bridge-nf-call-iptables", "0", {
    severity: "warning",
    message:
      "packets over a bridge pass by iptables (bridge-nf-call-iptables = 0): with a bridge as pod network, a pod that reaches a pod of its own node by a cluster IP gets no reply",
    change: "set net.bridge.bridge-nf-call-iptables to 1, if the pods of the node hang on a Linux bridge",
  }),
  "net.ipv4.vs.conntrack": mustBe(
    "net.ipv4.vs.conntrack",
    "0",
    {
      severity: "error",
      message:
        "IPVS does not track connections (net.ipv4.vs.conntrack = 0), so kube-proxy's masquerading does not work",
      change: "restart kube-proxy, which sets it to 1, and see what sets it back",
    },
    usesIPVS,
  ),
};

export const kernelSetting: Check = {
  id: "kernel-setting",
  title: "A kernel setting that Services suffer from",
  severity: "warning",
  why: "kube-proxy's rules are right and packets are lost all the same: the kernel drops, forgets or does not forward them",
  covers: [25],
  needs: ["sysctl"],
  scope: "capture",
  *run(capture, context) {
    if (capture.kind !== "sysctl") return;
    const settings = new Map(capture.settings.map((setting) => [setting.name, setting]));
    for (const [name, judge] of Object.entries(JUDGES)) {
      const judgement = judge(settings, context);
      const setting = settings.get(judgement?.setting ?? name);
      if (!judgement || !setting) continue;
      yield {
        detail: name,
        severity: judgement.severity,
        message: judgement.message,
        evidence: [{ text: `${setting.name} = ${setting.value}`, at: { file: capture.file, line: setting.line } }],
        change: judgement.change,
      };
    }
  },
};
