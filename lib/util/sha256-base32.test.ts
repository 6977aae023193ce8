import { describe, expect, test } from "@jest/globals";
import { sha256Base32 } from "./sha256-base32.js";

describe("the hash of a chain name", () => {
  test.each([
    ["ns1/svc1:p80tcp", "XPGD46QRK7WJZT7O"],
    ["ns1/svc1:p80tcp10.180.0.1:80", "SXIVWICOYRO3J4NJ"],
    ["ns2/svc2:p80tcp", "GNZBNJ2PO5MGZ6GT"],
    ["shop/lbtcp", "EQPZH4W7LN3ZNZNG"],
    ["shop/lbtcp10.244.0.7:8443", "A5MNQRESH2LPENQQ"],
    ["shop/web:httptcp[fd00:10:244:1::5]:8080", "SDQJBP3G53U5CYU2"],
  ])("of %s is what kube-proxy writes", (input, hash) => expect(sha256Base32(input)).toBe(hash));
});
