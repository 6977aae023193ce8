/** Sorts the entries of an archive into those that are read, refused and told. */
import { isWantedFile } from "../readers/dump-layout.js";
import { tellsOfSource } from "../readers/unrendered.js";
import type { Archive, Source } from "../source/source.js";
import type { ExpansionMeter } from "./expansion-meter.js";
import { isArchiveName, unpackedName } from "./kind.js";
import type { ArchiveTools, Packer } from "./tools.js";

/** What people call the output of a node's tools. */
const CAPTURE = /(?:^|\/)[^/]*(?:ip6?tables|ipvsadm|ipset|nft|node)[^/]*\.(?:txt|save|rules|nft|out)$/i;

export class Entries {
  readonly sources: Source[] = [];
  /** Entries that are not read though they are wanted, each with the reason. */
  readonly refused: string[] = [];
  /** Archives inside the archive: told, not opened. */
  readonly nested: string[] = [];
  /** Names of entries that are another program's source: told, not read. */
  readonly programFiles: string[] = [];

  constructor(
    readonly archive: Archive,
    private readonly tools: ArchiveTools,
    private readonly meter: ExpansionMeter,
  ) {}

  /** Where the bytes of a file go; undefined when it is passed over. */
  open(name: string): ((bytes: Uint8Array, isLast: boolean) => void) | undefined {
    this.meter.entry();
    const path = name.replace(/^(?:\.\/)+/, "");
    if (isOutside(path)) this.refuse(name, "leads out of the archive");
    else if (isArchiveName(path) || isWanted(unpackedName(path) ?? "")) this.nested.push(this.nameOf(path));
    else if (tellsOfSource(path)) this.programFiles.push(this.nameOf(path));
    else if (isWanted(path)) return this.taker(path, this.tools.createPacker());
    return undefined;
  }

  /** Counts an entry that is no file, and tells it when it would be wanted. */
  passOver(name: string, reason: string | undefined): void {
    this.meter.entry();
    if (reason !== undefined && isWanted(name)) this.refuse(name, reason);
  }

  private refuse(name: string, reason: string): void {
    this.refused.push(`entry ${JSON.stringify(name)} ${reason}`);
  }

  private nameOf(path: string): string {
    return `${this.archive.name}/${path}`;
  }

  private taker(path: string, packer: Packer) {
    return (bytes: Uint8Array, isLast: boolean) => {
      this.meter.add(bytes.length);
      packer.add(bytes);
      if (isLast) this.sources.push(packer.finish(this.nameOf(path), { archive: this.archive }));
      this.meter.kept(this.tools.kept());
    };
  }
}

function isWanted(path: string): boolean {
  return isWantedFile(path) || CAPTURE.test(path);
}

/** Absolute paths and those with ".." lead out of the archive. */
function isOutside(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:/i.test(path) || path.split(/[\\/]/).includes("..");
}
