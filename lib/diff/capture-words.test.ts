import { describe, expect, test } from "@jest/globals";
import { asTurn } from "./capture-words.js";
import { CHANGE_KINDS, type Change } from "./types.js";

const change = (fields: Partial<Change>): Change => ({
  kind: "base-chain-changed",
  severity: "error",
  message: "the node still has shop/web, which should not be there (*:30080)",
  expected: [],
  actual: [],
  ...fields,
});
const WEB = { service: "shop/web", port: "http", protocol: "TCP" };

describe("what changed between two captures", () => {
  test.each([
    [{ kind: "service-port-stale", ...WEB }, "service port shop/web:http is new (*:30080)"],
    [{ kind: "endpoint-missing", ...WEB, endpoint: "10.0.0.1:80" }, "endpoint 10.0.0.1:80 of shop/web:http is gone"],
    [
      { kind: "affinity-changed", ...WEB, frontend: "10.96.0.1:80" },
      "the session affinity 10.96.0.1:80 of shop/web:http changed",
    ],
    [{ chain: "KUBE-FORWARD", actual: ["-A KUBE-FORWARD"] }, "rules in KUBE-FORWARD are new"],
  ] as const)("is told as a turn: %j", (fields, message) => {
    expect(asTurn(change(fields)).message).toBe(message);
  });

  test.each(CHANGE_KINDS)("is never called right or wrong: %s", (kind) => {
    const { message } = asTurn(change({ kind, ...WEB, expected: ["a"], actual: ["b"] }));
    expect(message).toMatch(/ (is|are) (new|gone)\b| changed$/);
    expect(message).not.toMatch(/should|stale|still/);
  });
});
