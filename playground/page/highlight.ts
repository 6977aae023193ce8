/** Colours of YAML and rules: one palette for both, from the page's style. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: [tags.comment, tags.meta], color: "var(--muted)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--keyword)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: tags.typeName, color: "var(--chain)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--muted)" },
]);

/** Rules of any tool: options, chains, addresses, comments. */
export const rulesLanguage = StreamLanguage.define({
  name: "rules",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.sol() && stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"/)) return "string";
    if (stream.match(/^(?:\[?[0-9a-f]{0,4}:[0-9a-f:]+\]?|\d+\.\d+\.\d+\.\d+)(?:[:/]\d+)?(?![\w-])/)) return "number";
    if (stream.match(/^:?(?:KUBE-[A-Z0-9-]+|(?:service|external|firewall|endpoint|affinity|local)-[A-Z0-9]{8}-\S*)/))
      return "typeName";
    if (stream.match(/^--?[a-zA-Z][\w-]*/)) return "propertyName";
    if (stream.match(/^(?:add|create|table|chain|rule|set|map|element|COMMIT|\*\w+)(?![\w-])/)) return "keyword";
    if (
      stream.match(
        /^(?:ACCEPT|DROP|REJECT|DNAT|MASQUERADE|MARK|RETURN|accept|drop|reject|dnat|jump|goto|vmap)(?![\w-])/,
      )
    )
      return "keyword";
    if (stream.match(/^(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?:\/0x[0-9a-f]+)?(?![\w.-])/)) return "number";
    if (!stream.match(/^[\w.@/-]+/)) stream.next();
    return null;
  },
});

const shape = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--paper)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active)" },
  ".cm-lit": { backgroundColor: "var(--lit)", boxShadow: "inset 3px 0 var(--accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "60ch" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "4px" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--active)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-searchMatch": { backgroundColor: "var(--lit)" },
  ".cm-panel input, .cm-panel button": {
    color: "var(--text)",
    backgroundColor: "var(--paper)",
    backgroundImage: "none",
  },
});

/** What both views have: colours, and the nonce that lets the editor add its style. */
export function look() {
  const nonce = document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "";
  return [syntaxHighlighting(colours), shape, EditorView.cspNonce.of(nonce)];
}
