/** Texts of little but line ends, comments and empty files: told in bounded time and memory. Too heavy for npm test. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ROOT } from "../../lib/testing/run-cli.js";

const MAIN = join(ROOT, "dist/cli/main.js");
const MANIFESTS = join(ROOT, "fixtures/guestbook/manifests");
const MB = 1 << 20;
const MOST_KIBIBYTES = 1.5 * MB;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-bombs-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A file of 200 MB between a head and an end. */
function bomb(name: string, piece: string, head = "", end = ""): string {
  const file = join(directory, name);
  const block = piece.repeat(MB / piece.length);
  const fd = openSync(file, "w");
  writeSync(fd, head);
  for (let i = 0; i < 200; i++) writeSync(fd, block);
  writeSync(fd, end);
  closeSync(fd);
  return file;
}

/** Runs a command line, with the most memory it had at a time, in KiB. */
function measure(argv: readonly string[]) {
  const memory = join(directory, "memory");
  const script = `import { writeFileSync } from "node:fs";
    process.on("exit", () => writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));`;
  const hook = `data:text/javascript,${encodeURIComponent(script)}`;
  const { status, stderr } = spawnSync(process.execPath, ["--import", hook, MAIN, ...argv], { encoding: "utf8" });
  const kibibytes = Number(spawnSync("cat", [memory], { encoding: "utf8" }).stdout);
  expect(kibibytes).toBeGreaterThan(0);
  expect(kibibytes).toBeLessThan(MOST_KIBIBYTES);
  expect(stderr).not.toMatch(/internal error|heap/);
  return { status, stderr, kibibytes };
}

test.each([
  ["blanks as YAML", "blanks.yaml", " "],
  ["line ends as YAML", "ends.yaml", "\n"],
  ["comments as YAML", "comments.yaml", "# told.\n"],
  ["blanks as JSON", "blanks.json", " "],
])(
  "200 MB of %s hold no objects",
  (_what, name, piece) => {
    const file = bomb(name, piece);
    expect(measure(["compile", file])).toMatchObject({ status: 2, stderr: expect.stringContaining("[no-objects]") });
    rmSync(file);
  },
  300_000,
);

const CAPTURES = {
  iptables: ["*nat\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\n", "COMMIT\n"],
  nftables: ["table ip kube-proxy {\n\tchain services {\n\t}\n", "}\n"],
  ipvsadm: ["-A -t 10.96.0.1:443 -s rr\n", ""],
  ipset: ["create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536\n", ""],
} as const;
const modeOf = (capture: string) => (capture.startsWith("ip") && capture !== "iptables" ? "ipvs" : capture);
const FLOODS = { blanks: " ", "line ends": "\n", comments: "# told.\n", "one endless line": "abcdefg " };
const MOST_OF_FLOODS = 0.5 * MB;

test.each(
  Object.entries(CAPTURES).flatMap(([capture, ends]) =>
    Object.entries(FLOODS).map(([what, piece]) => [what, capture, ends, piece] as const),
  ),
)(
  "200 MB of %s in a capture of %s take memory that does not grow with them",
  (_what, capture, [head, end], piece) => {
    const file = bomb("node.txt", piece, head, `\n${end}`);
    const argv = ["diff", file, "--manifests", MANIFESTS, "--mode", modeOf(capture)];
    const { status, kibibytes } = measure(argv);
    expect(status).toBe(2);
    expect(kibibytes).toBeLessThan(MOST_OF_FLOODS);
    rmSync(file);
  },
  300_000,
);

test("a quoted scalar of 13.5 MB full of escapes is refused with the limit of annotations", () => {
  const file = join(directory, "quoted.yaml");
  const scalar = "\\u00e9ab\\n".repeat(1_350_000);
  writeFileSync(
    file,
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {x: "${scalar}"}\nspec: {ports: [{port: 80}]}\n`,
  );
  expect(measure(["compile", file])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("[annotation-invalid]"),
  });
}, 120_000);

test("a tar of more empty files than memory is for is left", () => {
  const header = Buffer.alloc(512);
  header.write("a/x.yaml");
  header.write("0000644\0", 100);
  header.write("00000000000\0", 124);
  header.write("        0", 148);
  header.write("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const file = join(directory, "entries.tar.gz");
  writeFileSync(file, gzipSync(Buffer.alloc(512 * 400_000, header)));
  const { status, stderr } = measure(["compile", file]);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/more than 700 MB of memory/)]);
}, 300_000);
