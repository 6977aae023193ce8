import { expect, test } from "@jest/globals";
import { featuresOf } from "./features.js";
import { minorsOf, NEWEST_MINOR, OLDEST_MINOR, parseKubeVersion, RELEASE_RANGE } from "./kube-version.js";

test.each([
  ["v1.33.5-eks-1a2b3c4", 33, 5],
  ["v1.33.6-gke.1023000", 33, 6],
  ["v1.34.1+k3s1", 34, 1],
  ["v1.34.2+rke2r1", 34, 2],
  ["1.37.0-alpha.1", 37, 0],
  ["1.36", 36, undefined],
])("the version %s is read with its patch", (text, minor, patch) => {
  expect(parseKubeVersion(text)).toMatchObject({ minor });
  expect(parseKubeVersion(text)!.patch).toBe(patch);
});

test.each([
  ["v1.33.5-eks-1a2b3c4", false, false],
  ["v1.33.6-gke.1023000", true, true],
  ["v1.34.1+k3s1", true, false],
  ["v1.34.2+rke2r1", true, true],
  ["1.33", true, true],
])("the patch of %s selects the rules", (text, split, byName) => {
  const features = featuresOf(parseKubeVersion(text)!);
  expect([features.nftSplitPreDNATChains, features.nftMatchesInterfaceByName]).toEqual([split, byName]);
});

test.each(["2.0", "1", "", "1.x", "one"])("%j is no version", (text) => {
  expect(parseKubeVersion(text)).toBeUndefined();
});

test("a mode's releases end with the newest", () => {
  expect(minorsOf("iptables")[0]).toBe(OLDEST_MINOR);
  for (const mode of ["iptables", "ipvs", "nftables"]) expect(minorsOf(mode).at(-1)).toBe(NEWEST_MINOR);
  expect(RELEASE_RANGE).toBe(`1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`);
});
