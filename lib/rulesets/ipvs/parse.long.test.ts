import { expect, test } from "@jest/globals";
import { parseIpvsadmSave } from "./parse-ipvsadm-save.js";
import { MOST_VIRTUAL_SERVERS } from "./virtual-server-reader.js";

test("a listing of more virtual servers than any cluster has is told, and left", () => {
  const lines = Array.from(
    { length: MOST_VIRTUAL_SERVERS + 2 },
    (_, i) => `-A -t 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}:80 -s rr\n`,
  );
  const { virtualServers, diagnostics } = parseIpvsadmSave({ file: "node.txt", text: lines.join("") });
  expect([virtualServers.length, diagnostics.map(({ code, severity }) => `${severity} ${code}`)]).toEqual([
    0,
    ["error capture-incomplete"],
  ]);
});
