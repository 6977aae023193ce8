import { describe, expect, test } from "@jest/globals";
import { adviceOnMissing, adviceOnUnopened } from "./missing-input.js";

describe("of a file that is not there", () => {
  test.each([
    ["dumps/dmp.yaml", ["web.yaml", "dump.yaml"], ["did you mean dumps/dump.yaml?"]],
    ["dump", ["dump.yaml", "other"], ["did you mean dump.yaml?"]],
    ["nod\u001b.txt", ["node\u001b.txt"], ["did you mean node\\x1b.txt?"]],
    ["kube.yaml", ["dump.yaml"], []],
  ])("%j the nearest name beside it is told", (input, names, advice) => {
    expect(adviceOnMissing(input, names, "other")).toEqual(advice);
  });

  test("the directory is told where that is missing as well", () => {
    expect(adviceOnMissing("x/y.yaml", undefined, "objects")).toEqual(["there is no directory x/ either"]);
  });

  test("where no name is near, how to make it; what is no INPUT nobody can make", () => {
    const told = (kind: "objects" | "capture" | "other") => adviceOnMissing("nope", [".nope", "web.yaml"], kind);
    expect(told("objects")).toEqual([
      "how to make one: objects: kubectl get services,endpointslices,nodes -A -o json > dump.json",
    ]);
    expect(told("capture")).toEqual([expect.stringMatching(/on the node: iptables-save > node\.txt.*kubectl get/)]);
    expect(told("other")).toEqual([]);
  });
});

describe("of a file that cannot be opened", () => {
  const failure = (code: string) => Object.assign(new Error(code), { code });
  const throwing = (code: string) => () => {
    throw failure(code);
  };
  const advice = (code: string, namesBeside: () => readonly string[]) =>
    adviceOnUnopened(failure(code), "x/dmp.yaml", namesBeside, { isInput: true });

  test("names are looked at where it does not exist, as far as the directory shows them", () => {
    expect(advice("ENOENT", () => ["dump.yaml"])).toEqual(["did you mean x/dump.yaml?"]);
    expect(advice("ENOENT", throwing("ENOENT"))).toEqual(["there is no directory x/ either"]);
    expect(advice("ENOENT", throwing("EACCES"))).toEqual([expect.stringContaining("how to make one: objects")]);
  });

  test("nothing is told where it exists", () => {
    expect(advice("EACCES", () => ["dump.yaml"])).toEqual([]);
  });
});
