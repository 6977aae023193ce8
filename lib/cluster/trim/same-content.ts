import { EndpointTable } from "../../kube/endpoint-table.js";

/** Deep equality of plain values; the order of fields does not matter. Fields named in `outside` are passed over. */
export function isSameContent(a: unknown, b: unknown, outside?: ReadonlySet<string>): boolean {
  if (a === b) return true;
  if (a instanceof EndpointTable) return isSameContent(a.toArray(), b, outside);
  if (b instanceof EndpointTable) return isSameContent(a, b.toArray(), outside);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!isSameContent(a[i], b[i], outside)) return false;
    return true;
  }
  return !Array.isArray(b) && hasSameFields(a as Fields, b as Fields, outside);
}

type Fields = Readonly<Record<string, unknown>>;

function hasSameFields(a: Fields, b: Fields, outside: ReadonlySet<string> | undefined): boolean {
  let fields = 0;
  for (const key in a) {
    if (outside?.has(key)) continue;
    fields++;
    if (!Object.hasOwn(b, key) || !isSameContent(a[key], b[key], outside)) return false;
  }
  for (const key in b) if (!outside?.has(key)) fields--;
  return fields === 0;
}
