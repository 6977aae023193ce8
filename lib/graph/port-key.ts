/** What a service port goes by on both sides of a comparison: "ns/name:port/tcp". */
export function portKey(service: string, port: string, protocol: string): string {
  return `${service}:${port}/${protocol.toLowerCase()}`;
}
