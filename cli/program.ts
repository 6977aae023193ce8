/** What the built script holds: the command line, the terminal it runs on, and the share of a large diff that another thread takes. */
import type { First, SendResult, ThreadShare } from "./fleet/thread-share.js";

export { processTerminal } from "./process-terminal.js";
export { run } from "./run.js";

export async function compareShare(
  share: ThreadShare,
  send: SendResult,
  firstSent: () => First | undefined,
): Promise<void> {
  const thread = await import("./fleet/compare-share.js");
  await thread.compareShare(share, send, firstSent);
}
