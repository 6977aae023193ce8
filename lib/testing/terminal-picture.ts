/** Text with colours of a terminal as an SVG picture. */
const COLORS: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "34": "#79c0ff",
  "35": "#d2a8ff",
  "36": "#76e3ea",
  "37": "#e6edf3",
  "90": "#8b949e",
};
const CELL = { width: 8.4, height: 19 };
const EDGE = 16;
const ESCAPE = "\u001b[";

interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

function after(style: Style, codes: readonly string[]): Style {
  let now = style;
  for (const code of codes) {
    if (code === "0" || code === "") now = {};
    else if (code === "1") now = { ...now, bold: true };
    else if (code === "2") now = { ...now, dim: true };
    else if (code === "22") now = { ...now, bold: false, dim: false };
    else if (code === "39") now = { ...now, color: undefined };
    else if (code in COLORS) now = { ...now, color: COLORS[code] };
  }
  return now;
}

function span(text: string, { color, bold, dim }: Style): string {
  // Blanks that are not to be drawn as one.
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(" ", "\u00a0");
  const attributes = [
    ...(color === undefined ? [] : [`fill="${color}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.7"'] : []),
  ];
  return attributes.length === 0 ? escaped : `<tspan ${attributes.join(" ")}>${escaped}</tspan>`;
}

/** The picture of what a terminal shows; `title` is read to those who do not see it. Other escapes than colours are not drawn. */
export function terminalPicture(text: string, title: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  let widest = 0;
  let style: Style = {};
  const drawn = lines.map((line, i) => {
    const [first = "", ...parts] = line.split(ESCAPE);
    let width = first.length;
    const spans = [span(first, style)];
    for (const part of parts) {
      const end = part.indexOf("m");
      style = after(style, part.slice(0, end).split(";"));
      const shown = part.slice(end + 1);
      width += shown.length;
      if (shown !== "") spans.push(span(shown, style));
    }
    widest = Math.max(widest, width);
    return `<text x="${EDGE}" y="${EDGE + CELL.height * (i + 0.75)}">${spans.join("")}</text>`;
  });
  const [width, height] = [Math.ceil(EDGE * 2 + widest * CELL.width), Math.ceil(EDGE * 2 + lines.length * CELL.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${span(title, {})}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
