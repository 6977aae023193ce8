/** Every way in which a command writes, ended at moments of its run: each file is the old or the new one. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { filesBelow, OUTPUT_WRITERS, writeProject, type OutputWriter } from "../../lib/testing/output-writers.js";
import { ROOT } from "../../lib/testing/run-cli.js";

const MAIN = join(ROOT, "dist/cli/main.js");
/** In CI, golden files are not written. */
const { CI: _ci, ...env } = process.env;
const SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT"] as const;
/** Moments of each signal, spread over the later half of a run, in which files are written. */
const MOMENTS = 4;
const OLD = "old\n";

let project = "";
let places = "";
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "svcrules-killed-"));
  places = mkdtempSync(join(tmpdir(), "svcrules-places-"));
  writeProject(project);
  if (!existsSync(join(ROOT, "dist/playground/index.html")))
    expect(spawnSync(process.execPath, ["scripts/build-playground.mjs"], { cwd: ROOT }).status).toBe(0);
}, 120_000);
afterAll(() => {
  for (const path of [project, places]) rmSync(path, { recursive: true, force: true });
});

const isTemporary = (file: string) => file.endsWith(".tmp");

/** A place in which each of these files is an old one. */
function oldPlace(files: readonly string[]): string {
  const place = join(mkdtempSync(join(places, "run-")), "place");
  writeProject(place);
  for (const file of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), OLD);
  }
  return place;
}

function start({ argv, writes }: OutputWriter, place: string) {
  const target = join(place, writes === "directory" ? "golden" : "file");
  return spawn(process.execPath, [MAIN, ...argv(target), "-q"], { cwd: project, env, stdio: "ignore" });
}

/** Milliseconds that it ran, and how it ended. */
async function ended(
  child: ReturnType<typeof start>,
): Promise<{ readonly code: number | null; readonly took: number }> {
  const began = performance.now();
  const code = await new Promise<number | null>((done) => child.once("exit", (status) => done(status)));
  return { code, took: performance.now() - began };
}

/** It writes no file that stands. */
const NEVER_OVER = "check --init";

describe("ended at any moment", () => {
  test.each(OUTPUT_WRITERS.map((writer) => [writer.name, writer] as const))(
    "%s leaves each file old or new, and nothing beside them",
    async (name, writer) => {
      const untouched = filesBelow(oldPlace([]));
      const fresh = oldPlace([]);
      const { code, took } = await ended(start(writer, fresh));
      expect([0, 1]).toContain(code);
      const whole = filesBelow(fresh);
      const written = Object.keys(whole).filter((file) => !(file in untouched));
      expect(written.length).toBeGreaterThan(0);
      for (const signal of SIGNALS)
        for (let i = 0; i < MOMENTS; i++) {
          const place = oldPlace(name === NEVER_OVER ? [] : written);
          const child = start(writer, place);
          const timer = setTimeout(() => child.kill(signal), (took * (MOMENTS + i)) / (2 * MOMENTS));
          await ended(child);
          clearTimeout(timer);
          const left = filesBelow(place);
          for (const [file, text] of Object.entries(left))
            if (!isTemporary(file)) expect([file, [OLD, whole[file]]]).toEqual([file, expect.arrayContaining([text])]);
          if (signal !== "SIGKILL") expect([signal, Object.keys(left).filter(isTemporary)]).toEqual([signal, []]);
          rmSync(dirname(place), { recursive: true });
        }
    },
    120_000,
  );
});
