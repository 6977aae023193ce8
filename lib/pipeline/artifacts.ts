/** A mode's ruleset and the texts made of it. Modes are loaded when they are needed. */
import type { CompiledIPVS } from "../backends/ipvs/index.js";
import type { BackendInput } from "../backends/input.js";
import type { IptablesProgram } from "../backends/iptables/index.js";
import type { NftProgram } from "../backends/nftables/index.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { singleLines } from "../render/chunks.js";
import type { JsonHead, LineOf } from "../render/iptables-json.js";

export const ARTIFACT_NAMES = ["iptables", "ipvsadm", "ipset", "addresses", "nft"] as const;
export type ArtifactName = (typeof ARTIFACT_NAMES)[number];

export const FORMATS = ["restore", "save", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** The artifacts of each mode; the first is the one printed when none is named. */
export const ARTIFACTS_OF_MODE: Readonly<Record<ProxyMode, readonly ArtifactName[]>> = {
  iptables: ["iptables"],
  ipvs: ["ipvsadm", "ipset", "iptables", "addresses"],
  nftables: ["nft"],
};

export type Compiled =
  | { readonly mode: "iptables"; readonly program: IptablesProgram; readonly diagnostics: readonly Diagnostic[] }
  | { readonly mode: "ipvs"; readonly compiled: CompiledIPVS; readonly diagnostics: readonly Diagnostic[] }
  | { readonly mode: "nftables"; readonly program: NftProgram; readonly diagnostics: readonly Diagnostic[] };

/** Compiles what a backend's input describes in its mode. */
export async function compileMode(input: BackendInput): Promise<Compiled> {
  switch (input.config.mode) {
    case "iptables": {
      const { compileIptables } = await import("../backends/iptables/index.js");
      return { mode: "iptables", program: compileIptables(input), diagnostics: [] };
    }
    case "ipvs": {
      const { compileIpvs } = await import("../backends/ipvs/index.js");
      const compiled = compileIpvs(input);
      return { mode: "ipvs", compiled, diagnostics: compiled.diagnostics };
    }
    case "nftables": {
      const { compileNftables } = await import("../backends/nftables/index.js");
      const program = compileNftables(input);
      return { mode: "nftables", program, diagnostics: program.diagnostics };
    }
  }
}

/** What the JSON form needs beside the rules. */
export interface JsonContext {
  readonly head: JsonHead;
  readonly lineOf: LineOf;
}

/** The lines of an artifact, one by one, without newlines. */
export async function artifactLines(...of: Parameters<typeof artifactTexts>): Promise<Iterable<string>> {
  return singleLines(await artifactTexts(...of));
}

/**
 * The lines of an artifact, each alone or several joined, the last without its newline; rules of iptables mode are made
 * while they are iterated.
 */
export async function artifactTexts(
  compiled: Compiled,
  artifact: ArtifactName,
  format: Format,
  json: JsonContext,
): Promise<Iterable<string>> {
  switch (compiled.mode) {
    case "iptables":
      return iptablesLines(compiled.program, format, json);
    case "ipvs": {
      if (artifact === "iptables") {
        const { ipvsIptablesProgram } = await import("../render/ipvs-iptables.js");
        const order = format === "save" ? "save" : "restore";
        return iptablesLines(ipvsIptablesProgram(compiled.compiled, order), format, json);
      }
      if (format === "json") {
        const { renderIpvsJson } = await import("../render/ipvs-json.js");
        return renderIpvsJson(compiled.compiled, json.head, json.lineOf);
      }
      const { addressLines, ipsetLines, ipvsadmLines } = await import("../rulesets/ipvs/print.js");
      const { state } = compiled.compiled;
      if (artifact === "ipset") return ipsetLines(state.sets);
      return artifact === "addresses" ? addressLines(state) : ipvsadmLines(state.virtualServers);
    }
    case "nftables": {
      if (format === "json") {
        const { renderNftJson } = await import("../render/nft-json.js");
        return renderNftJson(compiled.program, json.head, json.lineOf);
      }
      const { renderNftRestore } = await import("../render/nft-restore.js");
      return renderNftRestore(compiled.program);
    }
  }
}

async function iptablesLines(program: IptablesProgram, format: Format, json: JsonContext): Promise<Iterable<string>> {
  switch (format) {
    case "restore":
      return (await import("../render/iptables-restore.js")).renderIptablesRestore(program);
    case "save":
      return (await import("../render/iptables-save.js")).renderIptablesSave(program);
    case "json":
      return (await import("../render/iptables-json.js")).renderIptablesJson(program, json.head, json.lineOf);
  }
}
