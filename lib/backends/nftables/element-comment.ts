/** Comments of elements, which name the service port. */
import type { Features } from "../../config/features.js";

/** Bytes nft allows in the comment of an element. */
export const COMMENT_LIMIT = 128;

/** The text in UTF-8 bytes. */
export function commentBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The comment, cut to what nft takes by the releases that cut it; names of Kubernetes objects are ASCII. */
export function shortComment(text: string, { nftCutsComments }: Features): string {
  return nftCutsComments ? text.slice(0, COMMENT_LIMIT) : text;
}
