/** Three-valued logic: undefined stands for "not known". */
export type Truth = boolean | undefined;

/** True if one is true, else not known if one is not known. */
export function some<T>(items: Iterable<T>, test: (item: T) => Truth): Truth {
  let result: Truth = false;
  for (const item of items) {
    const truth = test(item);
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

export function and(a: Truth, b: () => Truth): Truth {
  if (a === false) return false;
  const second = b();
  return second === false ? false : a === undefined ? undefined : second;
}
