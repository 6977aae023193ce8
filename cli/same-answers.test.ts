/** The library answers every question as the command line does: its result, rendered, is what the command prints. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { orderDiagnostics } from "../lib/diagnostics/order.js";
import * as library from "../lib/index.js";
import { diffJsonLines } from "../lib/render/diff-json.js";
import { renderDiffText } from "../lib/render/diff-text.js";
import { replyLines, zoneJSON } from "../lib/render/dns-json.js";
import { doctorJSON } from "../lib/render/doctor-json.js";
import { doctorLines } from "../lib/render/doctor-text.js";
import { renderEndpointsJson } from "../lib/render/endpoints-json.js";
import { renderEndpointsTable } from "../lib/render/endpoints-table.js";
import { explainJSON } from "../lib/render/explain-json.js";
import { renderExplainText } from "../lib/render/explain-text.js";
import { renderImpactJson } from "../lib/render/impact-json.js";
import { renderMigrateJson } from "../lib/render/migrate-json.js";
import { traceJSON } from "../lib/render/trace-json.js";
import { renderTraceText } from "../lib/render/trace-text.js";
import { ROOT, runCli } from "../lib/testing/run-cli.js";

const STYLE = { columns: 80, color: false };
const CASES = "golden/kube-proxy/cases";

/** Inputs of several kinds: recorded clusters, plain manifests, a dump, one with an object that is refused. */
const INPUTS = [
  { file: "fixtures/guestbook/dump.yaml", service: "guestbook/frontend", port: 80, node: "worker-1" },
  { file: `${CASES}/loadbalancer/manifests.yaml`, service: "default/web", port: 80, node: "node-1" },
  { file: `${CASES}/dual-stack/manifests.yaml`, service: undefined, port: 80, node: "node-1" },
  { file: "fixtures/shop/service.yaml", service: undefined, port: 80, node: undefined },
].filter(({ file }) => existsSync(join(ROOT, file)));

interface Answer {
  readonly lines: Iterable<string> | undefined;
  readonly diagnostics: readonly library.Diagnostic[];
}

type Ask = (sources: readonly library.Source[]) => Answer | Promise<Answer>;

const json = (data: unknown) => [JSON.stringify(data, null, 2)];

