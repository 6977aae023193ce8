/** Quoting of strings in iptables commands. */

/** Whether iptables-save prints the string bare: letters, digits, "_" and "-" only. Source: iptables xtables_save_string. */
function isPlain(text: string): boolean {
  if (text === "") return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const plain = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 45 || c === 95;
    if (!plain) return false;
  }
  return true;
}

/** A string as iptables-save prints it: bare when plain, else in double quotes with \ before ", \ and '. */
export function quoteForSave(text: string): string {
  if (isPlain(text)) return text;
  if (!text.includes('"') && !text.includes("\\") && !text.includes("'")) return '"' + text + '"';
  return '"' + text.replace(/["\\']/g, "\\$&") + '"';
}

/** A string in double quotes as kube-proxy writes it to iptables-restore: only " and \ need an escape. */
export function quoteForRestore(text: string): string {
  if (!text.includes('"') && !text.includes("\\")) return '"' + text + '"';
  return '"' + text.replace(/["\\]/g, "\\$&") + '"';
}

/** Whether a string can stand bare in an iptables-restore line. */
export function canStandBare(text: string): boolean {
  if (text === "" || text.startsWith("-") || text === "!") return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 32 || c === 34 || c === 39 || c === 92) return false;
  }
  return true;
}
