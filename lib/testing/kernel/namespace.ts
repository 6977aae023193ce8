/** A network namespace of its own for a test, with a unique name, torn down whatever happens. */
import { spawnSync } from "node:child_process";

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Namespace {
  readonly name: string;
  /** Runs a program inside and gives back its standard output; throws, with what it wrote to stderr, when it fails. */
  run(program: string, args?: readonly string[], input?: string): string;
  /** The same, with the exit status instead of a throw. */
  try(program: string, args?: readonly string[], input?: string): CommandResult;
}

const PREFIX = "svcrules";
const COMMAND_TIMEOUT_MILLISECONDS = 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

let counter = 0;

/** Runs a program to its end; a program that cannot be started or is killed has status -1. */
export function runCommand(program: string, args: readonly string[] = [], input = ""): CommandResult {
  const done = spawnSync(program, args, {
    input,
    encoding: "utf8",
    timeout: COMMAND_TIMEOUT_MILLISECONDS,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: {
      ...process.env,
      PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`,
      LC_ALL: "C",
      XTABLES_LOCKFILE: "/dev/null",
    },
  });
  return {
    status: done.status ?? -1,
    stdout: done.stdout ?? "",
    stderr: done.error ? `${program}: ${done.error.message}` : (done.stderr ?? ""),
  };
}

/** Creates a namespace with its loopback interface up. The caller owes a call of `deleteNamespace`. */
export function createNamespace(): Namespace {
  const name = `${PREFIX}-${process.pid}-${++counter}`;
  const tryInside = (program: string, args: readonly string[] = [], input = ""): CommandResult =>
    runCommand("ip", ["netns", "exec", name, program, ...args], input);
  const namespace: Namespace = {
    name,
    try: tryInside,
    run(program, args = [], input = "") {
      const done = tryInside(program, args, input);
      if (done.status !== 0)
        throw new Error(`${program} ${args.join(" ")} in ${name}: status ${done.status}\n${done.stderr.trim()}`);
      return done.stdout;
    },
  };
  const added = runCommand("ip", ["netns", "add", name]);
  if (added.status !== 0) throw new Error(`ip netns add ${name}: ${added.stderr.trim()}`);
  namespace.run("ip", ["link", "set", "lo", "up"]);
  return namespace;
}

/** Removes a namespace with everything in it. */
export function deleteNamespace(namespace: Namespace): void {
  runCommand("ip", ["netns", "delete", namespace.name]);
}

/** Gives `body` a fresh namespace and removes it afterwards. */
export function withNamespace<T>(body: (namespace: Namespace) => T): T {
  deleteAbandonedNamespaces();
  const namespace = createNamespace();
  try {
    return body(namespace);
  } finally {
    deleteNamespace(namespace);
  }
}

let sweptAbandoned = false;

/** Removes, once a process, what killed test runs left behind: namespaces whose process is gone. */
export function deleteAbandonedNamespaces(): void {
  if (sweptAbandoned) return;
  sweptAbandoned = true;
  for (const line of runCommand("ip", ["netns", "list"]).stdout.split("\n")) {
    const [, name, pid] = /^(svcrules-(\d+)-\d+)/.exec(line) ?? [];
    if (name !== undefined && pid !== undefined && !isRunning(Number(pid))) runCommand("ip", ["netns", "delete", name]);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
