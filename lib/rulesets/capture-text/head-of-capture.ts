/** The start of a capture, which tells its form. */
import type { Source } from "../../source/source.js";
import { cleanCapture } from "./clean-capture.js";

const HEAD_BYTES = 65_536;

/** The first characters (64 KiB unless said otherwise) as the tool printed them. */
export function headOfCapture(source: Source, bytes = HEAD_BYTES): string {
  const { source: clean } = cleanCapture(source);
  return new TextDecoder().decode(clean.read(0, Math.min(clean.size, bytes)));
}