function questions(
  file: string,
  service: string,
  port: number,
): readonly (readonly [words: readonly string[], ask: Ask])[] {
  return [
    [
      ["compile"],
      async (sources) => {
        const { text, diagnostics } = await library.compile(sources);
        return { lines: text?.replace(/\n$/, "").split("\n"), diagnostics };
      },
    ],
    [
      ["compile", "--mode", "nftables", "--service", service],
      async (sources) => {
        const { text, diagnostics } = await library.compile(sources, { mode: "nftables", service });
        return { lines: text?.replace(/\n$/, "").split("\n"), diagnostics };
      },
    ],
    [
      ["endpoints", "-o", "json"],
      (sources) => {
        const { services, rows, diagnostics } = library.endpoints(sources);
        return { lines: services && renderEndpointsJson(rows), diagnostics };
      },
    ],
    [
      ["endpoints"],
      (sources) => {
        const { services, whyNoRules, diagnostics } = library.endpoints(sources);
        return { lines: services && renderEndpointsTable(services, { ...STYLE, whyNoRules }), diagnostics };
      },
    ],
    [
      ["explain", service],
      async (sources) => {
        const { view, diagnostics } = await library.explain(sources, { target: service });
        return { lines: view && renderExplainText(view, { ...STYLE, rules: false }), diagnostics };
      },
    ],
    [
      ["explain", service, "-o", "json"],
      async (sources) => {
        const { view, diagnostics } = await library.explain(sources, { target: service });
        return { lines: view && json(explainJSON(view)), diagnostics };
      },
    ],
    [
      ["trace", "--from", "outside", "--to", `${service}:${port}`],
      async (sources) => {
        const { view, diagnostics } = await library.trace(sources, { from: "outside", to: `${service}:${port}` });
        return { lines: view && renderTraceText(view, { ...STYLE, rules: false }), diagnostics };
      },
    ],
    [
      ["trace", "--from", "outside", "--to", `${service}:${port}`, "-o", "json"],
      async (sources) => {
        const { view, diagnostics } = await library.trace(sources, { from: "outside", to: `${service}:${port}` });
        return { lines: view && json(traceJSON(view)), diagnostics };
      },
    ],
    [
      ["doctor"],
      (sources) => {
        const { report, diagnostics } = library.doctor(sources);
        return { lines: report && doctorLines(report, STYLE), diagnostics };
      },
    ],
    [
      ["doctor", "-o", "json"],
      (sources) => {
        const { report, diagnostics } = library.doctor(sources);
        return { lines: report && json(doctorJSON(report)), diagnostics };
      },
    ],
    [
      ["dns", "-q", "-o", "json"],
      (sources) => {
        const { zone, diagnostics } = library.dns(sources);
        return { lines: zone && json(zoneJSON(zone)), diagnostics };
      },
    ],
    [
      ["dns", "web", "--from", "default", "-q"],
      (sources) => {
        const { zone, diagnostics } = library.dns(sources);
        const reply = zone?.ask({ name: "web", from: "default" });
        return { lines: reply && reply.kind !== "unknown-sender" ? replyLines(reply) : undefined, diagnostics };
      },
    ],
    [
      ["migrate", "--from-mode", "iptables", "--to-mode", "nftables", "-o", "json"],
      async (sources) => {
        const { view, diagnostics } = await library.migrate(sources, { fromMode: "iptables", toMode: "nftables" });
        return { lines: view && renderMigrateJson(view), diagnostics };
      },
    ],
    [
      ["impact", "--delete", `Service ${service}`, "-o", "json"],
      async (sources) => {
        const { report, diagnostics } = await library.impact(sources, undefined, {
          whatIf: [{ kind: "delete", objectKind: "Service", object: service }],
          names: [file, file],
        });
        return { lines: report && renderImpactJson(report), diagnostics };
      },
    ],
  ];
}

const read = (file: string) => library.sourceFromText(file, readFileSync(join(ROOT, file), "utf8"));

/** What a command prints of an answer. */
function printed({ lines, diagnostics }: Answer, isQuiet: boolean): { out: string; err: string } {
  const shown = orderDiagnostics(diagnostics).filter(({ severity }) => !isQuiet || severity !== "note");
  return {
    out: lines ? [...lines].map((line) => `${line}\n`).join("") : "",
    err: shown.map((diagnostic) => `${library.printDiagnostic(diagnostic)}\n`).join(""),
  };
}

describe.each(INPUTS.map((input) => [input.file, input] as const))(
  "of %s",
  (file, { service = "default/web", port }) => {
    test.each(questions(file, service, port).map(([words, ask]) => [words.join(" "), words, ask] as const))(
      "%s",
      async (_title, words, ask) => {
        const { out, err } = await runCli([...words, "-f", file]);
        expect({ out, err }).toEqual(printed(await ask([read(file)]), words.includes("-q")));
      },
    );
  },
);

test("of a node, diff", async () => {
  const [dump, node] = ["fixtures/guestbook/dump.yaml", "fixtures/guestbook/node-iptables.txt"];
  const { report, diagnostics } = await library.diff([read(dump)], [read(node)]);
  const asText = await runCli(["diff", node, "-f", dump]);
  expect(asText.out).toBe(printed({ lines: renderDiffText(report!, STYLE), diagnostics }, false).out);
  const asJson = await runCli(["diff", node, "-f", dump, "-o", "json"]);
  const expected = printed({ lines: diffJsonLines([report!]), diagnostics }, false);
  expect({ out: asJson.out, err: asJson.err }).toEqual(expected);
});
