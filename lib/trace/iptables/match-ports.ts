/** Port lists as iptables writes them. */

/** Whether a port is in "80", "1000:2000", ":1024", "1024:" or a comma list of them; undefined when the text is none. */
export function portsContain(text: string, port: number): boolean | undefined {
  let found = false;
  for (const part of text.split(",")) {
    const [, from, colon, to] = /^(\d{0,5})(:?)(\d{0,5})$/.exec(part) ?? [];
    if (from === undefined || (from === "" && colon === "")) return undefined;
    const low = from === "" ? 0 : Number(from);
    const high = colon === "" ? low : to === "" ? 65535 : Number(to);
    if (port >= low && port <= high) found = true;
  }
  return found;
}
