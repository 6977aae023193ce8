/** Addresses of the node, asked for where a rule of another program names one. */
export class NodeAddresses {
  private isAsked = false;

  /** `own`: undefined where they are not known; `served`: those that node ports are at, all when there are none. */
  constructor(
    private readonly own: ReadonlySet<string> | undefined,
    private readonly served: () => readonly string[],
  ) {}

  /** Whether another node with the same rules may be told something else. */
  get wasAsked(): boolean {
    return this.isAsked;
  }

  /** Undefined where nothing tells. */
  has(address: string): boolean | undefined {
    this.isAsked = true;
    return this.own?.has(address);
  }

  /** Whether node ports are at the address for sure. */
  servesAt(address: string): boolean {
    if (this.has(address) !== true) return false;
    const served = this.served();
    return served.length === 0 || served.includes(address);
  }
}
