/** A thread of `svcrules diff` with many nodes, within the single executable. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { compareShare } from "./fleet/compare-share.js";
import type { First, ThreadShare } from "./fleet/thread-share.js";

void compareShare(
  workerData as ThreadShare,
  (result) => parentPort!.postMessage(result),
  () => receiveMessageOnPort(parentPort!)?.message as First | undefined,
);
