/** A thread of `svcrules diff` with many nodes. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { First, ThreadShare } from "./fleet/thread-share.js";
import { loadProgram } from "./load-program.js";

const { compareShare } = loadProgram(new URL(".", import.meta.url)).program;
void compareShare(
  workerData as ThreadShare,
  (result) => parentPort!.postMessage(result),
  () => receiveMessageOnPort(parentPort!)?.message as First | undefined,
);
