/** What stands at the top: the tour, the link, the colours. */
import type { Tour } from "../learn/tour.js";
import type { App } from "./app.js";
import { h } from "./dom.js";
import { fragmentOf, LONG_LINK } from "./link.js";

export function actions(app: App, tour: Tour): HTMLElement[] {
  const button = (text: string, click: () => void) => h("button", { type: "button", click }, text);
  return [
    button("Learn", tour.start),
    button("Copy link", () => void copyLink(app)),
    button("Dark or light", switchColours),
  ];
}

/** Puts the state into the address, and the address into the clipboard where that is allowed. */
async function copyLink({ store, tell }: App): Promise<void> {
  const fragment = fragmentOf(store.get());
  history.replaceState(undefined, "", fragment);
  const { href } = location;
  const copied = await navigator.clipboard?.writeText(href).then(
    () => true,
    () => false,
  );
  const where = copied ? "The link is copied" : "The link stands in the address bar";
  const length = `${href.length.toLocaleString("en")} characters`;
  tell(
    href.length > LONG_LINK
      ? `${where}. It is long (${length}): mail and chat programs may cut it off. The files themselves are safer to send.`
      : `${where} (${length}). It holds the files, and nothing is sent anywhere.`,
  );
}

function switchColours(): void {
  const { documentElement } = document;
  const isDark =
    documentElement.dataset["colours"] === "dark" ||
    (documentElement.dataset["colours"] === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
  documentElement.dataset["colours"] = isDark ? "light" : "dark";
}
