/** Questions about a Service, and answers without the places of what they are made of, for tests of extracts. */
import { loadCluster } from "../pipeline/load.js";
import type { Source } from "../source/source.js";

/** Packets to every port of the Service from its node, from outside, and from its endpoints. */
export function questionsOf(objects: readonly Source[], service: string, node: string): { from: string; to: string }[] {
  const { cluster } = loadCluster(objects);
  const { spec } = cluster.services.find(
    ({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}` === service,
  )!;
  const ports = (spec.ports ?? []).map(({ name, port }) => `${service}:${name ?? port}`);
  const senders = ["outside", ...(cluster.nodes.some(({ metadata }) => metadata.name === node) ? [node] : [])];
  return ports.flatMap((to) => senders.map((from) => ({ from, to })));
}

const PLACES: ReadonlySet<string> = new Set([
  "at",
  "file",
  "line",
  "place",
  "origin",
  "source",
  "captures",
  "position",
  "rules",
]);

/** The value without files and lines. */
export function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, own: unknown) => (PLACES.has(key) ? undefined : own)) ?? "null");
}
