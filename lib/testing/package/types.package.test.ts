/** The package's types, as a strict TypeScript program sees them. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT } from "../run-cli.js";
import { makePackageFolder, plainEnvironment, type PackageFolder } from "./package-folder.js";

let folder: PackageFolder;
beforeAll(() => {
  folder = makePackageFolder();
});
afterAll(() => folder.remove());

describe("the package's types", () => {
  const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
  const check = (name: string, text: string) => {
    folder.write(name, text);
    const compilerOptions = {
      module: "NodeNext",
      moduleResolution: "NodeNext",
      target: "ES2023",
      lib: ["ES2023"],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    folder.write("tsconfig.json", JSON.stringify({ compilerOptions, files: [name] }));
    const { status, stdout } = spawnSync(process.execPath, [TSC, "-p", "tsconfig.json"], {
      cwd: folder.path,
      env: plainEnvironment(),
      encoding: "utf8",
    });
    return { status, errors: stdout };
  };

  test("hold in a strict program that resolves it by name, and need no types of Node.js", () => {
    const program = `
import {
  compile, compileChunks, diff, dns, doctor, endpoints, sourceFromText, tracer, DIAGNOSTIC_CODES,
  type Change, type CompileOptions, type Diagnostic, type DiffReport, type EndpointRow, type Outcome, type Source,
} from "svcrules";
const source: Source = sourceFromText("a.yaml", "");
const options: CompileOptions = { mode: "ipvs", artifact: "ipset", format: "restore", kubeVersion: "1.34" };
const text: string | undefined = (await compile([source], options)).text;
const chunks: Iterable<string> | undefined = (await compileChunks([source])).chunks;
const compared = await diff([source], [source], { node: "a", before: [source] });
const report: DiffReport | undefined = compared.report;
const kinds: Change["kind"][] = (report?.changes ?? []).map(({ kind }) => kind);
const rows: EndpointRow[] = [...endpoints([source], { namespace: "a" }).rows];
const findings: readonly { readonly message: string; readonly fingerprint: string }[] = doctor([source]).report?.findings ?? [];
const status: "NOERROR" | "NXDOMAIN" | "REFUSED" | "upstream" | undefined = dns([source]).zone?.lookup("a", "A").status;
const outcome: Outcome | undefined = (await tracer([source])).trace?.({
  protocol: "tcp", source: "10.0.0.1", destination: "10.0.0.2", destinationPort: 80, arrival: { from: "node" },
}).outcomes[0]?.outcome;
const code: Diagnostic["code"] = "no-objects";
export const all: readonly unknown[] = [text, chunks, kinds, rows, findings, status, outcome, DIAGNOSTIC_CODES[code].explanation];
`;
    expect(check("right.ts", program)).toEqual({ status: 0, errors: "" });
  });

  test("refuse a wrong artifact, a wrong option and a capture without its list", () => {
    const program = `
import { compile, diff, sourceFromText } from "svcrules";
const source = sourceFromText("a", "");
await compile([source], { artifact: "nftables" });
await compile([source], { kubeVersions: "1.34" });
await diff([source], source);
`;
    const { status, errors } = check("wrong.ts", program);
    expect(status).not.toBe(0);
    expect(errors.match(/^wrong\.ts\(\d+/gm)).toEqual(["wrong.ts(4", "wrong.ts(5", "wrong.ts(6"]);
  });
});
