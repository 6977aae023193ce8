import { podsCheck } from "../pods-check.js";

export const podsCrashLooping = podsCheck({
  id: "pods-crash-looping",
  title: "Selected pods whose containers keep crashing",
  kind: "crash-looping",
  why: "a pod that keeps crashing is taken out of the Service, and comes and goes between restarts",
  state: { one: "is crash looping", many: "are crash looping" },
  otherwise: "warning",
  change: "read the container's last log (kubectl logs --previous) and mend what makes it exit",
});
