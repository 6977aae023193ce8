import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const platform = fileURLToPath(new URL("../lib/platform", import.meta.url));

/**
 * A plugin of esbuild: a browser's bytes and hashes in the place of Node's. With `platform: "browser"` any other module of
 * Node fails the build.
 */
export const webPlatform = {
  name: "web-platform",
  setup({ onResolve }) {
    onResolve({ filter: /\/platform\/(bytes|hash)\.js$/ }, ({ path }) => ({
      path: resolve(platform, /hash/.test(path) ? "web-hash.ts" : "web-bytes.ts"),
    }));
  },
};
