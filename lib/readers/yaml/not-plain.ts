/** What the fast parser gives for a text that the whole grammar is to judge. */
export const NOT_PLAIN = Symbol("not plain");
