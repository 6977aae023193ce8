/** Both sides of what differs as lines in normal form, for unified diffs. */
import { printElement } from "../../rulesets/nftables/print.js";
import { addChain, addSet } from "../../rulesets/nftables/print.js";
import type { NftComparison } from "./compare-nftables.js";
import type { ElementDifference } from "./compare-sets.js";
import { identityOfPath, readObjectName } from "./paths.js";
import type { ChainContents } from "./side.js";

/** One chain or set: what it is, whose it is, and its lines on both sides. */
export interface Section {
  readonly name: string;
  /** "prod/api:https"; undefined for what belongs to no service. */
  readonly owner: string | undefined;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** Sections of the sets and chains that differ; of a set only the elements that do, since order means nothing there. */
export function nftSections({ chains, sets }: NftComparison, where: string): Section[] {
  const fromSets = sets.map(({ name, expected, actual, declaration, elements }): Section => {
    const declared = declaration || !expected || !actual;
    const lines = (side: "expected" | "actual") => elementLines(elements, side, `add element ${where} ${name}`);
    return {
      name: `${(expected ?? actual)!.kind} ${name}`,
      owner: ownerOf(name),
      expected: [...(declared && expected ? [addSet(where, expected)] : []), ...lines("expected")],
      actual: [...(declared && actual ? [addSet(where, actual)] : []), ...lines("actual")],
    };
  });
  const chainLines = (contents: ChainContents | undefined) =>
    contents
      ? [
          addChain(where, {
            ...contents.chain,
            base: contents.chain.base && { ...contents.chain.base, policy: undefined },
          }),
          ...contents.texts.map((text) => `add rule ${where} ${contents.chain.name} ${text}`),
        ]
      : [];
  const fromChains = chains.map(({ name, expected, actual }): Section => ({
    name: `chain ${name}`,
    owner: ownerOf(name),
    expected: chainLines(expected),
    actual: chainLines(actual),
  }));
  return [...fromSets, ...fromChains];
}

function elementLines(elements: readonly ElementDifference[], side: "expected" | "actual", add: string): string[] {
  return elements
    .flatMap((element) => {
      const found = element[side];
      return found ? [`${add} { ${printElement({ ...found, comment: undefined })} }`] : [];
    })
    .sort();
}

function ownerOf(name: string): string | undefined {
  const object = readObjectName(name);
  if (!object) return undefined;
  const { service, port } = identityOfPath(object.path);
  if (service === undefined) return undefined;
  return port ? `${service}:${port}` : service;
}
