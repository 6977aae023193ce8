/** Characters that names of one sort begin with: "KUBE-SEP-", "endpoint-". */
const PREFIX_LENGTH = 9;
/** Characters behind those that are compared as one number. */
const KEY_LENGTH = 4;
/** Room for indexes below the characters' 28 bits, in the 53 bits of a double's integers. */
const INDEXES = 2 ** 25;

/**
 * The indexes of the names in the order of `sort()`, in a fraction of its time for many names with few beginnings: those
 * of 150,000 chains differ first at their tenth character.
 */
export function orderOfNames(names: readonly string[]): number[] {
  const groups = new Map<string, number[]>();
  let prefix = "";
  let group: number[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    // Most begin as the one before.
    if (prefix.length < PREFIX_LENGTH || !name.startsWith(prefix)) {
      prefix = name.slice(0, PREFIX_LENGTH);
      group = groups.get(prefix) ?? [];
      if (group.length === 0) groups.set(prefix, group);
    }
    group.push(i);
  }
  return [...groups.keys()].sort().flatMap((prefix) => orderOfGroup(names, groups.get(prefix)!));
}

function orderOfGroup(names: readonly string[], group: readonly number[]): number[] {
  const keys = new Float64Array(group.length);
  for (let i = 0; i < group.length; i++) keys[i] = numberOf(names[group[i]!]!) * INDEXES + i;
  keys.sort();
  const order: number[] = new Array<number>(group.length);
  for (let i = 0; i < group.length; i++) order[i] = group[keys[i]! % INDEXES]!;
  for (let from = 0; from < order.length;) {
    const number = Math.floor(keys[from]! / INDEXES);
    let to = from + 1;
    while (to < order.length && Math.floor(keys[to]! / INDEXES) === number) to++;
    if (to > from + 1) sortPart(order, from, to, names);
    from = to;
  }
  return order;
}

/** Grows with the characters up to the first beyond ASCII, which counts as the last of it. */
function numberOf(name: string): number {
  let number = 0;
  let isASCII = true;
  for (let k = PREFIX_LENGTH; k < PREFIX_LENGTH + KEY_LENGTH; k++) {
    const c = isASCII && k < name.length ? name.charCodeAt(k) : 0;
    if (c > 126) isASCII = false;
    number = number * 128 + Math.min(c, 127);
  }
  return number;
}

function sortPart(order: number[], from: number, to: number, names: readonly string[]): void {
  const sorted = order.slice(from, to).sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
  for (let i = 0; i < sorted.length; i++) order[from + i] = sorted[i]!;
}
