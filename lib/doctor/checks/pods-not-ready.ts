import { podsCheck } from "../pods-check.js";

export const podsNotReady = podsCheck({
  id: "pods-not-ready",
  title: "Selected pods that run and are not ready",
  kind: "not-ready",
  why: "kube-proxy sends no traffic to a pod that is not ready",
  state: { one: "runs but is not ready", many: "run but are not ready" },
  otherwise: "info",
  change: "find out why the readiness probe fails (kubectl describe pod shows it), or correct the probe",
});
