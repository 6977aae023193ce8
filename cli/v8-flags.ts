/**
 * How V8 of Node 20 is to compile a run that is over within a second. It compiles beside the run, on another core, what is
 * called often, with the functions called from there put into it; with fewer of those the compiled code is there much
 * sooner, which matters more than how fast it is. V8 of later releases gains nothing from it (docs/performance.md). The
 * code cache is made with the same flags (scripts/build.mjs): V8 refuses one made with others.
 */
export function v8Flags(nodeVersion: string): readonly string[] {
  return parseInt(nodeVersion, 10) < 22 ? ["--max-inlined-bytecode-size-cumulative=50"] : [];
}
