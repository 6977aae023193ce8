import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { doctor } from "../api/doctor.js";
import { sourceFromText } from "../source/source.js";

const fixture = (id: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/doctor/${id}/fires/input.yaml`, import.meta.url)), "utf8");

const CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: prod }\n";
const ALLOW_ALL = `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: allow }
spec:
  priority: 1
  subject: { namespaces: {} }
  ingress: [{ action: Allow, from: [{ namespaces: {} }] }]
  egress: [{ action: Allow, to: [{ namespaces: {} }] }]
`;

function messages(id: string, ...more: string[]): readonly string[] {
  const sources = [fixture(id), ...more].map((text, i) => sourceFromText(`${i}.yaml`, text));
  return doctor(sources, { checks: [id] }).report!.findings.map(({ message }) => message);
}

describe("policies beside NetworkPolicy", () => {
  test.each(["policy-isolates-from-everyone", "policy-blocks-dns"])(
    "that may allow what NetworkPolicies do not make %s silent",
    (id) => {
      expect(messages(id)).not.toEqual([]);
      expect(messages(id, ALLOW_ALL)).toEqual([]);
      expect(messages(id, CILIUM)).toEqual([]);
    },
  );
});
