/**
 * svcrules as a library: Kubernetes Services to the rules kube-proxy programs, and comparisons with what a node holds.
 * Nothing here opens files, prints or exits: sources go in, values and diagnostics come out. docs/library.md has more.
 *
 * @example
 * import { compile, diff, sourceFromText } from "svcrules";
 *
 * const manifests = [sourceFromText("dump.yaml", dump)];
 * const { text } = await compile(manifests, { node: "worker-1" });
 * const { report } = await diff(manifests, [sourceFromText("node.txt", iptablesSave)]);
 * assert(text !== undefined && report !== undefined);
 */
export { compile, compileChunks, lineOfServicePort } from "./api/compile-sources.js";
export type { CompileChunks, CompileFacts, CompileOptions, CompileResult } from "./api/compile-sources.js";
export { diff, type DiffOptions } from "./api/diff-sources.js";
export { endpoints, type EndpointsResult } from "./api/endpoints-of-sources.js";
export { doctor, DOCTOR_CHECKS, type DoctorOptions, type DoctorResult } from "./api/doctor-of-sources.js";
export { dns, type DNSOptions, type DNSResult, type ResolveOptions, type Zone } from "./api/dns-of-sources.js";
export { tracer, type TracerOptions, type TracerResult } from "./api/tracer-of-sources.js";

export { sourceFromBytes, sourceFromText, type Source, type Span } from "./source/source.js";
export { loadCluster, readObjects, type LoadOptions, type LoadResult } from "./pipeline/load.js";
export { settleSituation, type Situation, type Wishes } from "./pipeline/situation.js";
export { diffCaptures } from "./node/diff-captures.js";
export { diffNode } from "./node/diff-node.js";
export type { DiffResult } from "./node/diff-result.js";
export { groupCaptures, holdsObjects, type CaptureGroup } from "./node/group-captures.js";

export { ARTIFACT_NAMES, ARTIFACTS_OF_MODE, FORMATS, type ArtifactName, type Format } from "./pipeline/artifacts.js";
export { CHANGE_KINDS } from "./diff/types.js";
export type { Change, ChangeKind, ChangeSeverity, DiffReport, DiffSection, FileLine } from "./diff/types.js";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "./diagnostics/codes.js";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic.js";
export { printDiagnostic } from "./diagnostics/print.js";

export type { Cluster } from "./cluster/types.js";
export type { ServiceFilter } from "./pipeline/compile.js";
export type { DNSAnswer, DNSRecord, RecordData, RecordType } from "./dns/types.js";
export type { Resolution, ResolutionOutcome, ResolverLibrary } from "./dns/resolve-name.js";
export type { LocatedEvidence, LocatedFinding, LocatedReport } from "./doctor/locate-findings.js";
export type { SuppressionRules } from "./doctor/suppress.js";
export type { EndpointRow } from "./endpoints/rows.js";
export type { Arrival, Outcome, Packet, Trace, TracedOutcome } from "./trace/types.js";
export type { Tracer } from "./trace/index.js";
