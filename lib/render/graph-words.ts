/** "1/3" for a share that is one, else per cent. */
function shareText(share: number): string {
  const parts = Math.round(1 / share);
  if (Math.abs(1 / parts - share) < 1e-9) return parts === 1 ? "all" : `1/${parts}`;
  return `${(share * 100).toFixed(1)}%`;
}

/** What is written on an edge. */
export function edgeText({ label, share }: { readonly label?: string; readonly share?: number }): string {
  return [label, share === undefined ? undefined : shareText(share)].filter((text) => text !== undefined).join(", ");
}
