/** The text of a resolv.conf. Source: resolv.conf(5). */
import type { NodeDNS } from "./resolv-conf.js";

/** Nameservers, search list and options; of several search or domain lines the last one counts. */
export function parseResolvConf(text: string): Pick<NodeDNS, "nameservers" | "searches" | "options"> {
  const nameservers: string[] = [];
  let searches: string[] = [];
  const options: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    const [keyword, ...words] = line
      .replace(/^\s*[#;].*$/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver" && words[0] !== undefined) nameservers.push(words[0]);
    else if (keyword === "search" || keyword === "domain") searches = words;
    else if (keyword === "options")
      for (const word of words) {
        const colon = word.indexOf(":");
        options.push(colon < 0 ? [word, ""] : [word.slice(0, colon), word.slice(colon + 1)]);
      }
  }
  return { nameservers, searches, options: Object.fromEntries(options) };
}
