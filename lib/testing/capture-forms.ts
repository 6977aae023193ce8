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
