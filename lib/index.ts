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
export { compile, compileChunks, compileFiles, compileGraphs, lineOfServicePort } from "./api/compile.js";
export type {
  CompileChunks,
  CompiledFile,
  CompileFacts,
  CompileFiles,
  CompileGraphs,
  CompileOptions,
  CompileResult,
} from "./api/compile.js";
export { diff, prepareDiff, type DiffOptions, type PreparedDiff } from "./api/diff.js";
export type { KnownComparison } from "./node/fleet/known-comparisons.js";
export { memoryOfNodes, SharedNodes } from "./node/fleet/shared-nodes.js";
export { digestCaptures } from "./rulesets/capture-text/digest-capture.js";
export { endpoints, type EndpointsOptions, type EndpointsResult } from "./api/endpoints.js";
export { explain, type ExplainOptions, type ExplainResult } from "./api/explain.js";
export { trace, type PacketFacts, type TraceOptions, type TraceResult } from "./api/trace.js";
export { doctor, DOCTOR_CHECKS, type DoctorOptions, type DoctorResult } from "./api/doctor.js";
export { dns } from "./api/dns.js";
export type { DNSOptions, DNSQuestion, DNSReply, DNSResult, ResolveOptions, Zone } from "./api/dns.js";
export { migrate, type MigrateOptions, type MigrateResult } from "./api/migrate.js";
export { impact, impactFailures, IMPACT_KINDS } from "./api/impact.js";
export type { ImpactFailuresResult, ImpactOptions, ImpactResult } from "./api/impact.js";
export { parseAllowed } from "./impact/allow.js";
export type { WhatIf } from "./impact/what-if/types.js";
export type { ImpactChange, ImpactFailure, ImpactKind, ImpactReport } from "./results/impact-report.js";
export { tracer, type TracerOptions, type TracerResult } from "./api/tracer.js";
export { anonymize, type AnonymizedFile, type AnonymizeMap, type AnonymizeResult } from "./anonymize/index.js";
export { extract, type ExtractOptions, type ExtractResult } from "./api/extract.js";
export type { ExtractedFile } from "./extract/extract-service.js";
export { DEFAULT_IMAGE, VIAS } from "./collect/options.js";
export { readCollectOptions, renderCollectScript, renderNodeScript } from "./collect/index.js";
export { check, type CheckedFile, type CheckOptions, type CheckResult } from "./api/check/index.js";
export type { CheckFiles } from "./api/check/files.js";
export { compareGoldenFile, type GoldenOptions, type GoldenResult } from "./api/check/golden.js";
export { CHECK_EXPLANATIONS, findingsOf as findingsOfTroubles, tellTrouble } from "./api/check/outcomes.js";
export type { ToldTrouble, Trouble as GoldenTrouble } from "./api/check/outcomes.js";
export { splitBundles } from "./bundle/split-bundles.js";
export { inputHolding } from "./bundle/input-holding.js";
export { withCapture } from "./node/captures/with-capture.js";
export { missedNodes } from "./node/captures/missed-nodes.js";
export { describeContents } from "./api/describe-contents.js";
export type { QuestionOptions, Timed } from "./api/read-question.js";

export { COMMANDS, type CommandName, type RequestOf } from "./options/commands/index.js";
export { findCommand } from "./options/commands/find-command.js";
export { optionsSaid, plainWords } from "./options/options-said.js";
export type { Command } from "./options/command.js";
export { complete } from "./options/completion/complete.js";
export { COMPLETION_SCRIPTS, SHELLS } from "./options/completion/scripts.js";
export { manPage } from "./options/man-page.js";
export { GROUPS, type Option, type OptionTable, type PositionalTable } from "./options/option.js";
export { STDIN_WORD, type Parsed } from "./options/parse-values.js";
export { noCommand } from "./options/no-command.js";
export { readRequest } from "./options/read-request.js";
export { exampleLine, shortHelp, shortUsage } from "./options/short-usage.js";
export { CHECK_IDS, chosenChecks, readIgnoreRule } from "./options/doctor-checks.js";
export { dnsWords } from "./options/dns-words.js";
export { refuseFileAsTarget } from "./options/file-as-target.js";
export { failingKinds } from "./options/failing-kinds.js";
export { reportOwnsStdout, reportTargetsOf, type ReportTarget } from "./options/report-target.js";
export { partOf, shardOf } from "./options/shard.js";
export { inheritedOption } from "./options/inherited-option.js";
export { wholePatch } from "./options/whole-patch.js";
export { checkStates, editsOf, proxySettings } from "./options/what-ifs.js";
export { adviceOnUnopened } from "./options/missing-input.js";
export { namedInputs, readingOf, selectionOf, wishesOf } from "./options/requests.js";
export type { GlobalValues, InputValues } from "./options/requests.js";
export { GLOBAL_OPTIONS } from "./options/shared.js";
export { inputLost, nameFound, nameInput, ofSameRun, refuseInput, type InputPath } from "./options/named-inputs.js";
export { UsageError, unknownWord } from "./options/usage-error.js";
export { describeOption, usageOf } from "./options/words.js";

