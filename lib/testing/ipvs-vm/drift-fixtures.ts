/** Nodes that differ from their manifests in one known way, in both families: `fixtures/ipvs-drift/`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeTexts, type NodeTexts } from "./node-texts.js";
import { expectedState } from "./recorded-nodes.js";
import type { ExpectedIPVS } from "../../diff/ipvs/index.js";
import { sourceFromBytes } from "../../source/source.js";
import type { IPFamily } from "../../net/ip.js";

const ROOT = fileURLToPath(new URL("../../../fixtures/ipvs-drift/", import.meta.url));

/** Lines are chosen by regular expressions that match from their start; "{name}" stands for a value of names.json. */
interface Edit {
  readonly file: keyof NodeTexts;
  readonly lines?: string;
  readonly delete?: true;
  readonly replace?: readonly [from: string, to: string];
  readonly moveBehind?: string;
  /** Lines to put behind the first that matches; behind the last of the file when empty. */
  readonly after?: string;
  readonly insert?: readonly string[];
}

interface DriftFixture {
  readonly name: string;
  readonly purpose: string;
  readonly edits: readonly Edit[];
  /** Fields that the changes have; there are no more above severity info. */
  readonly changes: readonly Readonly<Record<string, string>>[];
  readonly info?: readonly Readonly<Record<string, string>>[];
}

export interface Drift {
  readonly name: string;
  readonly purpose: string;
  readonly family: IPFamily;
  readonly expected: ExpectedIPVS;
  readonly texts: NodeTexts;
  readonly changes: DriftFixture["changes"];
  readonly info: DriftFixture["changes"];
}

function readText(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** What a node of the family should hold. */
function driftExpected(family: IPFamily): ExpectedIPVS {
  const directory = family.toLowerCase();
  const source = (name: string) => sourceFromBytes(name, readFileSync(`${ROOT}${directory}/${name}`));
  return expectedState(source("manifests.yaml"), source("kube-proxy.yaml"), {
    node: "node-1",
    kubeVersion: "1.36",
    family,
  });
}

/** Every fixture in both families. */
export function driftFixtures(): Drift[] {
  const fixtures = JSON.parse(readText("drifts.json")) as DriftFixture[];
  return (["IPv4", "IPv6"] as const).flatMap((family) => {
    const expected = driftExpected(family);
    const healthy = nodeTexts(expected);
    const names = JSON.parse(readText(`${family.toLowerCase()}/names.json`)) as Record<string, string>;
    return fixtures.map(({ name, purpose, edits, changes, info = [] }): Drift => {
      const fill = (text: string, escape: boolean) =>
        text.replace(/\{([@\w-]+)\}/g, (whole, key: string) => {
          const value = names[key];
          if (value === undefined) throw new Error(`${name}: names.json lacks ${whole}`);
          return escape ? value.replace(/[.[\]]/g, "\\$&") : value;
        });
      const fillFields = (fields: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fill(value, false)]));
      const texts = { ...healthy };
      for (const edit of edits) texts[edit.file] = applyEdit(texts[edit.file], edit, fill, name);
      return {
        name,
        purpose,
        family,
        expected,
        texts,
        changes: changes.map(fillFields),
        info: info.map(fillFields),
      };
    });
  });
}

/** An edit that touches nothing is a mistake of the fixture. */
function applyEdit(text: string, edit: Edit, fill: (text: string, escape: boolean) => string, name: string): string {
  const lines = text.trimEnd().split("\n");
  const matcher = (pattern: string) => {
    const expression = new RegExp(`^${fill(pattern, true)}`);
    return (line: string) => expression.test(line);
  };
  let result: string[];
  if (edit.insert) {
    const at = edit.after === "" ? lines.length - 1 : lines.findIndex(matcher(edit.after!));
    if (at < 0) throw new Error(`${name}: no line of ${edit.file} matches ${edit.after}`);
    result = [...lines.slice(0, at + 1), ...edit.insert.map((line) => fill(line, false)), ...lines.slice(at + 1)];
  } else {
    const matches = matcher(edit.lines!);
    const chosen = lines.filter(matches);
    if (chosen.length === 0) throw new Error(`${name}: no line of ${edit.file} matches ${edit.lines}`);
    if (edit.replace) {
      const [from, to] = edit.replace.map((part) => fill(part, false));
      result = lines.map((line) => (matches(line) ? line.replace(from!, to!) : line));
    } else {
      const rest = lines.filter((line) => !matches(line));
      const at = edit.moveBehind === undefined ? -1 : rest.findIndex(matcher(edit.moveBehind));
      result = edit.moveBehind === undefined ? rest : [...rest.slice(0, at + 1), ...chosen, ...rest.slice(at + 1)];
    }
  }
  return result.map((line) => `${line}\n`).join("");
}
