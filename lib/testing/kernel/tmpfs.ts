/** A small file system of its own, which only root may mount. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./namespace.js";

export const TMPFS_PROGRAMS: readonly string[] = ["mount", "umount"];

/** A tmpfs hands out pages. */
const PAGE_BYTES = 4096;

export interface Tmpfs {
  readonly directory: string;
  /** Fills it up to so many free pages of 4 KiB, with a file "ballast". */
  fill(freePages: number): void;
  makeReadOnly(): void;
  remove(): void;
}

/** Mounts a file system of so many KiB in a new directory. The caller owes a call of `remove`. */
export function mountTmpfs(kibibytes: number): Tmpfs {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-tmpfs-"));
  mount(["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", directory]);
  return {
    directory,
    fill(freePages) {
      const ballast = join(directory, "ballast");
      const room = Number(runCommand("stat", ["-f", "-c", "%a", directory]).stdout);
      writeFileSync(ballast, Buffer.alloc((room - freePages) * PAGE_BYTES));
    },
    makeReadOnly: () => mount(["-o", "remount,ro", directory]),
    remove() {
      runCommand("umount", [directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function mount(args: readonly string[]): void {
  const { status, stderr } = runCommand("mount", args);
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}
