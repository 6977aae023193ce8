// Writes fixtures/layouts, fixtures/guestbook/dump.yaml and fixtures/dual-stack: one small cluster in every layout.
//   node scripts/make-fixtures.mjs
// The same bytes every time. fixtures/guestbook/manifests and fixtures/shop are written by hand.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { dualStackCluster, guestbookCluster } from "./fixtures/clusters.mjs";
import * as layouts from "./fixtures/layouts.mjs";

const root = new URL("../fixtures/", import.meta.url).pathname;

function write(path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function writeTree(directory, files) {
  for (const [path, text] of Object.entries(files)) write(`${directory}/${path}`, text);
}

/** A tar archive of the files under one top directory, with a link and a way out, which are to be ignored. */
async function tar(top, files) {
  const archive = pack();
  const mtime = new Date(0);
  archive.entry({ name: `${top}/`, type: "directory", mtime });
  for (const [path, text] of Object.entries(files)) archive.entry({ name: `${top}/${path}`, mtime }, text);
  archive.entry({ name: `${top}/link.yaml`, type: "symlink", linkname: "/etc/passwd", mtime });
  archive.finalize();
  return buffer(archive);
}

/** gzip without the time and the system it was made on. */
function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}

const guestbook = guestbookCluster();
write(
  "guestbook/dump.yaml",
  layouts.plainLayouts({ ...guestbook, namespaces: [], endpoints: [], daemonSets: [] })["list.yaml"],
);
write("dual-stack/cluster.yaml", layouts.plainLayouts(dualStackCluster())["documents.yaml"].replace(/^---\n/, ""));

rmSync(join(root, "layouts"), { recursive: true, force: true });
writeTree("layouts", layouts.plainLayouts(guestbook));
for (const form of ["json", "yaml"]) {
  const { files, stream } = layouts.clusterInfoDump(guestbook, { form });
  writeTree(`layouts/cluster-info-dump-${form}`, files);
  write(`layouts/cluster-info-dump.${form}`, stream);
}
const dump = layouts.clusterInfoDump(guestbook, { form: "json" }).files;
write("layouts/archives/cluster-info-dump.tgz", gzip(await tar("dump", dump)));
writeTree("layouts/inspect.local.5551", layouts.inspectTree(guestbook));
write("layouts/archives/must-gather.tar.gz", gzip(await tar("must-gather.local.5551", layouts.mustGather(guestbook))));
for (const age of ["new", "old", "oldest"])
  writeTree(`layouts/support-bundle-${age}`, layouts.troubleshootBundle(guestbook, age));
write(
  "layouts/archives/support-bundle-2026-01-01T00_00_00.tar.gz",
  gzip(await tar("support-bundle-2026-01-01T00_00_00", layouts.troubleshootBundle(guestbook, "new"))),
);
write("layouts/archives/sosreport-worker-1.tar", await tar("sosreport-worker-1", layouts.sosReport(guestbook)));
write("layouts/archives/list.json.gz", gzip(Buffer.from(layouts.plainLayouts(guestbook)["compact.json"])));