export { type Archive, sourceFromBytes, sourceFromText, type Source, type Span } from "./source/source.js";
export { checkKept, DEFAULT_MOST_BYTES } from "./archives/expansion-meter.js";
export { archiveKindOf, isArchiveName, isPackedName, TAR_HEAD, unpackedName } from "./archives/kind.js";
export type { Compression } from "./archives/kind.js";
export { partUnread, readArchive } from "./archives/read-archive.js";
export type { ArchiveTools, Packer } from "./archives/tools.js";
export { createCollector } from "./cluster/collect.js";
export { documentsLeftOut, isDocument, noArchive } from "./readers/left-out.js";
export { readSource } from "./readers/index.js";
export { loadCluster, readObjects, type LoadOptions, type LoadResult } from "./pipeline/load.js";
export { settleSituation, type Situation, type Wishes } from "./pipeline/situation.js";
export { diffCaptures } from "./node/diff-captures.js";
export { diffPairs, type GivenCaptures } from "./node/pair-captures.js";
export { diffExit, takePartial } from "./node/diff-exit.js";
export { coverageWords } from "./diff/coverage.js";
export { diffNode } from "./node/diff-node.js";
export type { DiffResult } from "./results/diff-result.js";
export { chooseCaptures, type ChosenCaptures } from "./node/captures/choose-captures.js";
export {
  captureFiles,
  groupCaptures,
  holdsObjects,
  capturesAmong,
  type CaptureGroup,
} from "./node/captures/group-captures.js";

export { ARTIFACT_NAMES, ARTIFACTS_OF_MODE, FORMATS, type ArtifactName, type Format } from "./pipeline/artifacts.js";
export { CHANGE_KINDS } from "./diff/types.js";
export type { Change, ChangeKind, ChangeSeverity, DiffReport, DiffSection, FileLine } from "./diff/types.js";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "./diagnostics/codes.js";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic.js";
export { locateDiagnostics } from "./readers/locate-diagnostics.js";
export { printDiagnostic } from "./diagnostics/print.js";

export type { ManifestLines, PathGraph, PortRules } from "./graph/types.js";
export type { Cluster } from "./cluster/types.js";
export type { ServiceFilter } from "./pipeline/compile.js";
export type { Selection } from "./pipeline/select-services.js";
export type { ExplainView } from "./explain/explain-view.js";
export type { TraceView } from "./explain/trace/trace-view.js";
export type { MigrateView } from "./results/migrate-report.js";
export type { DNSAnswer, DNSRecord, QuestionType, RecordData, RecordType } from "./dns/types.js";
export { QUESTION_TYPES } from "./dns/types.js";
export type { ProxyMode } from "./config/proxy-config.js";
export type { Resolution, ResolutionOutcome, ResolverLibrary } from "./dns/resolve-name.js";
export type {
  LocatedEvidence,
  LocatedFinding,
  LocatedReport,
  LocatedReport as DoctorReport,
} from "./doctor/locate-findings.js";
export { parseBaseline, printBaseline, type IgnoreRule, type SuppressionRules } from "./doctor/suppress.js";
export { readDoctorConfig } from "./check/read-doctor-section.js";
export { isGoldenStart } from "./check/golden-header.js";
export { startingConfig, type FoundInputs } from "./check/starting-config.js";
export type { CheckCase } from "./check/types.js";
export { USERSPACE_REFUSED } from "./config/deprecations.js";
export { NEWEST_MINOR, OLDEST_MINOR, parseKubeVersion } from "./config/kube-version.js";
export { diagnosticsJson } from "./diagnostics/json.js";
export { countRepeats } from "./diagnostics/count-repeats.js";
export { orderDiagnostics } from "./diagnostics/order.js";
export { resolvePlace } from "./diagnostics/resolve-place.js";
export { isAboutDump, isWantedFile } from "./readers/dump-layout.js";
export { markDumps } from "./readers/mark-dumps.js";
export { findSourceTrees, tellsOfSource } from "./readers/unrendered.js";
export { nearest } from "./util/nearest.js";
export { printable } from "./util/printable.js";
export type { EndpointRow } from "./endpoints/rows.js";
export type { Arrival, Outcome, Packet, Trace, TracedOutcome } from "./trace/types.js";
export type { Tracer } from "./trace/index.js";
