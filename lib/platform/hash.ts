/** Hash functions: Node's own. A browser build puts `web-hash.ts` in the place of this file. */
export { createHash, hash } from "node:crypto";
export { crc32 } from "node:zlib";
