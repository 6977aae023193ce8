/** Names of hosts that a listing without -n has in the place of addresses. */

/** Stands for each, since no answer is given of such a listing. */
const HOST = "host.example";
const ADDRESS = String.raw`!?(?:anywhere|localhost(?:\/\d+)?|\d[\d.]+(?:\/[\d.]+)?|[\da-fA-F]*:[\da-fA-F:.]*(?:\/[\da-fA-F:]+)?)(?!\S)`;
const FLAGS = "(?:--|-f|!f)";
/** What stands in front of the source: with counters there are interfaces, too. */
const FRONT_OF_ROW = String.raw`(?:\d+ +)?(?:\d+[KMGTP]? +\d+[KMGTP]? +(?:\S+ +)?\w\S* +${FLAGS} +\S+ +\S+|(?:\S+ +)?\w\S* +${FLAGS})`;
const ROW = new RegExp(String.raw`^(\s*${FRONT_OF_ROW} +)(\S+)( +)(\S+)`);
/** In front of a port; an address is no name. */
const NAME = String.raw`(?![\d.]+:)\w[^\s:]*(?=:[\w-]+(?:\s|$))`;
const SERVER = new RegExp(String.raw`^(\s*(?:TCP|UDP|SCTP|->)\s+)(${NAME})`);
const SAVED = /^\s*(?:ipvsadm )?-[Aa] +(?:-[tu]|--\w+-service) /;
const SAVED_SERVER = new RegExp(String.raw`(?<= (?:-[tur]|--\w+-service|--real-server) +)${NAME}`, "g");
const IS_ADDRESS = new RegExp(`^${ADDRESS}`);

/** The line of iptables -L, ipvsadm -L or ipvsadm -S without them; any other as it is. */
export function withoutHostNames(line: string): string {
  if (SAVED.test(line)) return line.replaceAll(SAVED_SERVER, HOST);
  if (line.includes("->") || /^\s*(?:TCP|UDP|SCTP) /.test(line))
    return line.replace(SERVER, (whole, front: string, host: string) =>
      host === "RemoteAddress" ? whole : front + HOST,
    );
  return line.replace(
    ROW,
    (_, front: string, source: string, gap: string, destination: string) =>
      front + withoutName(source) + gap + withoutName(destination),
  );
}

function withoutName(place: string): string {
  return IS_ADDRESS.test(place) ? place : HOST;
}
