import { expect, test } from "@jest/globals";
import { conditionsText } from "./condition-words.js";

test("conditions are said in one clause", () => {
  expect(
    conditionsText([
      { kind: "local", address: "10.0.0.5", isLocal: false },
      { kind: "in-interface", names: ["docker0", "cali+"], negated: false },
    ]),
  ).toBe("if 10.0.0.5 is no address of the node and it came in by docker0 or cali*");
  expect(conditionsText([{ kind: "out-interface", names: ["docker0"], negated: true }])).toBe(
    "if it goes out by another interface than docker0",
  );
  expect(conditionsText([{ kind: "in-interface", names: ["docker0", "cni0"], negated: true }])).toBe(
    "if it came in by none of docker0, cni0",
  );
});
