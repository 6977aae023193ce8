import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { fingerprintsOf } from "./fingerprint.js";
import { findingsOfChanges } from "./from-changes.js";
import { findingsOfDiagnostics } from "./from-diagnostics.js";
import { renderGithub } from "./github.js";
import { REPORT_FORMATS, REPORT_RENDERERS, reportPieces } from "./index.js";
import { renderMarkdown } from "./markdown.js";
import type { Finding, Report } from "./types.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

const schemaOf = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as object;
const ajv = new Ajv2020({ formats: { uri: true } });
const isSarif = ajv.compile(schemaOf("./sarif-2.1.0.schema.json"));
const isReport = ajv.compile(schemaOf("../../schemas/report.schema.json"));

const finding = (more: Partial<Finding> = {}): Finding => ({
  id: "node-port-out-of-range",
  severity: "error",
  message: "nodePort 300800 is outside 1-65535",
  where: { file: "apps/web.yaml", line: 8, column: 15, endLine: 8, endColumn: 21 },
  notes: ["the API server would refuse this Service"],
  fails: true,
  ...more,
});

const report = (findings: readonly Finding[], checks: readonly string[] = []): Report => ({
  tool: { name: "svcrules", version: "1.2.3" },
  command: "check",
  checks,
  findings,
});

interface JunitCase {
  readonly "@_name": string;
  readonly failure?: { readonly "@_message": string; readonly "@_type": string; readonly "#text": string };
}

/** What Jenkins and GitLab ask of the file, read back. */
function junit(text: string): {
  readonly tests: number;
  readonly failures: number;
  readonly cases: readonly JunitCase[];
} {
  expect(XMLValidator.validate(text)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    isArray: (name) => name === "testcase" || name === "testsuite",
  });
  const { testsuites, ...others } = parser.parse(text) as {
    testsuites: { "@_tests": string; testsuite: { "@_tests": string; "@_failures": string; testcase: JunitCase[] }[] };
  };
  expect(Object.keys(others)).toEqual(["?xml"]);
  expect(testsuites.testsuite).toHaveLength(1);
  const suite = testsuites.testsuite[0]!;
  expect(testsuites["@_tests"]).toBe(suite["@_tests"]);
  for (const testcase of suite.testcase) {
    expect(
      Object.keys(testcase).filter(
        (key) => !["@_name", "@_classname", "@_file", "failure", "system-out", "#text"].includes(key),
      ),
    ).toEqual([]);
    expect(testcase["@_name"]).not.toBe("");
  }
  return { tests: Number(suite["@_tests"]), failures: Number(suite["@_failures"]), cases: suite.testcase };
}

