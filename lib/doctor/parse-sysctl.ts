/** The text of `sysctl -a`: "net.ipv4.conf.all.rp_filter = 1", a setting a line. */
import { eachLine } from "../source/each-line.js";
import type { Source } from "../source/source.js";
import type { KernelSetting } from "./types.js";

const SETTING = /^\s*(net[./][\w./*-]{1,200})\s*=\s*(\S.{0,200}?)\s*$/;

/** One line; undefined for anything but a setting of the network. Slashes, as in /proc/sys, become dots. */
function parseSysctlLine(text: string, line: number): KernelSetting | undefined {
  const match = text.length > 500 ? null : SETTING.exec(text);
  return match ? { name: match[1]!.replaceAll("/", "."), value: match[2]!, line } : undefined;
}

/** The network's settings in a source; other lines are passed over. */
export function parseSysctl(source: Source): KernelSetting[] {
  const settings: KernelSetting[] = [];
  eachLine(source, (line, number) => {
    const setting = parseSysctlLine(line, number);
    if (setting) settings.push(setting);
  });
  return settings;
}
