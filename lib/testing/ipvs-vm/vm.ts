/** Jobs on a kernel with ip_vs, all in one boot: `scripts/ipvs-vm.sh`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../../scripts/ipvs-vm.sh", import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Programs the script needs on the machine that runs it. */
export const VM_PROGRAMS = [
  "qemu-system-x86_64",
  "busybox",
  "cpio",
  "depmod",
  "perl",
  "ipvsadm",
  "ipset",
  "xtables-nft-multi",
  "apt-get",
];

/** Where the kernel is kept between runs: SVCRULES_IPVS_VM_CACHE, or a directory of its own among temporary files. */
function vmCache(): string {
  return process.env["SVCRULES_IPVS_VM_CACHE"] ?? join(tmpdir(), "svcrules-ipvs-vm");
}

/** Files of a job by name; run.sh is what runs. What it leaves in out/ comes back. */
export type Job = Readonly<Record<string, string>>;

export interface JobResult {
  readonly status: number;
  readonly log: string;
  /** A file of out/. */
  read(name: string): string;
}

function runScript(...args: readonly string[]): string {
  const done = spawnSync("bash", [SCRIPT, ...args], { encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES });
  return done.status === 0 ? "" : `ipvs-vm.sh: status ${done.status}\n${done.stderr}`;
}

/** Fetches the kernel unless it is there; what went wrong, or undefined. */
export function fetchKernel(): string | undefined {
  return existsSync(join(vmCache(), "kernel")) ? undefined : runScript(vmCache()) || undefined;
}

/** Boots, runs every job in a network namespace of its own, and gives back what each left. */
export function runJobs(jobs: ReadonlyMap<string, Job>): Map<string, JobResult> {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-ipvs-jobs-"));
  try {
    for (const [name, files] of jobs) {
      mkdirSync(join(directory, "jobs", name), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, "jobs", name, file), text);
    }
    const problem = runScript(vmCache(), join(directory, "jobs"), join(directory, "out"));
    if (problem !== "") throw new Error(problem);
    return new Map(Array.from(jobs.keys(), (name) => [name, readResult(join(directory, "out", name))]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readResult(directory: string): JobResult {
  const files = new Map<string, string>();
  if (existsSync(directory))
    for (const file of readdirSync(directory)) files.set(file, readFileSync(join(directory, file), "utf8"));
  return {
    status: Number(files.get("status") ?? -1),
    log: files.get("log.txt") ?? "the job left nothing",
    read(name) {
      const text = files.get(name);
      if (text === undefined) throw new Error(`the job left no ${name}\n${files.get("log.txt") ?? ""}`);
      return text;
    },
  };
}
