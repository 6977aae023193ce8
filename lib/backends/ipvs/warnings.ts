/** What deserves a word besides the compiled state. */
import type { VirtualServerConflict } from "./virtual-servers.js";
import { sinceRelease } from "../../config/feature-releases.js";
import type { BackendInput } from "../input.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPSet } from "../../rulesets/ipvs/types.js";
import type { ServicePort } from "../../services/types.js";
import { quoted } from "../../util/quoted.js";

/** `maxelem` of the hash sets, which kube-proxy leaves at the kernel's default. */
const MAX_SET_ENTRIES = 65536;

function placeOf(port: ServicePort, ...path: readonly (string | number)[]): Diagnostic["at"] {
  return port.origin && { origin: port.origin, path: ["spec", ...path] };
}

/** Schedulers of the kernel, as modules ip_vs_NAME. */
const SCHEDULERS: ReadonlySet<string> = new Set([
  "rr",
  "wrr",
  "lc",
  "wlc",
  "fo",
  "ovf",
  "lblc",
  "lblcr",
  "dh",
  "sh",
  "mh",
  "sed",
  "nq",
  "twos",
]);

/** kube-proxy does not check the name: the kernel refuses virtual servers with a scheduler it lacks. */
export function schedulerProblems({ config: { ipvs } }: BackendInput): Diagnostic[] {
  const { scheduler } = ipvs;
  if (scheduler === "" || SCHEDULERS.has(scheduler)) return [];
  const isName = /^[a-z0-9_-]{1,15}$/.test(scheduler);
  return [
    {
      code: "ipvs-unknown-scheduler",
      severity: isName ? "warning" : "error",
      message: `ipvs.scheduler ${quoted(scheduler)} is none of the kernel's: ${[...SCHEDULERS].join(", ")}`,
      notes: ["kube-proxy gives it to the kernel as it is, which then refuses every virtual server"],
    },
  ];
}

export function conflictWarnings(conflicts: readonly VirtualServerConflict[]): Diagnostic[] {
  return conflicts.map(({ frontend, first, second }) => ({
    code: "ipvs-frontend-conflict",
    severity: "warning",
    message: `${first.name} and ${second.name} both claim ${frontend.address} port ${frontend.port}/${second.protocol}`,
    at: placeOf(second, "ports", second.portIndex),
    notes: [
      "an IPVS virtual server belongs to one of them: kube-proxy rewrites it for each in no fixed order, " +
        `so real servers come and go; ${second.name} is compiled`,
    ],
  }));
}

/** hash:ip,port,net holds no range of prefix length 0. */
export function zeroRangeWarnings(port: ServicePort): Diagnostic[] {
  if (port.loadBalancerVIPs.length === 0) return [];
  const zero = port.sourceRanges.find(({ cidr }) => cidr.prefix === 0);
  if (!zero) return [];
  return [
    {
      code: "ipvs-zero-source-range",
      severity: "warning",
      message: `${port.name}: the kernel refuses ${zero.text} in an ip set, so only the other source ranges are let in`,
      at: placeOf(port, "loadBalancerSourceRanges"),
      notes: [
        `from ${sinceRelease("zeroSourceRangeMeansAll")} on kube-proxy takes such a range for no restriction; before, leave loadBalancerSourceRanges out`,
      ],
    },
  ];
}

export function fullSetWarnings(sets: readonly IPSet[]): Diagnostic[] {
  return sets.flatMap(({ name, family, entries }): Diagnostic[] =>
    family === undefined || entries.length <= MAX_SET_ENTRIES
      ? []
      : [
          {
            code: "ip-set-full",
            severity: "warning",
            message: `set ${name} is to hold ${entries.length} entries; it takes ${MAX_SET_ENTRIES}`,
            notes: ["kube-proxy fails to add the rest and tries again at each sync; which ones are left out is chance"],
          },
        ],
  );
}
