import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { sweep } from "../testing/fuzz/runs.js";
import { readCollectOptions, renderCollectScript, renderNodeScript, type WrittenOptions } from "./index.js";

const scriptOf = (written: WrittenOptions) => {
  const read = readCollectOptions(written);
  if ("problem" in read) throw new Error(read.problem.message);
  return renderCollectScript(read.options, "svcrules 0.0.0");
};

const EVERY: readonly WrittenOptions[] = [
  {},
  { nodes: "none", withEnv: true },
  { nodes: "worker-1,worker-2", via: "exec", namespaces: "prod,test", podNamespace: "kube-proxy" },
  { via: "ssh", ssh: "ssh -p 2222 root@{address}" },
  { via: "ssh root@{node}", parallel: "3", timeout: "20s" },
  { via: "local", nodes: "worker-1", cluster: false },
  { via: "debug", image: "registry.example:5000/tools/node@sha256:" + "a".repeat(64) },
];

describe("options of collect", () => {
  test.each([
    [{ nodes: "a;reboot" }],
    [{ nodes: "worker-1,$(reboot)" }],
    [{ nodes: "," }],
    [{ nodes: "-n" }],
    [{ via: "telnet" }],
    [{ via: "ssh root@{node};reboot" }],
    [{ via: "ssh", ssh: "ssh {password}" }],
    [{ via: "ssh", ssh: "ssh `reboot`" }],
    [{ via: "ssh", ssh: " " }],
    [{ namespaces: "prod'x" }],
    [{ podNamespace: "Kube" }],
    [{ image: "busybox --privileged" }],
    [{ image: "-it" }],
    [{ timeout: "0" }],
    [{ timeout: "1m" }],
    [{ parallel: "1000" }],
  ] satisfies [WrittenOptions][])("%j is refused in words", (written) => {
    const read = readCollectOptions(written);
    expect(read).toHaveProperty("problem.message");
    expect(read).toHaveProperty("problem.hint");
  });

  test("a node is added to an ssh command that names none", () => {
    expect(readCollectOptions({ via: "ssh", ssh: "ssh -p 22" })).toMatchObject({
      options: { ssh: ["ssh", "-p", "22", "{node}"] },
    });
  });
});

describe("the script of collect", () => {
  test.each(sweep(EVERY, 2).map((written) => [written]))(
    "%j gives a script that two shells and shellcheck take",
    (written) => {
      const script = scriptOf(written);
      for (const shell of [
        ["dash", "-n"],
        ["busybox", "sh", "-n"],
      ])
        expect(check(shell, script)).toBe("");
      expect(check(["shellcheck", "-s", "sh", "-"], script)).toBe("");
    },
  );

  test("the script for a node does, too", () => {
    const script = renderNodeScript([53]);
    for (const shell of [
      ["dash", "-n"],
      ["busybox", "sh", "-n"],
      ["shellcheck", "-s", "sh", "-"],
    ])
      expect(check(shell, script)).toBe("");
  });

  test("asks for no Secret, and for no ConfigMaps but by name", () => {
    for (const written of EVERY) {
      const commands = scriptOf(written)
        .replace(/^ *#.*$/gm, "")
        .toLowerCase();
      expect(commands).not.toMatch(/secret|configmaps/);
    }
  });
});

/** What a program says of a script; nothing when it is not installed here. */
function check([program, ...args]: readonly string[], script: string): string {
  const { error, stdout, stderr } = spawnSync(program!, args, { input: script, encoding: "utf8" });
  return error ? "" : stdout + stderr;
}
