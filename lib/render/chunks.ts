/** Characters a chunk of output holds before it is handed on: large enough that writing it is no cost of its own. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Lines put together to chunks of text; every line ends in a newline. */
export function* chunked(lines: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += line + "\n";
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}
