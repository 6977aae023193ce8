import { describe, expect, test } from "@jest/globals";
import { refuseFileAsTarget } from "./file-as-target.js";

describe("a first word that is called as a file", () => {
  const refused = (word: string, hasInputs: boolean, there: readonly string[] = []) => {
    try {
      refuseFileAsTarget("explain", word, hasInputs ? ["web.txt"] : [], (path) => there.includes(path));
    } catch (error) {
      const { message, hint } = error as { message: string; hint: string };
      return `${message} | ${hint}`;
    }
    return undefined;
  };

  test("is refused with the order of the words", () => {
    expect(refused("dump.yaml", false, ["dump.yaml"])).toBe(
      "dump.yaml: the first word is TARGET, the Service, address, pod or chain that is meant, and this is a file | " +
        "name the file behind -f: svcrules explain shop/web -f dump.yaml",
    );
    expect(refused("dump.json", false)).toMatch(/there is no such file either/);
    expect(refused("a b.yaml", true, ["a b.yaml"])).toMatch(/-f FILE$/);
  });

  test("may be the name of a pod where files are given, and other words are names, though a file is called so", () => {
    expect(refused("web.yaml", true)).toBeUndefined();
    expect(refused("web", true, ["web"])).toBeUndefined();
    expect(refused("shop/web", false, ["shop/web"])).toBeUndefined();
  });
});
