import { podsCheck } from "../pods-check.js";

export const podsPending = podsCheck({
  id: "pods-pending",
  title: "Selected pods that are pending",
  kind: "pending",
  why: "a pending pod has no address, or no running container, and is no endpoint that is ready",
  state: { one: "is pending", many: "are pending" },
  otherwise: "info",
  change: "remove what keeps the pod from being placed or started; its condition or waiting reason names it",
});
