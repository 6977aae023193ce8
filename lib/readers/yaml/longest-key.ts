/** Longest key, quotes included, that needs no `? `. */
export const LONGEST_KEY = 1024;
