/**
 * The cases of the yaml-test-suite that kubectl's parser (go-yaml v2, YAML 1.1) reads otherwise than YAML 1.2 says, and
 * the few where we take more than it does. For the tests alone.
 */

export interface Difference {
  /** What we make of it: `refused`, `taken` where YAML 1.2 refuses, or `other` values. */
  readonly is: "refused" | "taken" | "other";
  readonly why: string;
}

const GROUPS: readonly (Difference & { readonly cases: string })[] = [
  {
    is: "refused",
    why: 'a key that is not written needs its "? ": a mapping does not begin with a colon',
    cases: "2JQS/0 6M2F/0 CFD4/0 FRK4/0 M2N8/0 NHX8/0 NKF9/0 S3PD/0 SM9W/1 UKK6/0",
  },
  {
    is: "refused",
    why: "a key without ? stands on one line, inside braces as well, and its colon with it",
    cases: "4MUZ/0 4MUZ/1 4MUZ/2 5MUD/0 9SA2/0 K3WX/0 NJ66/0 VJP3/1",
  },
  {
    is: "refused",
    why: "inside braces and brackets a colon at the start of a word is a colon, never the word's first letter",
    cases: "58MP/0 5T43/0 DBG4/0 HM87/0",
  },
  {
    is: "other",
    why: "inside braces and brackets a question mark at the start of a word begins a key",
    cases: "652Z/0 HM87/1",
  },
  {
    is: "other",
    why: "a colon belongs to the word before it unless a blank follows, inside braces as well",
    cases: "4ABK/0",
  },
  {
    is: "refused",
    why: "a tab may not stand where a key or an item could begin, nor before the text of a block scalar",
    cases: "6BCT/0 6CA3/0 96NN/0 96NN/1 A2M4/0 DK95/0 DK95/3 DK95/4 Q5MG/0 R4YG/0 Y79Y/1 Y79Y/10",
  },
  {
    is: "refused",
    why: 'the name of an anchor is of letters, digits, "-" and "_"',
    cases: "2SXE/0 8XYN/0 W5VH/0",
  },
  { is: "other", why: "as above: the anchor ends at its colon", cases: "Y2GN/0" },
  {
    is: "refused",
    why: "the text of a block scalar is indented by one column at least, at the top of a document as well",
    cases: "DK3J/0 FP8R/0 M7A3/0 W4TN/0",
  },
  {
    is: "other",
    why: "blanks at the very end of the text, without line end, are no line of a block scalar",
    cases: "JEF9/2 L24T/1",
  },
  { is: "refused", why: 'a word does not begin with "%" inside braces', cases: "UT92/0" },
  {
    is: "taken",
    why: "the lines of a flow collection or a quoted text may begin in any column",
    cases: "9C9N/0 DK95/1 QB6E/0 Y79Y/3",
  },
  {
    is: "taken",
    why: "a comment needs no blank before it after a quote, a bracket, a comma or a block scalar's indicator",
    cases: "9JBA/0 CVW2/0 SU5Z/0 X4QW/0",
  },
  { is: "taken", why: 'a lone "-" inside brackets is a word', cases: "G5U8/0 YJV2/0" },
  { is: "taken", why: "blank lines before a block scalar's text may be longer than its indentation", cases: "S98Z/0" },
  { is: "taken", why: `"\\'" is an escape in double quotes`, cases: "HRE5/0" },
  { is: "taken", why: "a comma is part of a tag outside flow collections", cases: "U99R/0" },
  {
    is: "taken",
    why: "documents need no end marker before a directive",
    cases: "9HCY/0 EB22/0 MUS6/1 RHX7/0",
  },
  {
    is: "taken",
    why: "ours alone: directives are passed over whatever they say, since manifests with %YAML 1.2 exist",
    cases: "9MMA/0 B63P/0 H7TQ/0 MUS6/0 SF5V/0",
  },
  { is: "taken", why: "ours alone: what follows an end marker is a document of its own", cases: "3HFZ/0" },
  {
    is: "taken",
    why: "ours alone: a tag's handle needs no directive, since no tag of a program counts",
    cases: "QLJ7/0",
  },
];

/** By case, for example `9C9N/0`. */
export const DIFFERENCES: ReadonlyMap<string, Difference> = new Map(
  GROUPS.flatMap(({ cases, is, why }) => cases.split(" ").map((id) => [id, { is, why }] as const)),
);
