/** Whether an input answers a lesson's question: what the engine says of it decides. */
import type { TraceView } from "../../lib/index.js";
import type { Setup } from "../engine/protocol.js";
import type { Ask } from "../page/engine.js";

type Outcomes = TraceView["outcomes"];

async function outcomesOf(ask: Ask, setup: Setup, from: string, to: string): Promise<Outcomes> {
  const { answer } = await ask("trace", { ...setup, from, to });
  return answer?.outcomes ?? [];
}

const isDelivered = (outcomes: Outcomes) => outcomes.length > 0 && outcomes.every(({ kind }) => kind === "endpoint");

/** Every one of so many endpoints gets the same share. */
export async function sharesAre(ask: Ask, setup: Setup, count: number): Promise<boolean> {
  const outcomes = await outcomesOf(ask, setup, "default/client", "default/web:http");
  return (
    isDelivered(outcomes) &&
    new Set(outcomes.map(({ target }) => target)).size === count &&
    outcomes.every(({ probability }) => Math.abs(probability - 1 / count) < 1e-6)
  );
}

/** So many endpoints are ready. */
export async function readyAre(ask: Ask, setup: Setup, count: number): Promise<boolean> {
  const { answer = [] } = await ask("endpoints", setup);
  const rows = answer.filter(({ service }) => service === "default/web").flatMap(({ rows: own }) => own);
  return rows.length === count && rows.every(({ state }) => state === "ready");
}

/** A client of the cluster arrives at the port of a pod. */
export async function arriveAt(ask: Ask, setup: Setup, to: string, port: number): Promise<boolean> {
  const outcomes = await outcomesOf(ask, setup, "default/client", to);
  return isDelivered(outcomes) && outcomes.every(({ target }) => target?.endsWith(`:${port}`));
}

/** 192.0.2.7 comes in, 198.51.100.200 is dropped. */
export async function onlyKnownClients(ask: Ask, setup: Setup): Promise<boolean> {
  const to = "198.51.100.10:80";
  const wanted = await outcomesOf(ask, setup, "192.0.2.7", to);
  const others = await outcomesOf(ask, setup, "198.51.100.200", to);
  return isDelivered(wanted) && others.length > 0 && others.every(({ kind }) => kind === "dropped");
}

/** Connections from outside to node-1 reach so many endpoints, all masqueraded. */
export async function masqueradedTo(ask: Ask, setup: Setup, count: number): Promise<boolean> {
  const outcomes = await outcomesOf(ask, { ...setup, node: "node-1" }, "203.0.113.9", "192.168.10.1:30080");
  const targets = new Set(outcomes.map(({ target }) => target));
  return isDelivered(outcomes) && targets.size === count && outcomes.every(({ masqueraded }) => masqueraded);
}

/** The affinity of every virtual server ends after so many seconds. */
export async function forgetsAfter(ask: Ask, setup: Setup, seconds: number): Promise<boolean> {
  const persistence = await ask("persistence", setup);
  return persistence.length > 0 && persistence.every((own) => own === seconds);
}

/** A pod that looks web up gets these addresses. */
export async function nameIs(ask: Ask, setup: Setup, addresses: readonly string[]): Promise<boolean> {
  const { answer } = await ask("dns", { ...setup, name: "web", from: "default/client" });
  return answer !== undefined && answer.isFound && answer.addresses.join(" ") === addresses.join(" ");
}
