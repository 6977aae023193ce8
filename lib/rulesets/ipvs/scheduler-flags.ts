/** Scheduler flags: three bits whose names depend on the scheduler. */

const NAMES: Readonly<Record<string, readonly string[]>> = {
  sh: ["sh-fallback", "sh-port"],
  mh: ["mh-fallback", "mh-port"],
};

const GENERIC = ["flag-1", "flag-2", "flag-3"];

/**
 * The flags of a comma-separated list by the names of the scheduler, lowest bit first; older ipvsadm numbers them.
 * Source: ipvsadm.c, parse_sched_flags and print_sched_flags.
 */
export function parseSchedulerFlags(text: string, scheduler: string): readonly string[] {
  const own = Object.hasOwn(NAMES, scheduler) ? NAMES[scheduler]! : [];
  const nameOf = (flag: string): string => own[GENERIC.indexOf(flag)] ?? flag;
  const bitOf = (flag: string): number => {
    const bit = Math.max(own.indexOf(flag), GENERIC.indexOf(flag));
    return bit < 0 ? GENERIC.length : bit;
  };
  const flags = new Set(text.split(",").filter(Boolean).map(nameOf));
  return [...flags].sort((a, b) => bitOf(a) - bitOf(b) || (a < b ? -1 : 1));
}

/** Source: ipvsadm(8), and the schedulers of Linux that came after it. */
const SCHEDULERS: ReadonlySet<string> = new Set([
  "rr",
  "wrr",
  "lc",
  "wlc",
  "lblc",
  "lblcr",
  "dh",
  "sh",
  "sed",
  "nq",
  "fo",
  "ovf",
  "mh",
  "twos",
]);

/** Whether the kernel has a scheduler of that name. */
export function isScheduler(text: string): boolean {
  return SCHEDULERS.has(text);
}
