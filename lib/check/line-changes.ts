/** Differing lines counted by the service they name: for texts that are not compared by meaning. */

/** One sentence a service, in order of names; what names no service last. */
export function lineChanges(golden: readonly string[], compiled: readonly string[]): string[] {
  const counts = new Map<string, { gone: number; fresh: number }>();
  const balance = new Map<string, number>();
  for (const line of golden) balance.set(line, (balance.get(line) ?? 0) - 1);
  for (const line of compiled) balance.set(line, (balance.get(line) ?? 0) + 1);
  for (const [line, difference] of balance) {
    if (difference === 0) continue;
    const service = serviceOf(line);
    const count = counts.get(service) ?? { gone: 0, fresh: 0 };
    counts.set(service, count);
    if (difference < 0) count.gone -= difference;
    else count.fresh += difference;
  }
  return [...counts].sort(byName).map(([service, { gone, fresh }]) => {
    const parts = [...(gone > 0 ? [`${lines(gone)} gone`] : []), ...(fresh > 0 ? [`${lines(fresh)} new`] : [])];
    return `${service === "" ? "of no service" : service}: ${parts.join(", ")}`;
  });
}

const NAME = "[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?";
const IN_JSON = /"service":"([^"\\]+\/[^"\\]+)"/;
const IN_COMMENT = new RegExp(`comment "?"?(?:masquerade traffic for )?(${NAME}/${NAME})(?=[: "]|$)`);
const IN_NFT_NAME = new RegExp(`-[A-Z2-7]{8}-(${NAME}/${NAME})/(?:tcp|udp|sctp)/`);

/** "ns/name", or "" for a line that names none. */
function serviceOf(line: string): string {
  return (IN_JSON.exec(line) ?? IN_COMMENT.exec(line) ?? IN_NFT_NAME.exec(line))?.[1] ?? "";
}

function lines(n: number): string {
  return `${n} ${n === 1 ? "line" : "lines"}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (a === "" || b === "") return a === "" ? 1 : -1;
  return a < b ? -1 : 1;
}
