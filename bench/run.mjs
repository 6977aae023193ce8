// npm run bench: one table of compile and diff against JSON.parse of the same input, and the start of a small run.
//   node bench/run.mjs [--quick] [--only L] [--runs 3] [--json FILE]
// Without --quick and --only a List of 1.5 GB is compiled too; the longest string of V8 is a third of that.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { driftedCapture } from "./drift.mjs";
import { measure, measureInTurns, measureParse, ratioInTurns } from "./measure.mjs";

const cli = new URL("../dist/cli/main.js", import.meta.url).pathname;
const listing = new URL("./nft-listing.mjs", import.meta.url).pathname;
const generator = new URL("./generate.mjs", import.meta.url).pathname;
const options = parseOptions(process.argv.slice(2));
const directory = join(tmpdir(), "svcrules-bench");
mkdirSync(directory, { recursive: true });

/** Name, services, endpoints of each. */
const SIZES = [
  ["S", 100, 3],
  ["M", 1_000, 10],
  ["L", 10_000, 15],
  ["XL", 5_006, 50],
  ["XXL", 45_000, 1],
].filter(([name]) => (options.only ? options.only === name : !options.quick || name === "S" || name === "M"));

const rows = [];
const mb = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;

function parseOptions(args) {
  const takesValue = (word) => ["--only", "--runs", "--json"].includes(word);
  const unknown = args.find((word, i) => word !== "--quick" && !takesValue(word) && !takesValue(args[i - 1]));
  if (unknown !== undefined) {
    console.error("usage: node bench/run.mjs [--quick] [--only S|M|L|XL|XXL] [--runs N] [--json FILE]");
    process.exit(unknown === "--help" || unknown === "-h" ? 0 : 2);
  }
  const only = args.indexOf("--only");
  const runs = args.indexOf("--runs");
  return {
    quick: args.includes("--quick"),
    only: only < 0 ? undefined : args[only + 1],
    runs: runs < 0 ? 3 : Number(args[runs + 1]),
    json: args.includes("--json") ? args[args.indexOf("--json") + 1] : undefined,
  };
}

/** `kind`: "slices", "pods", or "varied": slices and Services that differ as those of a real cluster do. */
function generate(name, services, endpoints, kind) {
  const file = join(directory, `${name}${kind === "slices" ? "" : `-${kind}`}.json`);
  if (!existsSync(file)) {
    const args = [
      generator,
      "--services",
      services,
      "--endpoints",
      endpoints,
      ...(kind === "slices" ? [] : [`--${kind}`]),
    ];
    const { status, stderr } = spawnSync(process.execPath, [...args.map(String), "--output", file]);
    if (status !== 0) throw new Error(stderr.toString());
  }
  return file;
}

/** `against`: what was measured in the same turns that the ratios are over. */
function row(what, input, against, measured, lines) {
  const { seconds, cpuSeconds, maxRSS } = measured;
  const size = statSync(input).size;
  const ratio = (time) => (against === undefined ? "" : `${ratioInTurns(measured, against, time).toFixed(2)}x`);
  rows.push([
    what,
    mb(size),
    `${seconds.toFixed(2)} s`,
    ratio("seconds"),
    `${cpuSeconds.toFixed(2)} s`,
    ratio("cpuSeconds"),
    mb(maxRSS),
    lines === undefined ? "" : `${Math.round(lines / seconds / 1000)}k lines/s`,
  ]);
  process.stderr.write(`${rows.at(-1).join("  ")}\n`);
}

function countLines(text) {
  let n = 0;
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) n++;
  return n;
}

const small = join(directory, "small.json");
writeFileSync(
  small,
  JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { clusterIP: "10.96.0.10", ports: [{ port: 80 }] },
  }),
);
const starts = [
  ["-e", "0"],
  [cli, "--help"],
  [cli, "compile", small],
].map((args) => () => measure(args));
const [start, help, smallCompile] = measureInTurns(starts, 9);
row("--help against node -e 0", small, start, help);
row("small compile against node -e 0", small, start, smallCompile);

