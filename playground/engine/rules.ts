import { ARTIFACTS_OF_MODE, compile, type ArtifactName, type Format } from "../../lib/index.js";
import { asked } from "./asked.js";
import { marksOf } from "./marks.js";
import type { RuleLine, RulesAnswer, Setup, Told } from "./protocol.js";
import { ruleLines } from "./rule-lines.js";

export interface RulesQuestion extends Setup {
  /** One of the mode's, or "" for its first. */
  readonly artifact: string;
  readonly format: "restore" | "save";
}

/** The text of a node's rules. */
export async function rules(question: RulesQuestion): Promise<Told<RulesAnswer>> {
  const { sources, options } = asked(question);
  const first = await compile(sources, options);
  const { situation } = first;
  const marks = marksOf(first.diagnostics);
  if (!situation || first.text === undefined) return { answer: undefined, marks };
  const artifacts = ARTIFACTS_OF_MODE[situation.mode];
  const artifact = artifacts.find((name) => name === question.artifact) ?? artifacts[0]!;
  const format: Format = artifact === "iptables" ? question.format : "restore";
  const isFirst = artifact === artifacts[0] && format === "restore";
  const { text = "" } = isFirst ? first : await compile(sources, { ...options, artifact, format });
  const { mode, node, version, family } = situation;
  return {
    answer: { text, mode, node: node.name, kubeVersion: version.text, family, artifact, artifacts },
    marks,
  };
}

export interface LinesQuestion extends Setup {
  /** As `rules` answered them. */
  readonly artifact: ArtifactName;
  readonly text: string;
}

/** What each line of a text of rules is there for. */
export async function linesOfRules({ artifact, text, ...setup }: LinesQuestion): Promise<readonly (RuleLine | null)[]> {
  const { sources, options } = asked(setup);
  const { text: json = "{}" } = await compile(sources, {
    ...options,
    artifact: jsonArtifact(artifact),
    format: "json",
  });
  return ruleLines(text.split("\n"), json, artifact);
}

/** The JSON form of virtual servers holds sets and addresses too. */
function jsonArtifact(artifact: ArtifactName): ArtifactName {
  return artifact === "ipset" || artifact === "addresses" ? "ipvsadm" : artifact;
}
