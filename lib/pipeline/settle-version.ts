/** The release whose rules are wanted: from what was asked, or from what is known of the node. */
import { NEWEST_VERSION } from "../config/features.js";
import {
  NEWEST_MINOR,
  OLDEST_MINOR,
  oldestMinor,
  parseKubeVersion,
  rangeText,
  type KubeVersion,
} from "../config/kube-version.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

type Report = (diagnostic: Diagnostic) => void;

/** `told`: of the node, "" when the input tells none. `from`: " of node "x"", for messages. */
export function settleVersion(
  asked: string | undefined,
  told: string,
  from: string,
  mode: ProxyMode,
  report: Report,
): KubeVersion {
  const text = asked ?? told;
  if (text === "") {
    report({
      code: "version-assumed",
      severity: "note",
      message: `the input tells no Kubernetes version: ${NEWEST_VERSION.text} is assumed`,
      notes: ["choose one with --kube-version"],
    });
    return NEWEST_VERSION;
  }
  const version = knownVersion(text, oldestMinor(mode), asked === undefined ? from : "", report);
  if (version) return version;
  report({
    code: "unsupported-version",
    severity: "error",
    message: `Kubernetes version "${text}"${asked === undefined ? from : ""} is not one that svcrules knows in mode ${mode}: ${rangeText(oldestMinor(mode))}`,
    notes: ["choose one with --kube-version"],
  });
  return NEWEST_VERSION;
}

/** The release of the EndpointSlice controller; the newest known when none is asked for. */
export function settleControllerVersion(asked: string | undefined, report: Report): KubeVersion {
  if (asked === undefined) return NEWEST_VERSION;
  const version = knownVersion(asked, OLDEST_MINOR, " of the controllers", report);
  if (version) return version;
  report({
    code: "unsupported-version",
    severity: "error",
    message: `controller version "${asked}" is not one that svcrules knows: ${rangeText(OLDEST_MINOR)}`,
  });
  return NEWEST_VERSION;
}

/** The version, or with a warning the newest known one in place of a newer one; undefined for any other text. */
function knownVersion(text: string, oldest: number, from: string, report: Report): KubeVersion | undefined {
  const version = parseKubeVersion(text);
  if (!version || version.minor < oldest) return undefined;
  if (version.minor <= NEWEST_MINOR) return version;
  report({
    code: "version-newer",
    severity: "warning",
    message: `Kubernetes ${version.text}${from} is newer than any release that svcrules knows: it is taken for ${NEWEST_VERSION.text}`,
    notes: [`releases: ${rangeText(oldest)}; what a newer one changes is not in the rules`],
  });
  return NEWEST_VERSION;
}