/** Any text that YAML lets into a name or a message. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "]]>",
    "<script>",
    "::error::x",
    "a|b",
    "`x`",
    "@everyone",
    "\u0000\u001b[31m",
    "\ud800",
    "%0A",
    "a\r\nb",
    "../../x",
    "ü\u202e",
  ),
);
const anyFinding: fc.Arbitrary<Finding> = fc.record(
  {
    id: fc.constantFrom("a", "b-c", "alias-bomb"),
    severity: fc.constantFrom("error", "warning", "note"),
    message: text.map((t) => `m${t}`),
    where: fc.record(
      {
        file: text.map((t) => `f${t}`),
        line: fc.integer({ min: 1 }),
        column: fc.integer({ min: 1 }),
        endLine: fc.integer({ min: 1 }),
        endColumn: fc.integer({ min: 1 }),
      },
      { requiredKeys: ["file"] },
    ),
    service: text,
    notes: fc.array(text, { maxLength: 2 }),
    detail: text,
    fails: fc.boolean(),
    check: text.map((t) => `c${t}`),
  },
  { requiredKeys: ["id", "severity", "message", "notes", "fails"] },
);
const anyReport = fc
  .tuple(
    fc.array(anyFinding, { maxLength: 30 }),
    fc.array(
      text.map((t) => `c${t}`),
      { maxLength: 3 },
    ),
  )
  .map(([findings, checks]) => report(findings, checks));

describe("junit", () => {
  test("has names of files with line ends and controls on one line, spelled as elsewhere", () => {
    const finding = { id: "a", severity: "error", message: "m", notes: [], fails: true, check: "we\nird" } as const;
    const text = REPORT_RENDERERS.junit(report([{ ...finding, where: { file: "we\nird\u0001\u202e.txt" } }]));
    expect(text).toContain(`name="we\\x0aird" `);
    expect(text).toContain(`file="we\\x0aird\\x01\\u202e.txt"`);
  });

  test("has a test case for each check, and one failure where findings fail", () => {
    const { tests, failures, cases } = junit(
      REPORT_RENDERERS.junit(
        report(
          [finding({ check: "b" }), finding({ check: "b" }), finding({ severity: "note", fails: false })],
          ["a", "b"],
        ),
      ),
    );
    expect([tests, failures]).toEqual([2, 1]);
    expect(cases.map((c) => c["@_name"])).toEqual(["a", "b"]);
    expect(cases[0]!.failure).toBeUndefined();
    expect(cases[1]!.failure).toMatchObject({
      "@_message": "nodePort 300800 is outside 1-65535 (and 1 more)",
      "@_type": "node-port-out-of-range",
    });
    expect(cases[1]!.failure!["#text"]).toContain("apps/web.yaml:8:15: error: nodePort 300800");
  });

  test("has one passed test case when nothing was found", () => {
    expect(junit(REPORT_RENDERERS.junit(report([])))).toMatchObject({ tests: 1, failures: 0 });
  });
});

describe("sarif", () => {
  test("names place, rule and a fingerprint that does not hang on lines", () => {
    const at = (line: number, endLine = line) =>
      finding({ where: { file: "./a b/ü.yaml", line, column: 2, endLine, endColumn: 3 } });
    const results = (line: number) =>
      (
        JSON.parse(REPORT_RENDERERS.sarif(report([at(line), at(line + 1)]))) as {
          runs: { results: Record<string, unknown>[] }[];
        }
      ).runs[0]!.results;
    const [first, second] = results(4);
    expect(first).toMatchObject({
      ruleId: "node-port-out-of-range",
      ruleIndex: 0,
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "a%20b/%C3%BC.yaml", uriBaseId: "%SRCROOT%" },
            region: { startLine: 4, startColumn: 2, endLine: 4, endColumn: 3 },
          },
        },
      ],
    });
    expect(first!["partialFingerprints"]).toEqual(results(90)[0]!["partialFingerprints"]);
    expect(first!["partialFingerprints"]).not.toEqual(second!["partialFingerprints"]);
  });

  test("explains every rule it names", () => {
    const log = JSON.parse(REPORT_RENDERERS.sarif(report([finding(), finding({ id: "endpoint-missing" })]))) as {
      runs: { tool: { driver: { rules: { id: string; shortDescription: { text: string } }[] } } }[];
    };
    for (const { id, shortDescription } of log.runs[0]!.tool.driver.rules) expect(shortDescription.text).not.toBe(id);
  });
});

describe("github", () => {
  test("writes an annotation that GitHub reads back", () => {
    expect(
      renderGithub(
        report([finding({ message: "50% of a,b: c\nd", where: { file: "a,b:c.yaml", line: 3 }, notes: [] })]),
      ),
    ).toBe("::error file=a%2Cb%3Ac.yaml,line=3,title=svcrules check%3A node-port-out-of-range::50%25 of a,b: c%0Ad\n");
  });

  test("groups what is beyond ten of a type, so that nothing is dropped without a word", () => {
    const many = (n: number, severity: Finding["severity"]) => Array.from({ length: n }, () => finding({ severity }));
    const lines = renderGithub(report([...many(25, "error"), ...many(10, "warning"), ...many(1, "note")]))
      .trimEnd()
      .split("\n");
    const of = (command: string) => lines.filter((line) => line.startsWith(`::${command} `));
    expect([of("error").length, of("warning").length, of("notice").length]).toEqual([10, 10, 1]);
    expect(of("error")[9]).toContain("16 more (16 node-port-out-of-range)");
  });
});

describe("markdown", () => {
  test("keeps below the size it is given and counts what it leaves out", () => {
    const findings = Array.from({ length: 500 }, (_, i) =>
      finding({ message: `finding ${i}`, detail: "x".repeat(1000) }),
    );
    const whole = renderMarkdown(report(findings));
    for (const mostBytes of [1_000, 20_000, 200_000, 400_000]) {
      const cut = renderMarkdown(report(findings), { mostBytes });
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(mostBytes);
      expect(cut).toMatch(/\d+ more findings are left out here/);
    }
    expect(whole).not.toContain("left out");
  });

  test("lets no text of the input become markup, mention or table border", () => {
    const hostile = finding({
      message: "<img src=x> | @team [x](http://e) `c` **b**",
      detail: "```\n</details><script>",
    });
    const rendered = renderMarkdown(report([hostile]));
    const row = rendered.split("\n").find((line) => line.startsWith("| error"))!;
    expect(row.match(/\|/g)).toHaveLength(5);
    expect(row).not.toMatch(/<img|@team|\[x\]|\*\*b/);
    expect(rendered).toContain("````diff\n```\n</details><script>\n````");
  });
});

describe("all formats", () => {
  test("stay valid whatever the findings say", () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        junit(REPORT_RENDERERS.junit(any));
        const sarif = JSON.parse(REPORT_RENDERERS.sarif(any)) as {
          runs: { results: { ruleIndex: number; ruleId: string }[]; tool: { driver: { rules: { id: string }[] } } }[];
        };
        expect(isSarif(sarif) || isSarif.errors).toBe(true);
        const [run] = sarif.runs;
        for (const { ruleId, ruleIndex } of run!.results) expect(run!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
        expect(isReport(JSON.parse(REPORT_RENDERERS.json(any))) || isReport.errors).toBe(true);
        for (const line of renderGithub(any).split("\n").slice(0, -1))
          expect(line).toMatch(/^::(error|warning|notice) [^\u0000-\u001f]*$/);
        for (const format of REPORT_FORMATS) {
          const rendered = REPORT_RENDERERS[format](any);
          expect(rendered).toBe(REPORT_RENDERERS[format](any));
          expect(rendered).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
          expect(Buffer.from(rendered).toString("utf8")).toBe(rendered);
        }
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  test("agree in what failed", () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        const fails = any.findings.some((f) => f.fails);
        expect((JSON.parse(REPORT_RENDERERS.json(any)) as { passed: boolean }).passed).toBe(!fails);
        expect(junit(REPORT_RENDERERS.junit(any)).failures > 0).toBe(fails);
      }),
    );
  });
});

describe("findings", () => {
  test("of diagnostics have the span of what they are about", () => {
    const source = sourceFromText("a.yaml", "kind: Service\nspec:\n  type: Nodeport\n");
    const origin = { source, start: 0, end: source.size, syntax: "yaml", path: [] } as const;
    const found = findingsOfDiagnostics([
      { code: "service-type-unknown", severity: "error", message: "x", at: { origin, path: ["spec", "type"] } },
      { code: "no-cluster-cidr", severity: "warning", message: "y" },
    ]);
    expect(found[0]!.where).toEqual({ file: "a.yaml", line: 3, column: 9, endLine: 3, endColumn: 17 });
    expect(found.map((f) => f.fails)).toEqual([true, false]);
    expect(
      findingsOfDiagnostics([{ code: "no-cluster-cidr", severity: "warning", message: "y" }], true)[0]!.fails,
    ).toBe(true);
  });

  test("of changes fail unless they are for information, and keep their fingerprint when rules move", () => {
    const change = {
      kind: "endpoint-missing",
      severity: "error",
      service: "a/b",
      port: "http",
      protocol: "TCP",
      endpoint: "10.0.0.1:80",
      message: "m 1/3",
      expected: ["-A X"],
      actual: [],
    } as const;
    const [one, two, info] = findingsOfChanges([
      { ...change, at: { file: "node.txt", line: 3 } },
      { ...change, message: "m 1/4", at: { file: "node.txt", line: 88 } },
      { ...change, severity: "info" },
    ]);
    expect(fingerprintsOf([one!])).toEqual(fingerprintsOf([two!]));
    expect([one!.fails, info!.fails, info!.severity]).toEqual([true, false, "note"]);
  });
});

describe("more findings than anybody reads", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      finding({ message: `finding ${i}`, severity: i === count - 1 ? "error" : "warning", check: "node-1" }),
    );

  test("are the worst 5,000 in SARIF, with a count of the rest", () => {
    const log = JSON.parse(REPORT_RENDERERS.sarif(report(many(5003)))) as {
      runs: {
        results: { level: string }[];
        invocations: { toolExecutionNotifications: { message: { text: string } }[] }[];
      }[];
    };
    expect(isSarif(log) || isSarif.errors).toBe(true);
    const [run] = log.runs;
    expect([run!.results.length, run!.results[0]!.level]).toEqual([5000, "error"]);
    expect(run!.invocations[0]!.toolExecutionNotifications[0]!.message.text).toContain("3 more results are left out");
  });

  test("are the first 2,000 of a check in JUnit, and a megabyte of Markdown", () => {
    expect(REPORT_RENDERERS.junit(report(many(2003)))).toContain("3 more findings are left out here");
    const markdown = REPORT_RENDERERS.markdown(report(many(20_000)));
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(1 << 20);
    expect(markdown).toMatch(/\d+ more findings are left out here/);
  });

  test("are all in JSON, and made while they are written", () => {
    let made = 0;
    const detail = () => `line ${++made}`;
    const pieces = reportPieces("json", report(Array.from({ length: 5003 }, () => finding({ detail }))));
    const all: string[] = [];
    for (const piece of pieces) {
      if (all.length === 0) expect(made).toBeLessThan(1000);
      all.push(piece);
    }
    expect((JSON.parse(all.join("")) as { findings: unknown[] }).findings).toHaveLength(5003);
  });

  test("have details of which 100 lines are shown", () => {
    const long = finding({ detail: Array.from({ length: 150 }, (_, i) => `line ${i}`).join("\n"), check: "x" });
    for (const format of ["sarif", "junit", "markdown"] as const) {
      const text = REPORT_RENDERERS[format](report([long]));
      expect([text.includes("line 99"), text.includes("line 100"), text.includes("and 50 more lines")]).toEqual([
        true,
        false,
        true,
      ]);
    }
    expect(REPORT_RENDERERS.json(report([long]))).toContain("line 149");
  });
});
