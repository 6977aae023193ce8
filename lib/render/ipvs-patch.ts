/** The text of `diff --output patch` in IPVS mode. */
import type { PatchSection } from "../diff/ipvs/patch/index.js";

/**
 * One tool's lines are given as they are, for its standard input. Those for several tools make a shell script with a
 * section for each, in the order they have to run; nothing in it is expanded.
 */
export function* renderIpvsPatch(sections: readonly PatchSection[]): Generator<string> {
  if (sections.length === 1) {
    yield* sections[0]!.lines;
    return;
  }
  if (sections.length === 0) return;
  yield "#!/bin/sh";
  yield "# Brings the node to the expected state; changes only what differs.";
  yield "set -e";
  for (const { command, lines } of sections) {
    yield "";
    yield `${command} <<'END'`;
    yield* lines;
    yield "END";
  }
}
