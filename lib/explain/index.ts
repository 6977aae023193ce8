/** Questions about services, addresses, pods and chains, answered from objects and rules together. */
export { explainAddress } from "./explain-address.js";
export { explainChain, dnatTargetsOf } from "./explain-chain.js";
export { explainPod } from "./explain-pod.js";
export { explainService } from "./explain-service.js";
export { findCapturedService, nearestCapturedService } from "./captured-service.js";
export { findChainOwner } from "./chain-owner.js";
export { findTarget, servicesOfPod, type NotFound, type Target } from "./find-target.js";
export { knownNodeAddress, localAddressesOf } from "./clients.js";
export { createPlaceBook } from "./place-book.js";
export { createPodFinder } from "./endpoint-facts.js";
export { prepareFamily, type ExplainInput, type FamilyContext, type FamilyInput } from "./explain-input.js";
