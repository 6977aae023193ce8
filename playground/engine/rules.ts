import { ARTIFACTS_OF_MODE, compile, type ArtifactName, type Format } from "../../lib/index.js";
import { marksOf } from "./marks.js";
import type { RulesAnswer, Setup, Told } from "./protocol.js";
import { ruleLines } from "./rule-lines.js";
import { sourcesOf, wishesOf } from "./sources.js";

export interface RulesQuestion extends Setup {
  /** One of the mode's, or "" for its first. */
  readonly artifact: string;
  readonly format: "restore" | "save";
}

/** The text of a node's rules, and what each line is there for. */
export async function rules(question: RulesQuestion): Promise<Told<RulesAnswer>> {
  const asked = { ...wishesOf(question), rulesOnly: false };
  const first = await compile(sourcesOf(question.files), asked);
  const { situation } = first;
  const marks = marksOf(first.diagnostics);
  if (!situation || first.text === undefined) return { answer: undefined, marks };
  const artifacts = ARTIFACTS_OF_MODE[situation.mode];
  const artifact = artifacts.find((name) => name === question.artifact) ?? artifacts[0]!;
  const format: Format = artifact === "iptables" ? question.format : "restore";
  const isFirst = artifact === artifacts[0] && format === "restore";
  const { text = "" } = isFirst ? first : await compile(sourcesOf(question.files), { ...asked, artifact, format });
  const { text: json = "{}" } = await compile(sourcesOf(question.files), {
    ...asked,
    artifact: jsonArtifact(artifact),
    format: "json",
  });
  const { mode, node, version, family } = situation;
  return {
    answer: {
      text,
      lines: ruleLines(text.split("\n"), json, artifact),
      mode,
      node: node.name,
      kubeVersion: version.text,
      family,
      artifacts,
    },
    marks,
  };
}

/** The JSON form of virtual servers holds sets and addresses too. */
function jsonArtifact(artifact: ArtifactName): ArtifactName {
  return artifact === "ipset" || artifact === "addresses" ? "ipvsadm" : artifact;
}
