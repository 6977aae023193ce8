/** The text of `diff --output patch` where several tools, or one for each IP family, are needed. */

/** Lines for one tool's standard input. */
export interface PatchPart {
  /** The command that takes them, "ip6tables-restore --noflush". */
  readonly command: string;
  readonly lines: Iterable<string>;
}

/**
 * One tool's lines are given as they are, for its standard input. Those for several tools make a shell script with a
 * section for each, in the order they have to run; nothing in it is expanded.
 */
export function* renderPatch(parts: readonly PatchPart[]): Generator<string> {
  const given = parts.map(({ command, lines }) => ({ command, lines: [...lines] })).filter(({ lines }) => lines.length);
  if (given.length === 0) return;
  // One text for nft may hold the tables of both families.
  if (new Set(given.map(({ command }) => command)).size === 1) {
    for (const { lines } of given) yield* lines;
    return;
  }
  yield "#!/bin/sh";
  yield "# Brings the node to the expected state; changes only what differs.";
  yield "set -e";
  for (const { command, lines } of given) {
    yield "";
    yield `${command} <<'END'`;
    yield* lines;
    yield "END";
  }
}
