/** Networks of clusters that do not tell theirs. Written out, since to read four texts took a fortieth of a small run. */
import type { CIDR } from "../../net/cidr.js";
import type { IPFamily } from "../../net/ip.js";

type Ranges = Readonly<Record<IPFamily, CIDR>>;

/** For nodes without a pod range, and when that is full; kubeadm users' customary pod network. */
export const POD_RANGE: Ranges = {
  IPv4: { family: "IPv4", base: 0x0af4_0000n, prefix: 16, text: "10.244.0.0/16" },
  IPv6: { family: "IPv6", base: 0xfd00_0010_0244n << 80n, prefix: 64, text: "fd00:10:244::/64" },
};
/** When POD_RANGE is full too. */
export const SPARE_POD_RANGE: Ranges = {
  IPv4: { family: "IPv4", base: 0x0a80_0000n, prefix: 9, text: "10.128.0.0/9" },
  IPv6: { family: "IPv6", base: 0xfd00_0010_0245n << 80n, prefix: 64, text: "fd00:10:245::/64" },
};
/** kubeadm's default, and kind's for IPv6. */
export const SERVICE_RANGE: Ranges = {
  IPv4: { family: "IPv4", base: 0x0a60_0000n, prefix: 12, text: "10.96.0.0/12" },
  IPv6: { family: "IPv6", base: 0xfd00_0010_0096n << 80n, prefix: 112, text: "fd00:10:96::/112" },
};
