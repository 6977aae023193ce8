/** Names, namespaces, labels and annotations of any object. */
import { sinceRelease } from "../../config/feature-releases.js";
import { quoted } from "../../util/quoted.js";
import type { FieldPath } from "../../source/origin.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import {
  DNS_LABEL_WORDS,
  isDNS1035Label,
  isDNSLabel,
  isDNSSubdomain,
  isLabelValue,
  isQualifiedName,
  LABEL_VALUE_WORDS,
  QUALIFIED_NAME_WORDS,
  SUBDOMAIN_WORDS,
} from "./grammar.js";
import { isGiven, recordOf, textOf, type RawRecord } from "./raw-values.js";

const ANNOTATION_BYTES = 262_144;

/** Checks `metadata`. Source: apimachinery pkg/api/validation/objectmeta.go. */
export function checkMetadata(f: Findings, object: RawRecord): void {
  const metadata = recordOf(object["metadata"]);
  checkName(f, metadata);
  const namespace = metadata["namespace"];
  if (typeof namespace === "string" && namespace !== "" && !isDNSLabel(namespace))
    refuse(
      f,
      "namespace-invalid",
      ["metadata", "namespace"],
      `namespace ${quoted(namespace)} is no valid name`,
      DNS_LABEL_WORDS,
    );
  if (isGiven(metadata["labels"])) checkLabels(f, recordOf(metadata["labels"]), ["metadata", "labels"]);
  if (isGiven(metadata["annotations"])) checkAnnotations(f, recordOf(metadata["annotations"]));
}

function checkName(f: Findings, metadata: RawRecord): void {
  const path = ["metadata", "name"];
  const name = metadata["name"];
  if (isGiven(name) && typeof name !== "string") return;
  if (!isGiven(name) || name === "") {
    if (textOf(metadata["generateName"]) !== "") {
      f.refused = true;
      f.report({
        code: "generated-name",
        severity: "warning",
        message: `this ${f.kind} has only a generateName: it is left out, since its name is not known`,
        at: f.origin && { origin: f.origin, path: ["metadata", "generateName"] },
        notes: ["the API server makes up a name for it at every create; give it a metadata.name"],
      });
      return;
    }
    refuseAlways(f, "name-missing", path, `this ${f.kind} has no metadata.name`);
    return;
  }
  const text = name as string;
  checkGenerateName(f, textOf(metadata["generateName"]));
  if (f.kind === "Service") checkServiceName(f, text);
  else if (f.kind === "Namespace" ? !isDNSLabel(text) : !isDNSSubdomain(text))
    refuse(
      f,
      "name-invalid",
      path,
      `${quoted(text)} is no valid name of a ${f.kind}`,
      f.kind === "Namespace" ? DNS_LABEL_WORDS : SUBDOMAIN_WORDS,
    );
}

/** A generateName beside a name makes no name, and is checked as the start of one all the same. */
function checkGenerateName(f: Findings, prefix: string): void {
  if (prefix === "") return;
  const asName = prefix.endsWith("-") ? `${prefix.slice(0, -1)}a` : prefix;
  const isLabel = f.kind === "Service" || f.kind === "Namespace";
  if (isLabel ? !isDNSLabel(asName) : !isDNSSubdomain(asName))
    refuse(
      f,
      "name-invalid",
      ["metadata", "generateName"],
      `${quoted(prefix)} is no valid start of a name of a ${f.kind}`,
      isLabel ? DNS_LABEL_WORDS : SUBDOMAIN_WORDS,
    );
}

function checkServiceName(f: Findings, name: string): void {
  const path = ["metadata", "name"];
  if (!isDNSLabel(name))
    refuse(f, "name-invalid", path, `${quoted(name)} is no valid name of a Service`, DNS_LABEL_WORDS);
  else if (!isDNS1035Label(name) && !f.features.relaxedServiceNames)
    refuse(
      f,
      "service-name-starts-with-digit",
      path,
      `the name ${quoted(name)} starts with a digit`,
      `API servers take such a name from Kubernetes ${sinceRelease("relaxedServiceNames")} on (RelaxedServiceNameValidation)`,
    );
}

/** Label keys and values; `path`: of the map. */
export function checkLabels(
  f: Findings,
  labels: RawRecord,
  path: FieldPath,
  code: "label-invalid" | "selector-invalid" = "label-invalid",
): void {
  for (const key in labels) {
    if (!isQualifiedName(key))
      refuse(f, code, [...path, key], `${quoted(key)} is no valid label key`, QUALIFIED_NAME_WORDS);
    const value = labels[key];
    if (typeof value === "string" && !isLabelValue(value))
      refuse(f, code, [...path, key], `${quoted(value)} is no valid label value`, LABEL_VALUE_WORDS);
  }
}

function checkAnnotations(f: Findings, annotations: RawRecord): void {
  let length = 0;
  for (const key in annotations) {
    if (!isQualifiedName(key) && !isQualifiedName(key.toLowerCase()))
      refuse(
        f,
        "annotation-invalid",
        ["metadata", "annotations", key],
        `${quoted(key)} is no valid annotation key`,
        QUALIFIED_NAME_WORDS,
      );
    length += key.length + textOf(annotations[key]).length;
  }
  if (length > ANNOTATION_BYTES)
    refuse(
      f,
      "annotation-invalid",
      ["metadata", "annotations"],
      `the annotations take ${length} bytes, more than ${ANNOTATION_BYTES}`,
    );
}
