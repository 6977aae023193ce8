import { holdsObjects, sourceFromText } from "../../lib/index.js";
import type { InputFile } from "./protocol.js";

export interface SortedFiles {
  /** Files with Kubernetes objects. */
  readonly objects: readonly InputFile[];
  /** What tools printed on a node. */
  readonly captures: readonly InputFile[];
}

/** Tells manifests and dumps from captures of a node. */
export function sortFiles(files: readonly InputFile[]): SortedFiles {
  const isObjects = (file: InputFile) => holdsObjects(sourceFromText(file.name, file.text));
  return { objects: files.filter(isObjects), captures: files.filter((file) => !isObjects(file)) };
}
