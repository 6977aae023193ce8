/** Files and folders dropped on the page: manifests, dumps, bundles, captures of a node. */
import type { App } from "./app.js";
import { byId } from "./dom.js";

/** Bytes of one file that the page reads. */
const MOST_BYTES = 64 << 20;
const MOST_FILES = 5000;

/** Takes files over: archives opened, objects in place of the input, captures beside them. */
export async function openFiles({ ask, store, tell }: App, files: Iterable<File>): Promise<void> {
  const packed: { name: string; bytes: Uint8Array }[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const name = file.webkitRelativePath || file.name;
    if (file.size > MOST_BYTES) problems.push(`${name} is larger than ${MOST_BYTES >> 20} MB: use the command line`);
    else if (packed.length < MOST_FILES) packed.push({ name, bytes: new Uint8Array(await file.arrayBuffer()) });
  }
  const unpacked = await ask("unpack", packed);
  const { objects, captures } = await ask("sortFiles", unpacked.files);
  const [first] = objects;
  store.set({
    ...(first && { files: objects, current: first.name, node: "", mode: "", kubeVersion: "", kept: undefined }),
    ...(captures.length > 0 && { captures, tab: "diff" as const }),
  });
  const read = `${objects.length} files with objects, ${captures.length} captures`;
  tell([read, ...problems, ...unpacked.problems].join("; "));
}

/** Makes the whole page a place to drop on. */
export function acceptDrops(app: App): void {
  const { body } = document;
  body.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("dropping");
  });
  body.addEventListener("dragleave", () => body.classList.remove("dropping"));
  // Before the editor, which would take the file's text in.
  body.addEventListener(
    "drop",
    (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      body.classList.remove("dropping");
      const entries = [...event.dataTransfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
      void filesOf(entries).then((files) => openFiles(app, files));
    },
    { capture: true },
  );
  byId("input").setAttribute("data-drop", "");
}

async function filesOf(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  const work = [...entries].reverse();
  for (let entry = work.pop(); entry && files.length < MOST_FILES; entry = work.pop()) {
    if (entry.isFile) files.push(await fileOf(entry as FileSystemFileEntry));
    else if (entry.isDirectory) work.push(...(await childrenOf(entry as FileSystemDirectoryEntry)).reverse());
  }
  return files;
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return new File([file], entry.fullPath.replace(/^\//, ""), { type: file.type });
}

/** A reader gives its entries piece by piece. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || all.length > MOST_FILES) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    all.push(...some);
  }
}
