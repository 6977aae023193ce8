const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Whole seconds of a Go duration such as "1h30m", "0s" or "500ms" (rounded down); undefined when it is none. */
export function parseDurationSeconds(text: string): number | undefined {
  if (text === "0" || text === "0s") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/gy)];
  if (parts.length === 0 || parts.reduce((n, p) => n + p[0].length, 0) !== text.length) return undefined;
  return Math.floor(parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_SECONDS[unit!]!, 0));
}
