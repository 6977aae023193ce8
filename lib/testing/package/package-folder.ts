/** A folder in which programs can import the package by its name, as people do who installed it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../run-cli.js";

export interface PackageFolder {
  readonly path: string;
  /** Runs a program of the folder; environment variables of the test runner are kept from it. */
  readonly run: (program: string, ...args: readonly string[]) => { status: number | null; out: string; err: string };
  readonly write: (name: string, text: string) => string;
  readonly remove: () => void;
}

/** The environment without what jest's own Node.js was started with. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, CI: _ci, FORCE_COLOR: _color, ...env } = process.env;
  return { ...env, ...more };
}

/** A new folder; `target`: the root of the installed package, this repository's when left out. */
export function makePackageFolder(target = ROOT): PackageFolder {
  const path = mkdtempSync(join(tmpdir(), "svcrules-package-"));
  mkdirSync(join(path, "node_modules"));
  symlinkSync(target, join(path, "node_modules/svcrules"), "dir");
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "example", private: true, type: "module" }));
  return {
    path,
    run: (program, ...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        cwd: path,
        env: plainEnvironment(),
        encoding: "utf8",
      });
      return { status, out: stdout, err: stderr };
    },
    write: (name, text) => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
