/** The collecting script, run with a stub of kubectl: what it takes, leaves out, and cleans up. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { bundled, collect, createStubCluster, filesOf, interruptCollect, type StubCluster } from "./stub-cluster.js";

const object = (kind: string, namespace: string, name: string, more: object = {}) => ({
  apiVersion: "v1",
  kind,
  metadata: {
    name,
    ...(namespace !== "" && { namespace }),
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"env":"hunter2"}\n' },
    labels: { env: "prod", args: "x" },
  },
  ...more,
});
const node = (name: string, address: string) =>
  object("Node", "", name, { status: { addresses: [{ type: "InternalIP", address }] } });
const OBJECTS = [
  node("worker-1", "10.0.0.1"),
  node("worker-2", "10.0.0.2"),
  object("Service", "prod", "dns", { spec: { selector: { app: "dns" }, ports: [{ port: 53, protocol: "UDP" }] } }),
  object("Service", "prod", "manual", { spec: { ports: [{ port: 80, protocol: "TCP" }] } }),
  object("Endpoints", "prod", "manual", { subsets: [] }),
  object("Endpoints", "prod", "dns", { subsets: [] }),
  object("Secret", "prod", "password", { data: { password: "hunter2" } }),
  object("ConfigMap", "kube-system", "kube-proxy", {
    data: { "config.conf": "mode: nftables\n", "kubeconfig.conf": "token: hunter2\n" },
  }),
  object("ConfigMap", "kube-system", "other", { data: { password: "hunter2" } }),
  object("Pod", "prod", "dns-1", {
    spec: {
      containers: [
        {
          name: "a",
          args: ["--password=hunter2"],
          command: ["sh"],
          env: [{ name: "P", value: "hunter2" }],
          image: "i",
        },
        { name: "b", livenessProbe: { httpGet: { httpHeaders: [{ name: "A", value: "hunter2" }], port: 1 } } },
        { env: [{ name: "P", value: "hunter2" }], envFrom: [{ secretRef: { name: "password" } }] },
      ],
      nodeName: "worker-1",
    },
  }),
];

let stub: StubCluster;
beforeEach(() => void (stub = createStubCluster(OBJECTS)));
afterEach(() => stub.remove());

/** A node with programs of its own in front of the machine's. */
function addNode(name: string, programs: Readonly<Record<string, string>>): void {
  const bin = join(stub.directory, "nodes", name, "bin");
  for (const [program, script] of Object.entries(programs)) {
    stub.write(`nodes/${name}/bin/${program}`, `#!/bin/sh\n${script}\n`);
    spawnSync("chmod", ["755", join(bin, program)]);
  }
  stub.addNode(name, `PATH=${bin}:$PATH exec sh -s`);
}

const NFT = `echo '*nat'; echo ':PREROUTING ACCEPT [0:0]'; echo COMMIT; echo '@end 0 x'; printf '| no line end'`;

