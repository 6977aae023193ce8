/** Templates of ytt: YAML whose comments `#@ ...` are its program. */
import { parseYAMLDocument } from "./yaml/parse-document.js";

/** A statement on a line of its own, an annotation, or what stands for a value. */
const YTT =
  /(?:^[ \t]*#@[ \t]+(?:load\(|(?:def|if|elif|for|while)\b.*:|(?:else|try):?|end\b|\w+[ \t]*=[ \t]*\S|[\w.]+\()|(?:^|[ \t])#@(?:data|overlay|schema|library|yaml|text|template|assert)\/|[:-][ \t]+#@[ \t])/m;

/** True for text with such a line, be it part of a scalar. */
export function hasYttLine(text: string): boolean {
  return text.includes("#@") && YTT.test(text);
}

/** Candidates looked at in one document. */
const MOST = 20;

/** True for a file with a document whose comments are ytt's; text in a block scalar is no comment. */
export function isYttTemplate(text: string): boolean {
  return hasYttLine(text) && text.split(/^---(?=\s|$)/m).some(hasYttComment);
}

function hasYttComment(document: string): boolean {
  if (!hasYttLine(document)) return false;
  const value = valueOf(document);
  // What cannot be read is told where it is read.
  if (value === undefined) return false;
  const pattern = new RegExp(YTT.source, "gm");
  return [...document.matchAll(pattern)].slice(0, MOST).some(({ index, 0: found }) => {
    const mark = index + found.indexOf("#@");
    // A comment is what may change without the value.
    return valueOf(`${document.slice(0, mark)}#!${document.slice(mark + 2)}`) === value;
  });
}

function valueOf(document: string): string | undefined {
  const parsed = parseYAMLDocument(document);
  return "values" in parsed ? JSON.stringify(parsed.values) : undefined;
}
