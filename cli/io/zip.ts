/** Files of a zip archive, expanded piece by piece. */
import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";

export interface ZipSink {
  /** What to do with the bytes of a file; undefined: the file is passed over. */
  readonly file: (path: string) => ((bytes: Uint8Array, isLast: boolean) => void) | undefined;
}

/** Hands every file of the archive to the sink, in the archive's order. Throws an Error when it is damaged. */
export function readZip(packed: Iterable<Uint8Array>, sink: ZipSink): void {
  let failure: Error | undefined;
  let open = 0;
  let seen = 0;
  const unzip = new Unzip((file) => {
    seen++;
    if (file.name.endsWith("/")) return;
    const take = sink.file(file.name);
    if (!take) return;
    open++;
    file.ondata = (error, bytes, isLast) => {
      if (error) failure ??= error;
      else take(bytes, isLast);
      if (isLast) open--;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  for (const piece of packed) {
    unzip.push(piece);
    // Errors of the library have a code; others are the sink's own.
    if (failure) throw "code" in failure ? new Error("it is damaged or packed in a way that is not read") : failure;
  }
  if (open > 0 || seen === 0) throw new Error("it is cut off");
}
