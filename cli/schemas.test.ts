/** Every JSON that a command prints or writes fits the schema that the package ships for it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { sweep } from "../lib/testing/fuzz/runs.js";
import { ROOT, runCli } from "../lib/testing/run-cli.js";

const FOLDER = join(ROOT, "schemas");
const DUMP = "fixtures/guestbook/dump.yaml";
const NODE = "fixtures/guestbook/node-iptables.txt";
const CASES = "golden/kube-proxy/cases";
const NODES = "golden/kube-proxy/nodes";
const manifestsOf = (name: string) => `${CASES}/${name}/manifests.yaml`;

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
const schema = (name: string): { title: string; $id: string } & Record<string, unknown> =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), "utf8")) as never;
const seen = new Set<string>();

function expectToFit(name: string, value: unknown): void {
  seen.add(name);
  const validate = ajv.getSchema(schema(name).$id) ?? ajv.compile(schema(name));
  void validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

async function jsonOf(line: string, codes: readonly number[] = [0]): Promise<unknown> {
  const { code, out, err } = await runCli([...line.split(" "), "-q"]);
  if (!codes.includes(code)) throw new Error(`${line}: exit ${code}: ${err}`);
  return JSON.parse(out);
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-schemas-"));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const cases = readdirSync(join(ROOT, CASES)).sort();
const some = sweep(
  cases.filter((_, i) => i % 4 === 0),
  6,
);

describe("what is printed as JSON fits its schema", () => {
  test.each(["iptables", "ipvs", "nftables"])("compile, in mode %s", async (mode) => {
    for (const name of some)
      for (const artifact of mode === "ipvs" ? ["ipvsadm", "iptables"] : [mode === "iptables" ? "iptables" : "nft"]) {
        const line = `compile ${manifestsOf(name)} --mode ${mode} --artifact ${artifact} -o json`;
        const { code, out } = await runCli([...line.split(" "), "-q"]);
        if (code === 0) expectToFit("rules", JSON.parse(out));
      }
    expectToFit("rules", await jsonOf(`compile ${DUMP} --mode ${mode} -o json`));
  });

  test("diff, of nodes that differ in every recorded way", async () => {
    for (const name of sweep(readdirSync(join(ROOT, NODES)).sort(), 6)) {
      const files = readdirSync(join(ROOT, NODES, name)).filter((file) => file.endsWith(".txt"));
      if (files.length === 0) continue;
      const paths = files.map((file) => join(NODES, name, file)).join(" ");
      const { out } = await runCli(
        `diff ${paths} --manifests ${NODES}/clean-1000/manifests.yaml -o json -q --allow-partial`.split(" "),
      );
      if (out !== "") expectToFit("diff", JSON.parse(out));
    }
    expectToFit("diff", await jsonOf(`diff ${NODE} --manifests ${DUMP} -o json`, [1]));
    const { out } = await runCli(`diff ${NODE} --manifests ${DUMP} -o jsonl -q`.split(" "));
    for (const line of out.trim().split("\n")) expectToFit("diff", JSON.parse(line));
  });

  test("diff, of a node with both IP families", async () => {
    const manifests = manifestsOf("dual-stack-v4");
    const files: string[] = [];
    for (const family of ["ipv4", "ipv6"]) {
      const { out } = await runCli(`compile ${manifests} --output save --ip-family ${family} -q`.split(" "));
      const file = join(directory, `${family}.txt`);
      const isKept = (line: string) => family === "ipv4" || !line.startsWith("-A PREROUTING ");
      writeFileSync(file, out.split("\n").filter(isKept).join("\n"));
      files.push(file);
    }
    const report = await jsonOf(`diff ${files.join(" ")} --manifests ${manifests} -o json`, [1]);
    expect(report).toMatchObject({ changes: [{ kind: "jump-missing", ipFamily: "ipv6" }] });
    expectToFit("diff", report);
  });

  test("endpoints, doctor, and doctor's baseline", async () => {
    for (const name of some) {
      expectToFit("endpoints", await jsonOf(`endpoints ${manifestsOf(name)} -o json`, [0, 2]));
      expectToFit("doctor", await jsonOf(`doctor ${manifestsOf(name)} -o json`, [0, 1, 2]));
    }
    expectToFit("doctor", await jsonOf(`doctor ${DUMP} --on ${NODE} -o json`, [0, 1]));
    const baseline = join(directory, "baseline.json");
    await runCli(`doctor ${DUMP} --write-baseline ${baseline} -q`.split(" "));
    expectToFit("doctor-baseline", JSON.parse(readFileSync(baseline, "utf8")));
  });

  test.each(["iptables", "ipvs", "nftables"])("explain and trace, in mode %s", async (mode) => {
    for (const target of ["guestbook/frontend", "10.96.17.30:80"])
      expectToFit("explain", await jsonOf(`explain ${target} ${DUMP} --mode ${mode} -o json`));
    for (const to of ["guestbook/frontend:80", "10.96.0.1:443"])
      for (const from of ["outside", "worker-1"])
        expectToFit("trace", await jsonOf(`trace --from ${from} --to ${to} ${DUMP} --mode ${mode} -o json`, [0, 1]));
  });

  test("explain and trace, of a capture", async () => {
    expectToFit("explain", await jsonOf(`explain guestbook/frontend ${DUMP} --on ${NODE} -o json`));
    const line = `trace --from worker-1 --to guestbook/frontend:80 ${DUMP} --on ${NODE} -o json`;
    expectToFit("trace", await jsonOf(line, [0, 1]));
  });

  test("dns: the zone, an answer, a lookup", async () => {
    expectToFit("dns", await jsonOf(`dns ${DUMP} -o json`));
    for (const question of ["frontend.guestbook.svc.cluster.local", "nope.guestbook.svc.cluster.local"])
      expectToFit("dns", await jsonOf(`dns ${question} ${DUMP} -o json`, [0, 1]));
    expectToFit("dns", await jsonOf(`dns frontend ${DUMP} --from guestbook -o json`, [0, 1]));
  });

  test("migrate and impact", async () => {
    expectToFit("migrate", await jsonOf(`migrate --from-mode ipvs --to-mode nftables ${DUMP} -o json`, [0, 1]));
    expectToFit("impact", await jsonOf(`impact ${DUMP} --drain worker-1 -o json`, [0, 1]));
    expectToFit("impact-failures", await jsonOf(`impact ${DUMP} --worst 5 -o json`, [0, 1]));
  });

  test("the map of anonymize, and the diagnostics of a run", async () => {
    const map = join(directory, "map.json");
    await runCli(`anonymize ${DUMP} --out ${join(directory, "out")} --map ${map} -q`.split(" "));
    expectToFit("anonymize-map", JSON.parse(readFileSync(map, "utf8")));
    const { err } = await runCli(["compile", DUMP, "--diagnostics", "json"]);
    expectToFit("diagnostics", JSON.parse(err));
  });

  test("report json", async () => {
    const { out } = await runCli(`diff ${NODE} --manifests ${DUMP} --report json -q`.split(" "));
    expectToFit("report", JSON.parse(out));
  });
});

describe("the schemas", () => {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.schema\.json$/, ""));

  test.each(names)("%s says what it is of, and turns away what is something else", (name) => {
    const { title, $id, description } = schema(name);
    expect($id).toBe(`https://svcrules.dev/schemas/${name}.schema.json`);
    expect([typeof title, typeof description]).toEqual(["string", "string"]);
    const validate = ajv.getSchema($id) ?? ajv.compile(schema(name));
    for (const other of [7, "text", { schema: "svcrules.dev/other/v1" }]) expect(validate(other)).toBe(false);
  });
});
