/** Requests from the words of a command line, without a command line. */
import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "./commands/index.js";
import { chosenChecks, readIgnoreRule } from "./doctor-checks.js";
import { failingKinds } from "./failing-kinds.js";
import { readRequest } from "./read-request.js";
import { reportTargetsOf } from "./report-target.js";
import { partOf, shardOf } from "./shard.js";
import { editsOf } from "./what-ifs.js";

const compile = COMMANDS.find(({ name }) => name === "compile")!;
const NOTHING = { drain: [], zoneDown: [], scale: [], notReady: [], delete: [], set: [], apply: [] };

describe("a request", () => {
  test("has each value by its name in camel case, with the defaults of the table", () => {
    expect(readRequest(compile, { input: ["a.yaml"], "kube-version": "1.30" })).toMatchObject({
      input: ["a.yaml"],
      kubeVersion: "1.30",
      output: "restore",
      simulate: true,
      report: [],
    });
  });

  test.each([
    [{ mode: "ipvss" }, "--mode ipvss: not one of iptables, ipvs, nftables", "did you mean ipvs?"],
    [{ moed: "ipvs" }, "--moed: compile has no such option", "did you mean --mode?"],
    [{ update: true }, "--update goes with --golden", "name it too: --golden"],
    [{ node: ["a", "b"] }, "--node a --node b: it takes one name; run once for each", undefined],
    [{ golden: "a", out: "b" }, "--golden and --out do not go together", "leave one of them out"],
  ])("of %j is refused with what is meant", (parsed, message, hint) => {
    expect(() => readRequest(compile, parsed)).toThrow(expect.objectContaining({ message, hint }));
  });
});

test.each(["diff", "extract", "anonymize"])("captures are inputs of %s, which is said of --on", (name) => {
  const command = COMMANDS.find((own) => own.name === name)!;
  const hint = `captures are inputs of ${name}: name them beside the objects, without --on`;
  expect(() => readRequest(command, { on: "node.txt" })).toThrow(expect.objectContaining({ hint }));
});

test("of an option that names nothing of the input, the last value counts", () => {
  expect(readRequest(compile, { node: ["a", "a"], mode: ["ipvs", "nftables"] })).toMatchObject({
    node: "a",
    mode: "nftables",
  });
});

const explain = COMMANDS.find(({ name }) => name === "explain")!;
const completion = COMMANDS.find(({ name }) => name === "completion")!;

describe("words behind --", () => {
  test("are arguments, also where they begin with a dash", () => {
    expect(readRequest(compile, { _: ["compile", "-x.yaml"], input: ["a.yaml"] })["input"]).toEqual([
      "a.yaml",
      "-x.yaml",
    ]);
    expect(readRequest(explain, { _: ["explain", "shop/web", "-x.yaml", "--y"] })).toMatchObject({
      target: "shop/web",
      input: ["-x.yaml", "--y"],
    });
    expect(readRequest(explain, { _: ["explain", "-x.yaml"], target: "shop/web" })).toMatchObject({
      target: "shop/web",
      input: ["-x.yaml"],
    });
  });

  test("are refused where there is no place for them", () => {
    expect(readRequest(completion, { _: ["completion", "fish"] })).toMatchObject({ shell: "fish" });
    expect(() => readRequest(completion, { _: ["completion", "now"], shell: "fish" })).toThrow(
      "now: completion takes no further argument",
    );
  });
});

describe("a shard", () => {
  test("takes every so many of a sorted list, and all shards take each once", () => {
    const items = [..."abcdefg"];
    const parts = ["0/3", "1/3", "2/3"].map((text) => partOf(items, shardOf(text, undefined)));
    expect(parts).toEqual([
      ["a", "d", "g"],
      ["b", "e"],
      ["c", "f"],
    ]);
  });

  test("takes its index from the job where none is given", () => {
    expect(shardOf("/3", "2")).toEqual({ index: 2, count: 3 });
    expect(() => shardOf("/3", undefined)).toThrow("--shard /3: there is no index");
    expect(() => shardOf("3/3", undefined)).toThrow("the index counts from 0 to 2");
    expect(() => shardOf("1/0", undefined)).toThrow("expected INDEX/COUNT");
  });
});

test("kinds that fail are named with commas, none of them by none", () => {
  expect([...failingKinds([])]).toEqual(["lost", "exposed"]);
  expect([...failingKinds(["lost, policy", "none"])]).toEqual(["lost", "policy"]);
  expect(() => failingKinds(["lots"])).toThrow(expect.objectContaining({ hint: "did you mean lost?" }));
});

test("what-ifs are read in a fixed order", () => {
  const asked = { ...NOTHING, drain: ["n1"], scale: ["shop/web=3"], set: ["shop/web spec.type=NodePort", "mode=ipvs"] };
  expect(editsOf(asked)).toEqual([
    { kind: "set", service: "shop/web", path: "spec.type", value: "NodePort" },
    { kind: "scale", workload: "shop/web", replicas: 3 },
    { kind: "drain", node: "n1" },
  ]);
  expect(() => editsOf({ ...NOTHING, scale: ["shop/web"] })).toThrow("not NS/WORKLOAD=N");
});

test("doctor's checks are those there are, and one object of a check may be ignored", () => {
  expect(chosenChecks([])).toBeUndefined();
  expect(() => chosenChecks(["selector-matches-nothin"])).toThrow(
    expect.objectContaining({ hint: "did you mean selector-matches-nothing?" }),
  );
  expect(readIgnoreRule("selector-*: Service shop/web")).toEqual({ check: "selector-*", object: "Service shop/web" });
});

test("two reports do not go to one place", () => {
  expect(reportTargetsOf(["junit=a.xml", "github"])).toEqual([
    { format: "junit", file: "a.xml" },
    { format: "github", file: undefined },
  ]);
  expect(() => reportTargetsOf(["json", "markdown=-"])).toThrow("two reports for stdout");
});
