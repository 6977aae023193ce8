/** Characters a chunk of output holds before it is handed on: large enough that writing it is no cost of its own. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Lines, each alone or several joined, put together to chunks of text; every line ends in a newline. */
export function* chunked(texts: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const text of texts) {
    chunk += text + "\n";
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}

/** One line at a time of texts that are lines, each alone or several joined. */
export function* singleLines(texts: Iterable<string>): Iterable<string> {
  for (const text of texts)
    if (text.includes("\n")) yield* text.split("\n");
    else yield text;
}
