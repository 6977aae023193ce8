/** What a link to a part of the page says: "#svc=shop/web&port=http", "#node=worker-1&svc=shop/web". */
export interface Route {
  readonly svc?: string;
  readonly port?: string;
  readonly node?: string;
}

const NAMES = ["node", "svc", "port"] as const;

export function readRoute(hash: string): Route {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  return Object.fromEntries(NAMES.flatMap((name) => (given.has(name) ? [[name, given.get(name)!]] : [])));
}

/** Slashes and colons are left as they are: names are to be read in a link. */
export function printRoute(route: Route): string {
  const parts = NAMES.flatMap((name) =>
    route[name] === undefined
      ? []
      : [`${name}=${encodeURIComponent(route[name]).replaceAll("%2F", "/").replaceAll("%3A", ":")}`],
  );
  return `#${parts.join("&")}`;
}

/** Writes where the reader is into the address; a page in a frame may not be allowed to. */
export function keepRoute(route: Route): void {
  try {
    history.replaceState(undefined, "", printRoute(route));
  } catch {
    // The page works without.
  }
}
