/** Buttons that copy a text. */
import { h } from "../playground/page/dom.js";

const said = h("p", { class: "unseen", role: "status", "aria-live": "polite" });

/** "Copy", which says that it did. `what`: "rules", for screen readers. */
export function copyButton(what: string, text: () => string, label = "Copy"): HTMLElement {
  const button = h(
    "button",
    {
      type: "button",
      class: "copy",
      "aria-label": `${label} ${label === "Copy" ? what : ""}`.trim(),
      click: () => void copy(),
    },
    label,
  );
  const copy = async () => {
    const isDone = await put(text());
    if (!said.isConnected) document.body.append(said);
    said.textContent = isDone ? `Copied ${what}` : `The browser does not let the page copy`;
    button.textContent = isDone ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = label), 1500);
  };
  return button;
}

async function put(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putAsSelection(text);
  }
}

/** Where a page opened from disk has no clipboard. */
function putAsSelection(text: string): boolean {
  const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}

/** A block of text with a heading and a button that copies it. */
export function textBlock(title: string, lines: readonly (string | HTMLElement)[], plain: string): HTMLElement {
  return h(
    "section",
    { class: "block" },
    h(
      "div",
      { class: "block-head" },
      h("h4", {}, title),
      copyButton(title.toLowerCase(), () => plain),
    ),
    h("pre", { tabindex: "0", "aria-label": title }, ...lines),
  );
}
