/** What is not known, in words. */
import type { Question } from "./types.js";

/** A clause, e.g. "whether 192.168.1.10 is an address of the node (type LOCAL) is not known". */
export function questionText(question: Question): string {
  switch (question.kind) {
    case "local":
      return `whether ${question.address} is an address of the node (type LOCAL) is not known`;
    case "in-interface":
      return `by which interface it came in is not known, and a rule asks for ${question.name}`;
    case "out-interface":
      return `by which interface it goes out is not known, and a rule asks for ${question.name}`;
  }
}
