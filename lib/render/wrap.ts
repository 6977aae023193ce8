/** Breaks text at spaces. `first` and `rest` stand in front of the lines; words longer than a line stay whole. */
export function wrap(text: string, columns: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest + word;
    } else line += (isEmpty ? "" : " ") + word;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}
