/** Small pairs of states, one behaviour each. */
import { describe, expect, test } from "@jest/globals";
import { impact, type ImpactOptions } from "../api/impact.js";
import type { ImpactReport } from "../results/impact-report.js";
import { EXPECTED } from "../testing/impact-expected.js";
import { LOCAL, nodePort, ROWS, sources, world, type Fields } from "../testing/impact-rows.js";

async function between(
  before: readonly Fields[],
  after: readonly Fields[] | undefined,
  options: ImpactOptions = {},
): Promise<ImpactReport> {
  const { report, diagnostics } = await impact(sources(before), after && sources(after), options);
  if (!report) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return report;
}

const short = ({ changes }: ImpactReport) => changes.map(({ message }) => message);

describe("reports what changes when", () => {
  test.each(ROWS.map(([title, before, after, options]) => ({ title, before, after, options })))(
    "$title",
    async ({ title, before, after, options }) => {
      const report = await between(before, after, options);
      expect({ kinds: report.changes.map(({ kind, count }) => `${kind} ${count}`), messages: short(report) }).toEqual(
        EXPECTED[title],
      );
    },
  );
});

describe("the report", () => {
  const pairs = ROWS.flatMap(([title, before, after]) => (after ? [{ title, before, after }] : []));
  test.each(pairs)("is mirrored when the sides are exchanged: $title", async ({ before, after }) => {
    const there = await between(before, after);
    const back = await between(after, before);
    const mirror = { lost: "exposed", exposed: "lost" } as const;
    const told = ({ changes }: ImpactReport, isMirrored: boolean) =>
      changes
        .flatMap(({ kind, frontends, count }) =>
          frontends.length === 0
            ? [`${kind} ${count}`]
            : frontends.map(({ frontend, clients, nodes, before: a, after: b }) =>
                JSON.stringify([
                  isMirrored ? (mirror[kind as "lost"] ?? kind) : kind,
                  frontend,
                  clients,
                  nodes,
                  ...(isMirrored ? [b, a] : [a, b]),
                ]),
              ),
        )
        .sort();
    expect(told(back, true)).toEqual(told(there, false));
  });

  test("is empty between a state and itself", async () => {
    for (const [, before] of ROWS) {
      const { changed, changes, rules, summary } = await between(before, before);
      expect({ changed, changes, rules, lost: summary.frontends - summary.unchanged }).toEqual({
        changed: false,
        changes: [],
        rules: [],
        lost: 0,
      });
    }
  });

  test("notes that nodes have other addresses, where a Service has a node port", async () => {
    const readdressed = (objects: readonly Fields[]) =>
      objects.map((o) => JSON.parse(JSON.stringify(o).replace("192.168.0.2", "192.168.0.99")) as Fields);
    const served = world(nodePort());
    const note = /node-2: 192\.168\.0\.2 before, 192\.168\.0\.99 after/;
    expect((await between(served, readdressed(served))).notes).toContainEqual(expect.stringMatching(note));
    expect((await between(served, served)).notes).toEqual([]);
    const unserved = world();
    expect((await between(unserved, readdressed(unserved))).notes).toEqual([]);
  });

  test("does not hang on the order of objects", async () => {
    const [before, after] = [world(nodePort()), world(nodePort(LOCAL))];
    expect(await between([...before].reverse(), [...after].reverse())).toEqual(await between(before, after));
  });
});

describe("of a StatefulSet and its headless Service, the report tells of names that", () => {
  const state = (port: string, serviceName: string, replicas = 2): Fields[] => [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "db", namespace: "shop" },
      spec: { clusterIP: "None", selector: { app: "db" }, ports: [{ name: port, port: 5432 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", namespace: "shop" },
      spec: {
        serviceName,
        replicas,
        selector: { matchLabels: { app: "db" } },
        template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "c", image: "i" }] } },
      },
    },
  ];
  const told = async (before: readonly Fields[], after: readonly Fields[]) =>
    (await between(before, after)).changes.map(({ kind, details }) => `${kind}: ${details.join("; ")}`);

  test("its pods lose, when it names another Service, and get back", async () => {
    const [there, back] = [
      await told(state("pg", "db"), state("pg", "x")),
      await told(state("pg", "x"), state("pg", "db")),
    ];
    expect(there).toEqual([
      expect.stringMatching(
        /^names: db-0\.db\.shop\.svc\.cluster\.local: [\d.]+ -> no such name; db-1\.db\.shop\.svc\S+: [\d.]+ -> no such name$/,
      ),
    ]);
    expect(back).toEqual([expect.stringMatching(/^names: db-0\.db\S+: no such name -> [\d.]+; db-1\.db/)]);
  });

  test("a renamed port has", async () => {
    expect(await told(state("pg", "db"), state("sql", "db"))).toEqual([
      "names: _pg._tcp.db.shop.svc.cluster.local: port 5432 -> no such name",
      "names: _sql._tcp.db.shop.svc.cluster.local: no such name -> port 5432",
    ]);
  });

  test("go, but not of pods that go themselves", async () => {
    expect(await told(state("pg", "db"), state("pg", "db", 1))).toEqual([
      expect.stringMatching(/^names: db\.shop\.svc\.cluster\.local: [^;]*$/),
    ]);
  });
});
