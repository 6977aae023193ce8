/** What is known of a condition and a packet; types only. */

/** How sure it is that a condition holds; "named": not sure, but it asks for this very frontend. */
export interface Meeting {
  readonly holds: "yes" | "maybe" | "no";
  readonly isNamed: boolean;
}
