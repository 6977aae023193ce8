/** Changes that were accepted before they are made. */
import type { ImpactChange } from "../results/impact-report.js";

type Change = Omit<ImpactChange, "allowed">;

/**
 * A file of accepted changes: one a line, "KIND SERVICE [FRONTEND]", where * stands for any kind, or for any rest of a
 * name; # begins a comment. A change is accepted when every frontend of it is.
 */
export function parseAllowed(text: string): {
  readonly isAllowed: (change: Change) => boolean;
  readonly wrong: readonly number[];
} {
  const rules: { readonly kind: string; readonly service: RegExp; readonly frontend: RegExp }[] = [];
  const wrong: number[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [kind, service, ...rest] = line
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    if (!kind) continue;
    if (!service || !KINDS.has(kind)) wrong.push(i + 1);
    else rules.push({ kind, service: pattern(service), frontend: pattern(rest.length > 0 ? rest.join(" ") : "*") });
  }
  const accepts = (kind: string, service: string, frontend: string) =>
    rules.some(
      (rule) => (rule.kind === "*" || rule.kind === kind) && rule.service.test(service) && rule.frontend.test(frontend),
    );
  return {
    wrong,
    isAllowed: ({ kind, services, frontends }) =>
      frontends.length > 0
        ? frontends.every(({ service, frontend }) => accepts(kind, service, frontend))
        : services.every((service) => accepts(kind, service, "")),
  };
}

const KINDS: ReadonlySet<string> = new Set(["*", "lost", "exposed", "policy", "names", "identity", "moved", "refusal"]);

function pattern(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
