import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { ROOT, runCli } from "../../testing/run-cli.js";
import { COMMANDS } from "../commands/index.js";
import { COMPLETION_SCRIPTS, SHELLS } from "./scripts.js";

/** Where everything is installed, nothing is skipped. */
const REQUIRED = process.env["SVCRULES_REQUIRE_KERNEL"] === "1";
const CASE = "golden/kube-proxy/cases/loadbalancer/manifests.yaml";

async function completions(...words: string[]): Promise<string[]> {
  const { code, out, err } = await runCli(["__complete", "--", ...words]);
  expect([code, err]).toEqual([0, ""]);
  return out.split("\n").filter((line) => line !== "");
}

describe("completion", () => {
  test("of the first word knows every command", async () => {
    expect(await completions("")).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
    expect(await completions("comp")).toEqual(["compile", "completion"]);
  });

  test("knows options and their values, by command", async () => {
    expect(await completions("compile", "--ip")).toEqual(["--ip-family"]);
    expect(await completions("compile", "--mode", "i")).toEqual(["iptables", "ipvs"]);
    expect(await completions("compile", "--kube-version", "1.3")).toContain(`1.${NEWEST_MINOR}`);
    expect(await completions("diff", "node.txt", "-o", "js")).toEqual(["json", "jsonl"]);
  });

  test("knows services, namespaces and nodes of the input", async () => {
    expect(await completions("compile", CASE, "--service", "")).toEqual(["default/web"]);
    expect(await completions("compile", CASE, "-n", "d")).toEqual(["default"]);
    expect(await completions("diff", "node.txt", "--manifests", CASE, "--node", "node-")).toContain("node-1");
  });

  test("leaves files to the shell, and stays quiet about inputs that cannot be read", async () => {
    expect(await completions("compile", "")).toEqual([]);
    expect(await completions("compile", "nope.yaml", "--node", "")).toEqual([]);
  });

  test.each(SHELLS.map((shell) => [shell]))("has a script for %s that the shell can read", async (shell) => {
    const { code, out } = await runCli(["completion", shell]);
    expect([code, out]).toEqual([0, COMPLETION_SCRIPTS[shell]]);
    const { status, error, stderr } = spawnSync(shell, ["-n", "-c", out]);
    if (error === undefined) expect([status, stderr.toString()]).toEqual([0, ""]);
    else expect(out).toContain("svcrules __complete");
  });

  test.each([
    [["compile", "--mo"], ["--mode"]],
    [
      ["compile", "--mode", "i"],
      ["iptables", "ipvs"],
    ],
    [
      ["compile", "--mode", "=", "i"],
      ["iptables", "ipvs"],
    ],
    [
      ["compile", "--mode", "="],
      ["iptables", "ipvs", "nftables"],
    ],
    [
      ["trace", "-f", CASE, "--to", "default/web", ":", ""],
      ["443", "80"],
    ],
  ])("in bash, which cuts words at = and :, completes %j", (words, expected) => {
    const program = `svcrules() { ${process.execPath} ${ROOT}dist/cli/main.js "$@"; }`;
    const given = words.map((word) => `'${word}'`).join(" ");
    const script = [
      program,
      COMPLETION_SCRIPTS.bash,
      `COMP_WORDS=(svcrules ${given}); COMP_CWORD=${words.length}; _svcrules; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join("\n");
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: ROOT, encoding: "utf8" });
    expect([status, stderr, stdout.trim().split("\n")]).toEqual([0, "", expected]);
  });

  describe("in other shells", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "svcrules-completion-"));
      const program = `#!/bin/sh\nexec '${process.execPath}' '${ROOT}dist/cli/main.js' "$@"\n`;
      writeFileSync(join(folder, "svcrules"), program, { mode: 0o755 });
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const shell = (name: string, script: string) =>
      spawnSync(name, ["-c", script], {
        cwd: ROOT,
        encoding: "utf8",
        env: { PATH: `${folder}:${process.env["PATH"]}`, HOME: folder, TERM: "dumb" },
        timeout: 60_000,
      });
    const has = (name: string) => spawnSync(name, ["--version"]).error === undefined || REQUIRED;

    (has("fish") ? test.each : test.skip.each)([
      ["compile --mode i", ["iptables", "ipvs"]],
      ["compile --mode=i", ["--mode=iptables", "--mode=ipvs"]],
      [`trace -f ${CASE} --to default/web:`, ["default/web:80", "default/web:443"]],
      [`explain -f ${CASE} default/w`, ["default/web"]],
    ])("fish completes %s", (line, expected) => {
      const { status, stdout, stderr } = shell(
        "fish",
        `svcrules completion fish | source; complete -C 'svcrules ${line}'`,
      );
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout.split("\n")).toEqual(expect.arrayContaining(expected));
    });

    (has("zsh") ? test.each : test.skip.each)([
      ["compile --mode ipt", "compile --mode iptables"],
      ["compile --mode=ipt", "compile --mode=iptables"],
      [`compile ${CASE} --service default/`, "--service default/web"],
    ])("zsh completes %s", (typed, expected) => {
      const { status, stdout } = shell(
        "zsh",
        [
          "zmodload zsh/zpty",
          "zpty z 'zsh -f -i'",
          `zpty -w z "autoload -U compinit; compinit -u -D; source <(svcrules completion zsh); bindkey '^I' complete-word; stty cols 200; echo REA''DY"`,
          "zpty -r z out '*READY*'",
          `zpty -n -w z $'svcrules ${typed}\\t'`,
          `zpty -r z out '*${expected.replace("--", "?-")}*' && echo completed`,
        ].join("\n"),
      );
      expect([status, stdout]).toEqual([0, "completed\n"]);
    });
  });

  test("asks for a shell it has a script for", async () => {
    const { code, err } = await runCli(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(err).toContain("bash, zsh, fish");
  });
});
