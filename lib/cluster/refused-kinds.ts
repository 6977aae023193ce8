/** Kinds and apiVersions that no API server of today serves, and what to say of them. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { RawObject } from "../readers/sink.js";
import { quoted } from "../util/quoted.js";
import { findMeantKind, findMoved, type KeptKind } from "./collect-kinds.js";
import { fieldsOf } from "./trim/shape.js";

/** Why an object of this group and version is passed over; undefined: it may be kept. `kept`: its kind, if known. */
export function refusalOf(
  raw: RawObject,
  group: string,
  version: string,
  kept: KeptKind | undefined,
): Diagnostic | undefined {
  const moved = findMoved(group, raw.kind);
  if (moved !== undefined) return oldVersion(raw, [moved]);
  if (kept) {
    if (!kept.versions || kept.versions.includes(version)) return undefined;
    return oldVersion(
      raw,
      kept.versions.map((served) => (group === "" ? served : `${group}/${served}`)),
    );
  }
  const meant = findMeantKind(group, raw.kind);
  return meant && (meant.kind === raw.kind ? oldVersion(raw, [meant.apiVersion]) : unknownKind(raw, meant));
}

function oldVersion(raw: RawObject, served: readonly string[]): Diagnostic {
  return {
    code: "api-version-not-served",
    severity: isHeld(raw) ? "warning" : "error",
    message: `${raw.kind} has apiVersion ${JSON.stringify(raw.apiVersion)}; it is served as ${served.join(" or ")}`,
    at: { origin: raw.origin, path: ["apiVersion"] },
    notes: [
      isHeld(raw)
        ? "an old server gave it out under this apiVersion; it is passed over"
        : "the API server would refuse this object: change its apiVersion",
    ],
  };
}

/** Whether a cluster gave the object out, so that its API server took it. */
function isHeld({ metadata }: RawObject): boolean {
  const { uid, resourceVersion } = fieldsOf(metadata) ?? {};
  return typeof uid === "string" || typeof resourceVersion === "string";
}

function unknownKind(raw: RawObject, meant: { readonly kind: string; readonly apiVersion: string }): Diagnostic {
  return {
    code: "unknown-kind",
    severity: "error",
    message: `${quoted(raw.apiVersion)} has no kind ${quoted(raw.kind)}`,
    at: { origin: raw.origin, path: ["kind"] },
    notes: [`did you mean ${meant.kind} (${meant.apiVersion})?`, "the API server would refuse this object"],
  };
}
