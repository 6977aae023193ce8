/** What to do about a file that is named and is not there. */
import { nearest } from "../util/nearest.js";
import { printable } from "../util/printable.js";

const OBJECTS = "objects: kubectl get services,endpointslices,nodes -A -o json > dump.json";
const CAPTURE = "a capture, on the node: iptables-save > node.txt (in mode nftables: nft list ruleset)";

/** What a file is read for. */
type MissingKind = "objects" | "capture" | "other";

/** Letters that may be wrong: of the name in front of its ending, which many files have in common. */
function mostWrong(name: string): number {
  const dot = name.lastIndexOf(".");
  return Math.max(1, Math.floor((dot > 0 ? dot : name.length) / 3));
}

/** `names`: what is in the directory where it would be; undefined where there is no such directory. */
export function adviceOnMissing(input: string, names: readonly string[] | undefined, kind: MissingKind): string[] {
  const end = input.lastIndexOf("/") + 1;
  const directory = input.slice(0, end);
  const name = input.slice(end);
  if (!names) return [`there is no directory ${printable(directory)} either`];
  const shown = names.filter((other) => !other.startsWith(".")).sort();
  const near =
    shown.find((other) => name !== "" && other.startsWith(`${name}.`)) ?? nearest(name, shown, mostWrong(name));
  if (near !== undefined) return [`did you mean ${printable(directory + near)}?`];
  if (kind === "other") return [];
  return [`how to make one: ${kind === "objects" ? OBJECTS : `${CAPTURE}; ${OBJECTS}`}`];
}

/** As `adviceOnMissing`, of a file that the system did not open for `error`; none where it is there. */
export function adviceOnUnopened(
  error: unknown,
  input: string,
  namesBeside: () => readonly string[],
  { isInput, everyFile }: { readonly isInput?: boolean; readonly everyFile?: boolean },
): string[] {
  if (!isMissing(error)) return [];
  const kind = !isInput ? "other" : everyFile ? "capture" : "objects";
  try {
    return adviceOnMissing(input, namesBeside(), kind);
  } catch (listing) {
    // A directory may be one to enter and not to list.
    return adviceOnMissing(input, isMissing(listing) ? undefined : [], kind);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
