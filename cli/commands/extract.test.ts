/** What the command writes is an input again; docs/extract.md shows what it prints (cli/docs.test.ts). */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT, runCli } from "../../lib/testing/run-cli.js";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "svcrules-extract-"));
  cpSync(join(ROOT, "fixtures/guestbook"), cwd, { recursive: true });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe("svcrules extract", () => {
  const INPUT = ["dump.yaml", "node-iptables.txt"];

  test.each([
    [["--out", "x/"], "--service is missing"],
    [["--service", "guestbook/frontend"], "--out is missing"],
    [["--service", "guestbook/frontend", "--out", "x/", "--for", "nonsense"], "--for nonsense"],
  ])("refuses %j", async (options, words) => {
    const { code, err } = await runCli(["extract", ...INPUT, ...options], { cwd });
    expect([code, err.includes(words)]).toEqual([2, true]);
  });

  test("writes nothing for a Service that is not there, and names one that is", async () => {
    const { code, err } = await runCli(["extract", "--service", "guestbook/fronted", ...INPUT, "--out", "none/"], {
      cwd,
    });
    expect(code).toBe(2);
    expect(err).toContain("did you mean guestbook/frontend?");
    expect(existsSync(join(cwd, "none"))).toBe(false);
  });

  test("keeps a pod that packets are traced from", async () => {
    const pod = "guestbook/frontend-5d4f8c7b6-b3k2p";
    const options = ["--service", "guestbook/redis-leader", "--from", pod, "--out", "leader/"];
    const { code, err } = await runCli(["extract", ...INPUT, ...options], { cwd });
    expect([code, err]).toEqual([0, expect.stringContaining("written about guestbook/redis-leader")]);
    const traced = ["--from", pod, "--to", "guestbook/redis-leader:6379", "-q"];
    const whole = await runCli(["trace", "dump.yaml", ...traced], { cwd });
    const extracted = await runCli(["trace", "leader/objects.json", ...traced], { cwd });
    const withoutPlaces = (text: string) => text.replace(/\s*\[[^\]]*\]/g, "");
    expect(withoutPlaces(extracted.out)).toBe(withoutPlaces(whole.out));
  });
});
