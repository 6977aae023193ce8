/** What may follow on a command line that is being typed. */
import type { Cluster } from "../../cluster/types.js";
import { readObjects } from "../../pipeline/load.js";
import type { Source } from "../../source/source.js";
import type { Command } from "../command.js";
import { COMMANDS } from "../commands/index.js";
import type { NameKind, Option, OptionTable, Positional } from "../option.js";
import { possibleValues } from "../words.js";

/** Opens files and directories as they are named. */
type OpenInputs = (inputs: readonly string[]) => Promise<readonly Source[]>;

const nameIn = ({ metadata }: { readonly metadata: { readonly namespace?: string; readonly name: string } }) =>
  `${metadata.namespace ?? "default"}/${metadata.name}`;

/** Names of the input by kind. */
const NAMES: Readonly<Record<NameKind, (cluster: Cluster) => readonly string[]>> = {
  service: ({ services }) => services.map(nameIn),
  namespace: ({ services }) => services.map(({ metadata }) => metadata.namespace ?? "default"),
  node: ({ nodes }) => nodes.map(({ metadata }) => metadata.name),
  target: ({ services, pods }) => [...services, ...pods].map(nameIn),
  sender: ({ pods, nodes }) => [...pods.map(nameIn), ...nodes.map(({ metadata }) => metadata.name), "outside"],
  destination: ({ services }) =>
    services.flatMap((service) => (service.spec.ports ?? []).map(({ port }) => `${nameIn(service)}:${port}`)),
};

/** Options whose values are inputs. */
const INPUT_WORDS = /^(?:--manifests|--filename|-f)$/;
const INPUT_ASSIGNED = /^--(?:manifests|filename)=(.+)$/s;

/**
 * The words that may stand for the last of `words` (after the program's name), sorted; none where a file is meant.
 * Names of services, pods, namespaces and nodes come from the inputs already typed, else from ./manifests.
 */
export async function complete(words: readonly string[], openInputs: OpenInputs): Promise<string[]> {
  const current = words.at(-1) ?? "";
  if (words.length <= 1) return matching([...COMMANDS.map(({ name }) => name), "--help", "--version"], current);
  const command: Command | undefined = COMMANDS.find(({ name }) => name === words[0]);
  if (!command) return [];
  const typed = splitWords(command, words.slice(1, -1));
  const valuesFor = (place: Option | Positional | undefined) => valuesOf(place, typed.inputs, openInputs);
  const [, assigned, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  if (assigned !== undefined)
    return matching(await valuesFor(findOption(command.options, assigned)), value!).map(
      (word) => `${assigned}=${word}`,
    );
  const before = words.length > 2 ? findOption(command.options, words.at(-2)!) : undefined;
  if (before && before.kind !== "flag") return matching(await valuesFor(before), current);
  if (current.startsWith("-")) return matching([...spellingsOf(command.options), "--help"], current);
  const places = Object.values(command.positionals);
  return matching(await valuesFor(places[Math.min(typed.plain.length, places.length - 1)]), current);
}

function matching(candidates: readonly string[], typed: string): string[] {
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(typed)).sort();
}

/** Every long spelling; an option that is on is there to be turned off. */
function spellingsOf(options: OptionTable): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const long = [name, ...(option.aliases ?? [])].map((word) => `--${word}`);
    return option.kind === "flag" && option.isOn ? [...long, `--no-${name}`] : long;
  });
}

function findOption(options: OptionTable, word: string): Option | undefined {
  return Object.entries(options).find(
    ([name, { short, aliases = [] }]) =>
      [name, ...aliases].some((long) => word === `--${long}`) || (short !== undefined && word === `-${short}`),
  )?.[1];
}

/** What an option or argument may be: its own words, or names of the inputs. */
async function valuesOf(
  place: Option | Positional | undefined,
  inputs: readonly string[],
  openInputs: OpenInputs,
): Promise<readonly string[]> {
  if (!place) return [];
  const known = "kind" in place ? possibleValues(place) : (place.suggestions ?? []);
  if (known.length > 0 || !("names" in place) || place.names === undefined) return known;
  return NAMES[place.names](readObjects(await openInputs(inputs)).cluster);
}

/** Words that are neither options nor their values, and the inputs among all words; ./manifests when there are none. */
function splitWords(
  { options, positionals }: Command,
  words: readonly string[],
): { readonly plain: readonly string[]; readonly inputs: readonly string[] } {
  const [plain, named]: [string[], string[]] = [[], []];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const option = findOption(options, word);
    const assigned = INPUT_ASSIGNED.exec(word)?.[1];
    if (option && option.kind !== "flag") i++;
    if (assigned !== undefined) named.push(assigned);
    else if (INPUT_WORDS.test(word) && words[i] !== undefined) named.push(words[i]!);
    else if (!option && !word.startsWith("-")) plain.push(word);
  }
  const place = Object.values(positionals).findIndex(({ isMany }) => isMany);
  const inputs = [...(place < 0 ? [] : plain.slice(place)), ...named];
  return { plain, inputs: inputs.length > 0 ? inputs : ["manifests"] };
}
