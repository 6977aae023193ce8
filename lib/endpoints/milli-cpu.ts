/** Powers of ten and of two behind the suffixes of a Kubernetes quantity. */
const FACTORS: ReadonlyMap<string, number> = new Map([
  ["n", 1e-9],
  ["u", 1e-6],
  ["m", 1e-3],
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["E", 1e18],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
  ["Ei", 2 ** 60],
]);

/**
 * A CPU quantity ("4", "3920m", "1.5", 2) in thousandths of a CPU, rounded up; 0 when absent or unreadable.
 * Source: k8s.io/apimachinery pkg/api/resource.
 */
export function milliCPU(quantity: string | number | null | undefined): number {
  if (quantity == null) return 0;
  const m = /^([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/.exec(
    String(quantity).trim(),
  );
  if (!m) return 0;
  const factor = m[3] === undefined ? FACTORS.get(m[2] ?? "")! : 10 ** Number(m[3]);
  // Whole thousandths stay whole in spite of binary fractions: 1.1 CPU is 1100, not 1101.
  const milli = Number((Number(m[1]) * factor * 1000).toPrecision(15));
  return milli > 0 && Number.isFinite(milli) ? Math.ceil(milli) : 0;
}
