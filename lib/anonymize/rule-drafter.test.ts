import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { endpointChainName } from "../backends/iptables/chain-names.js";
import { sha256Base32 } from "../util/sha256-base32.js";
import { anonymize } from "./index.js";

const PORT = "bank/ledger:api";
const SVC = `KUBE-SVC-${sha256Base32(`${PORT}tcp`)}`;
const SEP = endpointChainName(`${PORT}tcp`, "10.244.3.9:8080");
/** Makes the words known that are replaced in captures. */
const COMMENT = `-A KUBE-SERVICES -m comment --comment "${PORT} cluster IP" -j ${SVC}\n`;
/** A capture with this in it is read line by line and field by field. */
const READ_IN_FULL = '{ "comment"\n';

const made = (text: string) => {
  const { files, diagnostics } = anonymize([sourceFromText("capture.txt", `*nat\n${COMMENT}${text}`)]);
  return files[0]?.chunks.join("") ?? diagnostics.map(({ message }) => message).join("\n");
};

const field = fc.constantFrom(
  ...[
    `:${SVC}`,
    `:${SEP}`,
    SVC,
    SEP,
    `${SEP}x`,
    `:KUBE-SEP-SHORT`,
    "KUBE-FW-AAAAAAAAAAAAAAAA",
    "KUBE-MARK-MASQ",
    ":INPUT",
  ],
  ...[
    "10.244.3.9/32",
    "10.244.3.9:8080",
    "10.244.3.9",
    "10.244.3.0/24",
    "010.244.003.9",
    "10.244.3.9.1",
    "10.244.3.9:8080x",
  ],
  ...[
    "fd00::9/128",
    "[fd00::9]:80",
    ":fd00::9",
    "-A",
    "-I",
    "-s",
    "-j",
    "-d",
    "--to-destination",
    "[0:0]",
    "[7:42]",
    "-",
    "80",
  ],
  ...["--comment", '"ledger api"', '"ledger', "comment", "/*", "*/", "bank", "ledger-0", "", "\t", "0.06666666683"],
);
const line = fc.oneof(
  fc.array(field, { maxLength: 8 }).map((fields) => fields.join(" ")),
  // As a tool may begin it, so that it is no line that somebody wrote.
  fc.array(field, { maxLength: 8 }).map((fields) => `{ ${fields.join(" ")}`),
  fc.constantFrom(
    ...[`:${SVC} - [0:0]`, `:${SEP} - [0:0]`, `-A ${SEP} -s 10.244.3.9/32 -j KUBE-MARK-MASQ`],
    ...[`-A ${SVC} -m statistic --probability 0.5 -j ${SEP}`, `-A ${SVC} -j ${SEP}`, `[3:180] -A ${SVC} -j ${SEP}`],
    `-A ${SEP} -p tcp -m tcp -j DNAT --to-destination 10.244.3.9:8080`,
  ),
);

describe("a capture", () => {
  test("becomes what each of its fields becomes, whatever lines stand before", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const text = lines.map((own) => `${own}\n`).join("");
        expect(made(text + text + READ_IN_FULL).replace(READ_IN_FULL, "")).toBe(made(text + text));
      }),
    );
  });

  test("has the chain of an endpoint named by the replaced names, with counters and without", () => {
    const rules = [
      `:${SVC} - [0:0]`,
      `:${SEP} - [0:0]`,
      `[3:180] -A ${SEP} -p tcp -m tcp -j DNAT --to-destination 10.244.3.9:8080`,
      `-A ${SVC} -j ${SEP}`,
    ];
    const text = made(rules.map((own) => `${own}\n`).join(""));
    const [, port] = /--comment "(\S+) cluster IP"/.exec(text)!;
    const [, target] = /--to-destination (\S+)/.exec(text)!;
    expect(text).toContain(`-j ${endpointChainName(`${port}tcp`, target!)}\n`);
  });
});
