/** The page that the package ships, built by scripts/build-playground.mjs. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** As seen from the built command line, and from its sources. */
const PLACES = ["../playground/index.html", "../dist/playground/index.html"];

/** The path of the built page; undefined where it is not built. */
export function playgroundPage(): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
}
