/** Tables that kubectl prints, or the API server makes for it: they hold no objects. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";

export function kubectlTable(at: Diagnostic["at"]): Diagnostic {
  return {
    code: "kubectl-table",
    severity: "error",
    message: "this is a table for people; objects are needed as YAML or JSON",
    at,
    notes: [
      "kubectl get nodes,namespaces -o json",
      "kubectl get svc,pods,endpoints,endpointslices,networkpolicies -A -o json",
      "kubectl -n kube-system get cm kube-proxy -o json",
    ],
  };
}

/** Whether an object is a table of the API server, which some clients get and write down as JSON. */
export function isServerTable(kind: string | undefined, apiVersion: string | undefined): boolean {
  return kind === "Table" && apiVersion !== undefined && apiVersion.startsWith("meta.k8s.io/");
}