const isThere = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const SHELLS = [["dash"], ["busybox", "sh"], ["bash"], ["zsh"]].filter(([program]) => isThere(program!));

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("the script under %s", (_name, shell) => {
  test("takes cluster and nodes, and no secret of either", () => {
    addNode("worker-1", {
      "iptables-nft-save": NFT,
      "iptables-legacy-save": "exit 0",
      ipset: "echo broken >&2; exit 1",
    });
    const { status, err, bundle } = collect(stub, shell, {});
    expect(bundle).toBeDefined();
    const files = filesOf(bundle!);
    expect(files).toEqual(
      expect.arrayContaining(["bundle.json", "cluster/before/pods.json", "cluster/after/endpoints.1.json"]),
    );
    expect(bundled(bundle!, "nodes/worker-1/iptables-nft-save.txt")).toBe(
      "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n@end 0 x\n| no line end\n",
    );
    for (const file of files) expect(bundled(bundle!, file)).not.toContain("hunter2");
    expect(JSON.parse(bundled(bundle!, "cluster/after/pods.json")!)).toMatchObject({
      items: [{ metadata: { labels: { env: "prod", args: "x" } }, spec: { nodeName: "worker-1" } }],
    });
    expect(stub.calls().join("\n")).not.toMatch(/secret/i);
    expect(files.filter((file) => file.includes("configmap"))).toEqual([
      "cluster/after/configmap.kube-system.kube-proxy.json",
      "cluster/before/configmap.kube-system.kube-proxy.json",
    ]);
    // What could not be got is named, in the summary and in the manifest.
    expect(status).toBe(1);
    expect(err).toContain("worker-2: unreachable: error: timed out waiting for the condition");
    expect(err).toContain("worker-1: ipset-save.txt: broken");
    const manifest = JSON.parse(bundled(bundle!, "bundle.json")!) as { nodes: object[]; files: object[] };
    expect(manifest).toMatchObject({ schema: "svcrules.dev/bundle/v1", via: "debug", withEnv: false });
    expect(manifest.nodes).toMatchObject([
      { name: "worker-1", state: "complete" },
      { name: "worker-2", state: "unreachable" },
    ]);
    expect(manifest.files).toContainEqual(
      expect.objectContaining({
        file: "nodes/worker-1/ipset-save.txt",
        command: "ipset save",
        exit: 1,
        error: "broken",
      }),
    );
    expect(stub.pods()).toEqual([]);
  });

  test("keeps nothing of JSON from which it cannot take environments out", () => {
    stub.remove();
    stub = createStubCluster(OBJECTS, 0);
    const { err, bundle } = collect(stub, shell, { nodes: "none" });
    expect(bundle).toBeUndefined();
    expect(err).toContain("environments cannot be taken out");
    expect(err).toContain("nothing could be got: no bundle written");
  });

  test("goes on without what is forbidden", () => {
    stub.write("forbid-networkpolicies.networking.k8s.io", "");
    const { status, err, bundle } = collect(stub, shell, { nodes: "none", withEnv: true });
    expect(status).toBe(1);
    expect(err).toContain("Forbidden");
    expect(bundled(bundle!, "cluster/before/pods.json")).toContain("--password");
    expect(filesOf(bundle!)).not.toContain("cluster/before/networkpolicies.json");
  });

  test("says so when a node's answer is cut off", () => {
    stub.addNode("worker-1", "head -c 0; printf '@begin iptables-save.txt iptables-save\\n|*nat\\n'");
    stub.addNode(
      "worker-2",
      "printf '@begin ../../../x evil\\n|x\\n@end 0 x\\n@begin sysctl.txt \\033[31m\\n|a\\n\\n@end 0 z\\n@done\\n'",
    );
    const { err, bundle } = collect(stub, shell, {});
    expect(err).toContain("worker-1: partial: its answer is cut off");
    expect(filesOf(bundle!).filter((file) => file.startsWith("nodes/"))).toEqual(["nodes/worker-2/sysctl.txt"]);
    expect(bundled(bundle!, "bundle.json")).not.toContain("\u001b");
  });

  test("interrupted, leaves no half bundle and no debug pod", async () => {
    stub.write("hang", "");
    const before = new Set(readdirSync("/tmp"));
    const status = await interruptCollect(stub, shell, {}, () => stub.calls().some((call) => call.startsWith("wait")));
    expect(status).toBe(130);
    expect(stub.pods()).toEqual([]);
    expect(stub.calls().filter((call) => call.startsWith("delete pod"))).toHaveLength(2);
    expect(existsSync(join(stub.directory, "bundle.tar.gz"))).toBe(false);
    expect(readdirSync(stub.directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(readdirSync("/tmp").filter((name) => name.startsWith("tmp.") && !before.has(name))).toEqual([]);
  });

  test("ends what takes too long", () => {
    stub.write("hang", "");
    const { err } = collect(stub, shell, { timeout: "4" });
    expect(err).toContain("worker-1: unreachable: it took longer than 4 s");
    expect(stub.pods()).toEqual([]);
  });

  test("runs on this machine without a cluster", () => {
    const { bundle } = collect(stub, shell, { via: "local", nodes: "here", cluster: false });
    expect(bundled(bundle!, "nodes/here/versions.txt")).toMatch(/^kernel: \S+/);
    expect(stub.calls()).toEqual([]);
  });

  test("reaches nodes over ssh and through kube-proxy's pods", () => {
    stub.write(
      "bin/ssh",
      `#!/bin/sh\necho "$@" >>"$STUB/ssh.log"\nprintf '@begin sysctl.txt x\\n|a\\n\\n@end 0 z\\n@done\\n'\n`,
    );
    spawnSync("chmod", ["755", join(stub.directory, "bin/ssh")]);
    const ssh = collect(stub, shell, { via: "ssh", ssh: "ssh -p 22 root@{address}", nodes: "worker-2" });
    expect(filesOf(ssh.bundle!)).toContain("nodes/worker-2/sysctl.txt");
    expect(spawnSync("cat", [join(stub.directory, "ssh.log")], { encoding: "utf8" }).stdout).toBe(
      "-p 22 root@10.0.0.2 sh -s\n",
    );
    const exec = collect(stub, shell, { via: "exec", nodes: "worker-1" });
    expect(exec.err).toContain("worker-1: unreachable");
  });
});
