/** The collecting script on nodes with a real kernel's rules: three nodes that drifted apart, one that does not answer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DiffReport } from "../../diff/types.js";
import { describeKernel } from "../kernel/describe-kernel.js";
import { IPTABLES_PROGRAMS, loadSave } from "../kernel/iptables.js";
import { createNamespace, deleteNamespace, type Namespace } from "../kernel/namespace.js";
import { readText } from "../read-text.js";
import { ROOT, runCli } from "../run-cli.js";
import { collect, createStubCluster, type StubCluster, type StubObject } from "./stub-cluster.js";

const NAMES = ["worker-1", "worker-2", "worker-3"] as const;
const NFT = { flavour: "nft", family: "IPv4" } as const;

/** The guestbook on four nodes, as kubectl prints its objects. */
function clusterObjects(): StubObject[] {
  const { objects } = readText(readFileSync(join(ROOT, "fixtures/guestbook/dump.yaml")));
  const all = objects as unknown as StubObject[];
  const others = all.filter(({ kind }) => kind !== "Node");
  const node = all.find(({ kind }) => kind === "Node")!;
  const nodes = [...NAMES, "worker-4"].map((name, i) => {
    const status = { ...node.status, addresses: [{ type: "InternalIP", address: `192.168.0.${11 + i}` }] };
    return { ...node, metadata: { name, resourceVersion: "1" }, status };
  });
  return [...nodes, ...others];
}

describeKernel("a bundle of nodes with real rules", [...IPTABLES_PROGRAMS, "nft", "dash"], () => {
  let stub: StubCluster;
  let namespaces: Namespace[];
  let objects: StubObject[];
  beforeAll(async () => {
    objects = clusterObjects();
    stub = createStubCluster(objects);
    namespaces = NAMES.map(() => createNamespace());
    stub.write("dump/all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    for (const [i, name] of NAMES.entries()) {
      const dump = join(stub.directory, "dump");
      const { code, out, err } = await runCli(["compile", dump, "--node", name, "--format", "save", "-q"]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      loadSave(namespaces[i]!, NFT, drift(name, out));
      const hidden = name === "worker-2" ? "mount --bind /dev/null $(command -v ipset) && " : "";
      stub.addNode(name, `exec ip netns exec ${namespaces[i]!.name} unshare -m sh -c '${hidden}exec sh -s'`);
    }
  });
  afterAll(() => {
    for (const namespace of namespaces ?? []) deleteNamespace(namespace);
    stub?.remove();
  });

  /** worker-1 lacks an endpoint, worker-2 is right, worker-3 does not know the cluster IP of a service. */
  function drift(name: string, save: string): string {
    if (name === "worker-1") return save.replace(/^-A KUBE-SVC-\w+ .*--probability 0\.333\d+ .*\n/m, "");
    if (name === "worker-2") return save;
    return save.replace(/^-A KUBE-SERVICES .*redis-leader.* cluster IP.*\n/gm, "");
  }

  const diff = async (bundle: string) => {
    const { code, out, err } = await runCli(["diff", bundle, "--output", "json"]);
    const reports = JSON.parse(out) as DiffReport | DiffReport[];
    return { code, err, reports: [reports].flat() };
  };

  test.each([[["dash"]], [["busybox", "sh"]]])("compares each node as itself (%j)", async (shell) => {
    const { status, err, bundle } = collect(stub, shell, {});
    expect(status).toBe(1);
    expect(err).toContain("worker-4: unreachable");
    expect(err).toContain("worker-2: ipset-save.txt:");
    const { code, reports, err: told } = await diff(bundle!);
    expect([code, told]).toEqual([1, expect.stringMatching(/^warning: .*worker-4.* was not reached.*\n.*\n$/)]);
    expect(
      reports.map(({ node, changes }) => [
        node,
        changes.filter(({ severity }) => severity !== "info").map(({ kind }) => kind),
      ]),
    ).toEqual([
      ["worker-1", ["endpoint-missing"]],
      ["worker-2", []],
      ["worker-3", ["service-port-missing"]],
    ]);
  });

  test("does not take for drift what changed while it was captured", async () => {
    const moved = objects.map((object) =>
      object.kind === "EndpointSlice"
        ? { ...object, endpoints: [], metadata: { ...object.metadata, resourceVersion: "2000" } }
        : object,
    );
    stub.changeTo(moved);
    const { bundle } = collect(stub, ["dash"], { nodes: "worker-2" });
    const { code, reports } = await diff(bundle!);
    expect(reports[0]!.changes.filter(({ service }) => service?.startsWith("guestbook/"))).toEqual([]);
    expect(reports[0]!.coverage.notCompared.map(({ service, reason }) => [service, reason])).toContainEqual([
      "guestbook/frontend",
      "changed-meanwhile",
    ]);
    expect(code).toBe(2);
  });
});
