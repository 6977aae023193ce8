/** The page that the package ships, built by scripts/build-playground.mjs. */
import { existsSync, readFileSync } from "node:fs";
import { getAsset, isSea } from "node:sea";
import { fileURLToPath } from "node:url";

/** As seen from the built command line, and from its sources. */
const PLACES = ["../playground/index.html", "../dist/playground/index.html"];

export interface PlaygroundPage {
  /** Undefined within the single executable. */
  readonly path: string | undefined;
  readonly text: () => string;
}

/** Undefined where the page is not built. */
export function playgroundPage(): PlaygroundPage | undefined {
  if (isSea()) return { path: undefined, text: () => getAsset("playground.html", "utf8") };
  const path = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((file) => existsSync(file));
  return path === undefined ? undefined : { path, text: () => readFileSync(path, "utf8") };
}
