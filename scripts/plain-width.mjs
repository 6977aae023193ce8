/** Stands for the package string-width in the bundled command line: columns of ASCII text with colour codes. */
export default function stringWidth(text) {
  return text.replace(/\u001b\[[0-9;]*m/g, "").length;
}
