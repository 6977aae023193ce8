/** One capture in the forms that people hand it on. */

export interface CaptureFormCase {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** UTF-16 of a text, with or without a byte order mark. */
function utf16(text: string, isLittle: boolean, isMarked: boolean): Uint8Array {
  const marked = isMarked ? `\ufeff${text}` : text;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), isLittle);
  return bytes;
}

/** As PowerShell redirects it. */
export function inUTF16(text: string): Uint8Array {
  return utf16(text, true, true);
}

/** All say what the text says. `command`: that printed it. */
export function pastedForms(text: string, command: string): CaptureFormCase[] {
  const forms: Readonly<Record<string, string>> = {
    "as it is": text,
    indented: text.replace(/^(?=.)/gm, "    "),
    "indented by tabs": text.replace(/^(?=.)/gm, "\t"),
    "quoted as in mail": text.replace(/^/gm, "> "),
    "quoted twice": text.replace(/^/gm, "> > "),
    "in a code fence": `\`\`\`text\n${text}\`\`\`\n`,
    "behind a prompt": `root@node-1:~# ${command}\n${text}root@node-1:~# exit\nlogout\n`,
    "behind sudo": `[admin@node-1 ~]$ sudo ${command}\n[sudo] password for admin: \n${text}[admin@node-1 ~]$ `,
    "behind kubectl exec": `$ kubectl -n kube-system exec kube-proxy-abcde -- ${command}\nDefaulted container "kube-proxy" out of: kube-proxy, x (init)\n${text}`,
    "behind ssh": `ssh node-1 sudo ${command}\n${text}Connection to node-1 closed.\n`,
    "in a ticket": `Hi all,\n\nhere is what node-1 has (it drops traffic...):\n\n\`\`\`console\n$ sudo ${command}\n${text}\`\`\`\n\nThanks,\nJoe\n`,
    "in a comment of a tracker": `See below.\n{code:none}\n${text}{code}\n`,
    "recorded by script": `Script started on 2026-01-01 10:00:00+00:00 [TERM="xterm-256color"]\r\n\u001b[?2004h\u001b]0;root@node-1: ~\u0007\u001b[01;32mroot@node-1\u001b[00m:~# ${command}\r\n\u001b[?2004l\r${text.replaceAll("\n", "\r\n")}\u001b[?2004hroot@node-1:~# exit\r\n\u001b[?2004l\r\r\n\r\nScript done on 2026-01-01 10:00:09+00:00 [COMMAND_EXIT_CODE="0"]\r\n`,
    "with no-break spaces": text.replaceAll(/ (?=[-\w])/g, "\u00a0"),
    "from Ansible": `node-1 | CHANGED | rc=0 >>\n${text}`,
    "from kubectl run": `All commands and output from this session will be recorded in container logs, including credentials.\n${text}pod "debug" deleted\n`,
    "behind crictl": `WARN[0000] runtime connect using default endpoints: [unix:///run/containerd/containerd.sock]. \n${text}`,
    "in a log": text.replace(/^(?=.)/gm, "2026-11-01T03:00:00.123456789Z "),
    "in a log of containerd": text.replace(/^(?=.)/gm, "2026-11-01T03:00:00.123456789+01:00 stdout F "),
    "in a log of a pod": text.replace(/^(?=.)/gm, "[pod/dump-x/dump] "),
    "in the journal": text.replace(/^(?=.)/gm, "Nov  1 03:00:00 node-1 dump[123]: "),
    "with numbers of lines": text
      .split("\n")
      .map((line, i) => (line === "" ? "" : `${String(i + 1).padStart(6)}\t${line}`))
      .join("\n"),
    "with curly quotes": text.replaceAll(/(?<=comment )"([^"\n]*)"/g, "\u201c$1\u201d"),
    "with a byte order mark": `\ufeff${text}`,
    "with CRLF": text.replaceAll("\n", "\r\n"),
    "with CR": text.replaceAll("\n", "\r"),
  };
  return [
    ...Object.entries(forms).map(([name, form]) => ({ name, bytes: utf8(form) })),
    { name: "in UTF-16 LE with a mark", bytes: utf16(text, true, true) },
    { name: "in UTF-16 LE without a mark", bytes: utf16(text, true, false) },
    { name: "in UTF-16 BE with a mark", bytes: utf16(text, false, true) },
    { name: "in UTF-16 BE without a mark", bytes: utf16(text, false, false) },
  ];
}

/** As a terminal shows lines that are longer than it is wide. */
export function wrappedAt(text: string, width: number): string {
  return text.replace(new RegExp(`[^\\n]{${width}}(?=[^\\n])`, "g"), "$&\n");
}

/** As a mail program breaks lines: in front of the word that has no room any more. */
export function wrappedBetweenWords(text: string, width: number): string {
  const wrapLine = (line: string) => {
    const lines: string[] = [];
    let rest = line;
    while (rest.length > width) {
      const space = rest.lastIndexOf(" ", width);
      if (rest.slice(0, space).trim() === "") break;
      lines.push(rest.slice(0, space));
      rest = rest.slice(space + 1);
    }
    return [...lines, rest].join("\n");
  };
  return text.split("\n").map(wrapLine).join("\n");
}

/** A table of `iptables-save` as `iptables -t TABLE -S` prints it. */
export function asCommands(save: string, table: string): string {
  const lines = tableOf(save, table).split("\n").slice(1, -2);
  return lines
    .map((line) => line.replace(/^:(\S+) - .*/, "-N $1").replace(/^:(\S+) ([A-Z]+) .*/, "-P $1 $2"))
    .join("\n")
    .concat("\n");
}

/** One table of `iptables-save`. */
export function tableOf(save: string, table: string): string {
  const found = new RegExp(`^\\*${table}\\n[^]*?^COMMIT\\n`, "m").exec(save);
  if (!found) throw new Error(`no table ${table}`);
  return found[0];
}

/** `iptables -nvL` as `iptables -nL` prints it: without counters and interfaces. */
export function withoutInterfaces(listing: string): string {
  return listing
    .replace(/ \d+ packets, \d+ bytes\)/g, ")")
    .replace(/^ pkts bytes target     prot opt in     out     source/gm, "target     prot opt source")
    .replace(/^ +\d+ +\d+ (\S*) +(\d+) +(--) +\S+ +\S+ +/gm, "$1 $2 $3 ");
}

/** `iptables -nvL` as `iptables -vL` prints it: with names where the system knows some. */
export function withNames(listing: string): string {
  return listing
    .replaceAll("0.0.0.0/0", "anywhere ")
    .replaceAll("127.0.0.0/8", "localhost/8")
    .replace(/dpt:80\b/g, "dpt:http")
    .replace(/dpt:443\b/g, "dpt:https");
}

/** What `nft list chains` with rules, or `nft list maps`, prints of a listing: each table with blocks of one kind. */
export function blocksOf(listing: string, kind: "chain" | "set" | "map"): string {
  let keeps = true;
  return listing
    .split("\n")
    .filter((line) => {
      const [, block] = /^\t(chain|set|map) \S+ \{$/.exec(line) ?? [];
      if (block !== undefined) keeps = block === kind;
      const kept = keeps || !line.startsWith("\t");
      if (line === "\t}") keeps = true;
      return kept;
    })
    .join("\n");
}