/** Nothing but one Service is asked for, and more than compile is: against compile in iptables mode. */
function questionsOf(input, services) {
  const n = Math.floor(services / 2);
  const service = `team-${String(Math.floor(n / 100)).padStart(3, "0")}/service-${String(n).padStart(5, "0")}`;
  return [
    ["compile --service", ["compile", input, "-q", "--service", service]],
    ["explain", ["explain", service, "-f", input, "-q"]],
    ["endpoints --service", ["endpoints", input, "-q", "--service", service]],
    ["dns of one name", ["dns", service.split("/").reverse().join("."), "-f", input, "-q"]],
    ["compile --output save", ["compile", input, "-q", "--output", "save"]],
    ["doctor", ["doctor", input, "-q"]],
  ];
}

for (const [name, services, endpoints] of SIZES) {
  for (const kind of ["slices", "varied", "pods"]) {
    const input = generate(name, services, endpoints, kind);
    const modes = kind === "pods" ? ["iptables"] : ["iptables", "ipvs", "nftables"];
    const compileArgs = (mode) => [cli, "compile", input, "-q", "--mode", mode];
    const questions = kind === "pods" ? [] : questionsOf(input, services);
    const runs = [...modes.map(compileArgs), ...questions.map(([, args]) => [cli, ...args])];
    // In turns: what else the machine does slows both sides of a ratio.
    const [parse, ...measured] = measureInTurns(
      [() => measureParse(input), ...runs.map((args) => () => measure(args))],
      options.runs,
    );
    for (const [i, mode] of modes.entries()) {
      const args = compileArgs(mode);
      const result = measured[i];
      const { stdout } = measure(args, { runs: 1, capture: true });
      row(`${name} ${kind} compile ${mode}`, input, parse, result, countLines(stdout));
      if (kind === "pods") continue;
      const compiled = join(directory, `${name}.${kind}.${mode}.txt`);
      const save = mode === "iptables" ? ["--output", "save"] : [];
      const capture = mode === "nftables" ? [listing, input] : [...args, ...save];
      const text = measure(capture, { runs: 1, capture: true }).stdout;
      writeFileSync(compiled, text);
      const drifted = join(directory, `${name}.${kind}.${mode}.drifted.txt`);
      const count = Math.min(500, Math.ceil(services / 20));
      writeFileSync(drifted, driftedCapture(text, mode, count));
      const diffOf = (file) => () => measure([cli, "diff", file, "--manifests", input, "-q", "--mode", mode]);
      const turns = [() => measure(args), diffOf(compiled), diffOf(drifted)];
      const [compile, own, other] = measureInTurns(turns, options.runs);
      row(`${name} ${kind} diff ${mode}, against compile`, compiled, compile, own);
      row(`${name} ${kind} diff ${mode}, ${count} services drifted, against none`, drifted, own, other);
    }
    for (const [i, [what]] of questions.entries())
      row(`${name} ${kind} ${what}, against compile`, input, measured[0], measured[modes.length + i]);
  }
}

if (!options.quick && !options.only) {
  const input = generate("huge", 73_000, 15, "pods");
  row("1.5 GB of pods, compile iptables", input, undefined, measure([cli, "compile", input, "-q"], { runs: 1 }));
}

const head = ["what", "input", "time", "ratio", "processor", "processor ratio", "memory", "speed"];
const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
const line = (cells) => `| ${cells.map((c, i) => c.padEnd(widths[i])).join(" | ")} |`;
console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`);
console.log([line(head), line(widths.map((w) => "-".repeat(w))), ...rows.map(line)].join("\n"));
if (options.json !== undefined)
  writeFileSync(
    options.json,
    JSON.stringify(
      rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [head[i], cell]))),
      undefined,
      2,
    ) + "\n",
  );
