import { findPolicyFaults } from "../../netpol/validate-policy.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const policyRefused: Check = {
  id: "policy-refused",
  title: "A NetworkPolicy that the API server refuses",
  severity: "error",
  why: "the policy never comes into force, and what it was to keep out gets in",
  needs: ["NetworkPolicies"],
  scope: "cluster",
  *run({ cluster, features }) {
    for (const policy of cluster.networkPolicies)
      for (const { path, message } of findPolicyFaults(policy, features))
        yield {
          object: policy,
          detail: path.join("."),
          message,
          evidence: [evidence(path.slice(1).join("."), policy, path)],
          change: "correct the field",
        };
  },
};
