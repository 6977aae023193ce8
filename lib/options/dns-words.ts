/** Which of the words of `dns` is the name that is asked for, and which are inputs. */
import { refuseFileAsTarget } from "./file-as-target.js";

interface Words {
  readonly arguments: readonly string[];
  readonly manifests: readonly string[];
  readonly filename: readonly string[];
  readonly from?: string | undefined;
}

interface DNSWords {
  readonly name: string | undefined;
  readonly inputs: readonly string[];
}

/** The first argument is a name unless it is a file or directory; with --from, --manifests or -f it always is one. */
export function dnsWords(words: Words, isThere: (path: string) => boolean): DNSWords {
  const { arguments: given, manifests, filename, from } = words;
  const named = [...manifests, ...filename];
  const [first, ...rest] = given;
  const isPath = (text: string) => text === "-" || isThere(text);
  const isName =
    first !== undefined && (from !== undefined || named.length > 0 || (!isPath(first) && !first.includes("/")));
  if (!isName) return { name: undefined, inputs: [...given, ...named] };
  const inputs = [...rest, ...named];
  refuseFileAsTarget("dns", first, inputs, isThere);
  return { name: first, inputs };
}
