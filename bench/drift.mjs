// A capture in which some services drifted, to be measured against the capture itself.

/** By mode, one line of a service port: what it becomes on a node that drifted. */
const DRIFTS = {
  // Its first endpoint gets no packet.
  iptables: { ofPort: /^-A (KUBE-SVC-\S+)(?: .*)? -j KUBE-SEP-\S+$/, drift: () => undefined },
  ipvs: { ofPort: /^-a (-[tu] \S+) -r /, drift: () => undefined },
  // Another address in the place of its first endpoint.
  nftables: { ofPort: /( map \{ 0 : )/, drift: (line) => line.replace(/(?<= map \{ 0 : )\S+/, "203.0.113.1") },
};

/** The capture's text with `count` of its service ports changed, evenly spread; throws where it has fewer. */
export function driftedCapture(text, mode, count) {
  const { ofPort, drift } = DRIFTS[mode];
  const lines = text.split("\n");
  const first = [];
  let last = "";
  for (const [i, line] of lines.entries()) {
    const port = ofPort.exec(line)?.[1];
    if (port === undefined) continue;
    if (mode === "nftables" || port !== last) first.push(i);
    last = port;
  }
  if (first.length < count) throw new Error(`${first.length} service ports, of which ${count} should drift`);
  for (let n = 0; n < count; n++) {
    const at = first[Math.floor((n * first.length) / count)];
    lines[at] = drift(lines[at]);
  }
  return lines.filter((line) => line !== undefined).join("\n");
}
