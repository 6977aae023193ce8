/**
 * Readers: text to API objects, with where they stand. They take Sources and never open files.
 *
 *   const { sources, diagnostics } = await openInputs(["manifests/", "-"], place)   cli/io/open-inputs.ts
 *   const collector = createCollector({ validate })                                 lib/cluster/collect.ts
 *   for (const source of sources) readSource(source, collector)
 *   const { cluster, diagnostics } = collector.finish()
 *   for (const d of orderDiagnostics(locateDiagnostics(diagnostics))) print(printDiagnostic(d))
 *
 * A collector is a sink. `validate(raw, report)` gets every object as written, before it is trimmed to the fields of
 * lib/kube/types.ts; when it answers false the object is left out.
 */
export { leaveOutPatches } from "./kustomize-patches.js";
export { readSource } from "./read-source.js";
export type { RawObject } from "./sink.js";
export { locateDiagnostics } from "./locate-diagnostics.js";
