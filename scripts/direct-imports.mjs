// An esbuild plugin: what the command line imports from lib/index.ts comes from the file that declares it, so that a command
// starts only the part of the library it uses. (A module that is loaded later starts everything it re-exports otherwise.)
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Where each name that lib/index.ts hands on is declared: file and name there. */
function readIndex(index) {
  const homes = new Map();
  for (const [, names, from] of readFileSync(index, "utf8").matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gms))
    for (const name of names.split(",").map((part) => part.trim())) {
      if (name === "" || name.startsWith("type ")) continue;
      const [own, shown = own] = name.split(" as ");
      homes.set(shown, { own, file: join(dirname(index), from) });
    }
  return homes;
}

/** `root`: of the project; `change`: what more is to be done with the text of a file, given its path. */
export function directImports(root, change = (contents) => contents) {
  const index = join(root, "lib/index.ts");
  const homes = readIndex(index);
  const byFile = (names, folder) => {
    const files = new Map();
    for (const name of names.split(",").map((part) => part.trim())) {
      if (name === "" || name.startsWith("type ")) continue;
      const home = homes.get(name);
      if (!home) throw new Error(`lib/index.ts does not export ${name}`);
      const path = relative(folder, home.file);
      const specifier = path.startsWith(".") ? path : `./${path}`;
      const list = files.get(specifier);
      if (list) list.push({ name, ...home });
      else files.set(specifier, [{ name, ...home }]);
    }
    return [...files];
  };
  const listed = (names, word) =>
    names
      .map(({ name, own }) => (name === own ? name : word === "as" ? `${own} as ${name}` : `${own}: ${name}`))
      .join(", ");
  const INDEX = String.raw`"(?:\.\./)+lib/index\.js"`;
  const declared = new RegExp(String.raw`^import \{([^}]*)\} from ${INDEX};$`, "gms");
  const asked = new RegExp(String.raw`const \{([^}]*)\} = await import\(${INDEX}\);`, "gs");
  return {
    name: "direct-imports",
    setup({ onLoad }) {
      onLoad({ filter: /\/(cli|lib)\/.*\.ts$/ }, ({ path }) => {
        const folder = dirname(path);
        const direct = readFileSync(path, "utf8")
          .replace(declared, (_, names) =>
            byFile(names, folder)
              .map(([from, own]) => `import { ${listed(own, "as")} } from ${JSON.stringify(from)};`)
              .join(" "),
          )
          .replace(asked, (_, names) =>
            byFile(names, folder)
              .map(([from, own]) => `const { ${listed(own, ":")} } = await import(${JSON.stringify(from)});`)
              .join(" "),
          );
        return { contents: change(direct, path), loader: "ts" };
      });
    },
  };
}
