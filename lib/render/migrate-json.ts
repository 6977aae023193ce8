/** What a change of mode or release does, as data. */
import { impactJson } from "./impact-json.js";
import type { MigrateView } from "../results/migrate-report.js";

/** Lines of a JSON document: schema svcrules.dev/migrate/v1, that of impact with reasons and what to clean up. */
export function renderMigrateJson({ changes, ...head }: MigrateView): Iterable<string> {
  return impactJson("svcrules.dev/migrate/v1", head, changes);
}
