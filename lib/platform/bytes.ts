/** Bytes and their encodings: Node's own. A browser build puts `web-bytes.ts` in the place of this file. */
export { Buffer, isAscii, isUtf8 } from "node:buffer";
