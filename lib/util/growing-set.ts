/** The different values of an iterable, which is read no further than to what somebody looks for. */
export class GrowingSet<T> {
  readonly #found = new Set<T>();
  readonly #rest: Iterator<T>;

  constructor(values: Iterable<T>) {
    this.#rest = values[Symbol.iterator]();
  }

  has(wanted: T): boolean {
    if (this.#found.has(wanted)) return true;
    for (let next = this.#rest.next(); next.done !== true; next = this.#rest.next()) {
      this.#found.add(next.value);
      if (next.value === wanted) return true;
    }
    return false;
  }

  /** Reads the iterable to its end. */
  all(): ReadonlySet<T> {
    for (let next = this.#rest.next(); next.done !== true; next = this.#rest.next()) this.#found.add(next.value);
    return this.#found;
  }
}
