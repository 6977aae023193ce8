/** Over the recorded cases of all modes and families: nothing differs in the extract of any Service, as nothing does in the whole. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../config/proxy-config.js";
import { diff } from "../api/diff.js";
import { extract } from "../api/extract.js";
import { holdsObjects } from "../node/captures/group-captures.js";
import { readObjects } from "../pipeline/load.js";
import { sourceFromText, type Source } from "../source/source.js";
import { sweep } from "../testing/fuzz/runs.js";
import { readCaseInput, readRecordedText, recordedCases, type RecordedCase } from "../testing/recorded-cases.js";

const MINOR = 36;
const ARTIFACTS = {
  iptables: ["iptables-save"],
  ipvs: ["ipvsadm", "ipset", "iptables-restore"],
  nftables: ["nft"],
} as const;
const MODES = ["iptables", "ipvs", "nftables"] as const;

const cases = recordedCases().filter(({ name }) => name !== "large-cluster");

function capturesOf(name: string, mode: (typeof MODES)[number]): Source[] {
  return ARTIFACTS[mode].flatMap((artifact) => {
    const text = readRecordedText(name, mode, artifact, MINOR);
    return text === undefined ? [] : [sourceFromText(`${artifact}.txt`, text)];
  });
}

async function diffOf(sources: readonly Source[], { family, node }: RecordedCase, mode: ProxyMode, service?: string) {
  const { report } = await diff(
    sources.filter(holdsObjects),
    sources.filter((source) => !holdsObjects(source)),
    {
      ...{ mode, kubeVersion: `1.${MINOR}`, ipFamily: family === "IPv6" ? "ipv6" : "ipv4" },
      ...(node !== "" && { node }),
      ...(service !== undefined && { service }),
    },
  );
  return report?.changes.map(({ kind, service: of, message }) => `${kind} ${of ?? ""} ${message}`);
}

describe.each(MODES)("in mode %s", (mode) => {
  const recorded = cases.filter(({ name }) => capturesOf(name, mode).length > 0);
  test("there are recorded cases", () => expect(recorded.length).toBeGreaterThan(0));

  test.each(sweep(recorded, 6).map((one) => [one.name, one] as const))(
    "the extracts of %s differ as the whole does",
    async (_, one) => {
      const objects = (["manifests.yaml", "kube-proxy.yaml"] as const).map((file) =>
        sourceFromText(file, readCaseInput(one.name, file)),
      );
      const sources = [...objects, ...capturesOf(one.name, mode)];
      const whole = await diffOf(sources, one, mode);
      for (const { metadata } of readObjects(objects).cluster.services.slice(0, 5)) {
        const service = `${metadata.namespace ?? "default"}/${metadata.name}`;
        const { files, services } = await extract(sources, { service, ...(one.node !== "" && { node: one.node }) });
        const made = files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
        expect(await diffOf(made, one, mode, service)).toEqual(await diffOf(sources, one, mode, service));
        // Without naming the service too: what is left says nothing of what was left out.
        const own = whole?.filter((change) => services.some((name) => change.includes(name)) || / {2}/.test(change));
        expect(await diffOf(made, one, mode)).toEqual(own);
      }
    },
  );
});
