import { describe, expect, test } from "@jest/globals";
import { dropLogPrefix, tellLogPrefix } from "./log-prefix.js";

const SAVE = ["*nat", ":KUBE-SERVICES - [0:0]", "-A KUBE-SERVICES -j RETURN", "\t  x", "COMMIT"];
const TIME = "2026-11-01T03:00:00.5Z";
const logged = (front: (line: number) => string) => SAVE.map((line, i) => front(i) + line).join("\n");
const read = (text: string) => {
  const form = tellLogPrefix(text);
  return form && dropLogPrefix(text, form);
};

describe("what a log puts in front of lines is taken away", () => {
  test.each([
    ["times", (i: number) => `2026-11-01T03:00:0${i}Z `],
    ["times with a zone", (i: number) => `2026-11-01 03:00:0${i},123+01:00 `],
    ["containerd's", () => `${TIME} stdout F `],
    ["of a pod", () => "[pod/dump-x/dump] "],
    ["of a pod with times", (i: number) => `[pod/dump-x/dump] 2026-11-01T03:00:0${i}Z `],
    ["of the journal", (i: number) => `Nov  1 03:00:0${i} node-1 dump[123]: `],
    ["of the journal with ISO times", (i: number) => `2026-11-01T03:00:0${i}+0100 node-1 dump.service[123]: `],
    ["numbers of cat", (i: number) => `${String(i).padStart(6)}\t`],
    ["numbers of grep", (i: number) => `${i + 1}:`],
    ["of a node in brackets", () => "[node-1.example.org] "],
    ["of a node with a colon", () => "node-1: "],
    ["of a service of Compose", () => "dump-1  | "],
    ["times in a quoted mail", (i: number) => `> 2026-11-01T03:00:0${i}Z `],
    ["of the journal, indented", (i: number) => `    Nov  1 03:00:0${i} node-1 dump[123]: `],
  ])("%s", (_, front) => {
    expect(read(logged(front))).toBe(SAVE.join("\n"));
    // Also where an editor took blanks off the ends of lines, and ends them as Windows does.
    const spaced = `${logged(front)}\n${front(6)}\n${front(7)}\n`.replaceAll(/[ \t]+$/gm, "");
    expect(read(spaced)).toBe(`${SAVE.join("\n")}\n\n\n`);
    expect(read(spaced.replaceAll("\n", "\r\n"))).toBe(`${SAVE.join("\r\n")}\r\n\r\n\r\n`);
  });

  test("in front of JSON, in one line or in many", () => {
    for (const json of ['{"nftables": [{}]}', '{\n  "nftables": [\n    {}\n  ]\n}'])
      expect(read(json.replaceAll(/^/gm, "[node-1] "))).toBe(json);
  });

  test("with a heading above", () => {
    const text = `-- Logs begin at Sun 2026-11-01 --\n${logged(() => "Nov  1 03:00:00 node-1 dump[1]: ")}`;
    expect(tellLogPrefix(`${text}\n${text.slice(text.indexOf("\n") + 1)}`)).toBeDefined();
  });
});

describe("a line without it stays", () => {
  test("of another node, pod or process, so that two outputs are not read as one", () => {
    const own = logged(() => "Nov  1 03:00:00 node-1 dump[1]: ");
    const text = `${own}\n${own}\n${own}\nNov  1 03:00:00 node-2 dump[1]: -A KUBE-SERVICES -j ACCEPT`;
    expect(read(text)).toMatch(/\nNov  1 03:00:00 node-2 dump\[1\]: -A KUBE-SERVICES -j ACCEPT$/);
    expect(read(`[pod/a/b] *nat\n[pod/c/b] *nat\n`)).toBeUndefined();
  });

  test("that goes on in the next", () => {
    const own = logged(() => `${TIME} stdout F `);
    const text = `${own}\n${own}\n${TIME} stdout P -A KUBE-SERVICES -d 1`;
    expect(read(text)).toMatch(/\n2026\S+ stdout P -A KUBE-SERVICES -d 1$/);
  });
});

test.each([
  ["what a tool printed", SAVE.join("\n")],
  ["addresses of interfaces", "1: lo: <LOOPBACK> mtu 1\n2: eth0: <UP> mtu 1"],
  ["members of a set", "Name: KUBE-NODE-PORT-TCP\nMembers:\n30080\n30443"],
  ["a log of something else", "2026-11-01T03:00:00Z hello\n2026-11-01T03:00:01Z bye"],
  ["nothing", ""],
])("%s is no such log", (_, text) => expect(tellLogPrefix(text)).toBeUndefined());
