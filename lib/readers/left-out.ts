/** Files of a directory that are left out, told. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** Notes beside captures, reports of earlier runs, pictures, packets. */
const DOCUMENT = /\.(?:md|markdown|html?|pdf|docx?|xlsx?|png|jpe?g|gif|svg|pcap(?:ng)?)$/i;

export function isDocument(name: string): boolean {
  return DOCUMENT.test(name);
}

export function documentsLeftOut([first, ...more]: readonly string[]): Diagnostic {
  return {
    code: "document-passed-over",
    severity: "note",
    message: `${first!}${more.length > 0 ? ` and ${more.length} more` : ""}: no capture by the name; passed over`,
    notes: ["name a file as an input of its own to have it read all the same"],
  };
}

/** Git LFS leaves a few lines of text in the place of a file that was not fetched. */
export function noArchive(name: string): Diagnostic {
  return {
    code: "archive-unreadable",
    severity: "warning",
    message: `${name} is no archive, whatever its name says; passed over`,
    at: { file: name },
    notes: ["name it as an input of its own to have it read as it is"],
  };
}
