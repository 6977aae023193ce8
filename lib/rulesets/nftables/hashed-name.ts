/** Names of endpoints' chains and of their sets of clients: a prefix, a hash, and whose they are. */
import { rankOfText } from "../../util/sha256-base32.js";

const PREFIX_LENGTH = "endpoint-".length;
const HASH_LENGTH = 8;
const DASH = 45;

/** The hash of the name at `at`, as a number that grows with the text of the hash; -1 where it is no such name. */
export function hashInName(text: string, at: number): number {
  if (text.charCodeAt(at + PREFIX_LENGTH + HASH_LENGTH) !== DASH) return -1;
  if (!text.startsWith("endpoint-", at) && !text.startsWith("affinity-", at)) return -1;
  return rankOfText(text, at + PREFIX_LENGTH);
}
