import { podsCheck } from "../pods-check.js";

export const podsImagePullFailing = podsCheck({
  id: "pods-image-pull-failing",
  title: "Selected pods whose image cannot be pulled",
  kind: "image-pull",
  why: "a pod without its image never starts and never becomes an endpoint",
  state: { one: "cannot pull its image", many: "cannot pull their image" },
  otherwise: "warning",
  change: "correct the image's name and tag, or give the pod a pull secret for its registry",
});
