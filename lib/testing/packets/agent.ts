/** Talking to the program inside a namespace. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Namespace } from "../kernel/namespace.js";

const PROGRAM = fileURLToPath(new URL("./agent-program.mjs", import.meta.url));

export interface Job {
  readonly protocol: "tcp" | "udp";
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** Connections, each from a port of its own. */
  readonly count: number;
  /** Of the connections, one after the other, so that none is one that conntrack remembers; any when left out. */
  readonly firstPort?: number;
  /** Milliseconds after which a connection counts as silent. */
  readonly timeout: number;
}

export interface JobResult {
  /** "ADDRESS SOURCE" to count: who answered, and which source it saw. */
  readonly answers: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly silent: number;
  /** Error code to count. */
  readonly errors: Readonly<Record<string, number>>;
  /** Milliseconds of the slowest connection. */
  readonly slowest: number;
}

export interface Agent {
  run(job: Job): Promise<JobResult>;
  stop(): Promise<void>;
}

/** Starts the program in a namespace; it serves TCP and UDP at the addresses and ports. */
export async function startAgent(
  namespace: Namespace,
  serves: readonly { readonly address: string; readonly port: number }[],
): Promise<Agent> {
  const args = ["netns", "exec", namespace.name, process.execPath, PROGRAM];
  for (const { address, port } of serves) args.push(address, String(port));
  const child: ChildProcessWithoutNullStreams = spawn("ip", args, {
    stdio: "pipe",
    env: { PATH: process.env["PATH"] },
  });
  const waiting = new Map<number, (result: JobResult) => void>();
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`agent in ${namespace.name} ended: ${errors}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "ready") return resolve();
      const { id, ...result } = JSON.parse(line) as JobResult & { readonly id: number };
      waiting.get(id)?.(result);
      waiting.delete(id);
    });
  });
  let nextId = 1;
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, resolve);
        void ended.then(() => reject(new Error(`agent in ${namespace.name} ended: ${errors}`)));
        child.stdin.write(`${JSON.stringify({ id, ...job })}\n`);
      }),
    stop: async () => {
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}
