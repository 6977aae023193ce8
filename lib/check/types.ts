/** What svcrules.yaml says; types only. */
import type { FieldPath, Origin } from "../source/origin.js";
import type { ConfigFieldName } from "./config-fields.js";

/** A case as it is to be run: its own fields over the defaults. Paths are relative to the configuration's directory. */
export interface CheckCase {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Directory of the golden files. */
  readonly golden: string;
  /** Where the directories of cases are, that of one that is gone too; the case's own when it names one. */
  readonly goldenRoot: string;
  /** Empty: the one the input or svcrules chooses; "*" stands for every Node of the input. The same below. */
  readonly nodes: readonly string[];
  readonly modes: readonly string[];
  readonly kubeVersions: readonly string[];
  readonly ipFamilies: readonly string[];
  /** Empty: every artifact of the mode. */
  readonly artifacts: readonly string[];
  readonly format: string;
  readonly proxyConfig?: string;
  readonly set: readonly string[];
  readonly service?: string;
  readonly namespace?: string;
  readonly simulate: boolean;
  readonly serviceCIDRs: readonly string[];
  readonly controllerVersion?: string;
  readonly watchSelectors: boolean;
  readonly nfacct: boolean;
  readonly randomFully: boolean;
  readonly tcpBeLiberal: boolean;
  /** Where a field is written: in the case or in the defaults; the case itself when nowhere. */
  readonly placeOf: (field: ConfigFieldName, index?: number) => { readonly origin: Origin; readonly path: FieldPath };
}

export interface CheckConfig {
  readonly cases: readonly CheckCase[];
}
