import { hash } from "../platform/hash.js";
import type { Finding } from "./types.js";

/**
 * A fingerprint for each finding that stays the same when lines move: of its id and identity, with the number of its
 * occurrence among equal ones. Shape: 32 hexadecimal digits, ":", number from 1.
 */
export function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { id, identity, where, service, message } = finding;
    const parts = identity ?? [where?.file ?? "", service ?? "", message];
    const digest = hash("sha256", JSON.stringify([id, ...parts]), "hex").slice(0, 32);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return `${digest}:${count}`;
  });
}
