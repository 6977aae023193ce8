/** What is known of a condition and a packet. */

/** How sure it is that a condition holds; "named": not sure, but it asks for this very frontend. */
export interface Meeting {
  readonly holds: "yes" | "maybe" | "no";
  readonly isNamed: boolean;
}

export const NO: Meeting = { holds: "no", isNamed: false };
export const YES: Meeting = { holds: "yes", isNamed: false };
export const MAYBE: Meeting = { holds: "maybe", isNamed: false };

export function both(a: Meeting, b: Meeting): Meeting {
  if (a.holds === "no" || b.holds === "no") return NO;
  return { holds: a.holds === "yes" ? b.holds : "maybe", isNamed: a.isNamed || b.isNamed };
}

export function anyOf(found: readonly Meeting[]): Meeting {
  const sure = found.find(({ holds }) => holds === "yes");
  return (
    sure ??
    found.find(({ holds, isNamed }) => holds === "maybe" && isNamed) ??
    found.find((one) => one.holds === "maybe") ??
    NO
  );
}
