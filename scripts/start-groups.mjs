// Modules of a script that esbuild starts late, each by a function of its own, put together: those that the same parts of the
// program start have one function. V8 makes, names, unpacks and compiles every function by itself, and esbuild's way makes
// four things for each module besides.

/** How esbuild writes that a module starts late: the function, the module's path, and what it does. What it declares stands outside. */
const LATE_MODULE = /(\w+) = __esm\(\{\n  "([^"]+)"\(\) \{([^]*?)\n  \}\n\}\)(?=[,;])/g;
/** How a module starts another, a line of its own. */
const START_LINE = /\n    (\w+)\(\);(?=\n|$)/g;
/** How the script starts a module at once. */
const EARLY_START = /^(\w+)\(\);$/gm;
const EXPORTS = /\nexport \{[^}]*\};?\s*$/;

/** Each module by its function: path, which others it starts, and what it does then. */
function lateModules(text) {
  const modules = new Map();
  for (const [, name, path, lines] of text.matchAll(LATE_MODULE)) modules.set(name, { path, lines });
  for (const module of modules.values()) {
    const { lines } = module;
    module.starts = namesIn(modules, lines, START_LINE);
    module.body = lines.replace(START_LINE, (line, name) => (modules.has(name) ? "" : line));
  }
  return modules;
}

function namesIn(modules, text, pattern) {
  return [...text.matchAll(pattern)].map(([, name]) => name).filter((name) => modules.has(name));
}

/** What starts when these do, themselves too. */
function startedBy(modules, names) {
  const found = new Set(names);
  for (const name of found) for (const other of modules.get(name).starts) found.add(other);
  return found;
}

/**
 * A word for each module, the same for those of a group: started at once, with the module at the path `first`, or by the
 * same of the places that name a module's function.
 */
function groupsOf(modules, text, first) {
  const outside = text.replace(LATE_MODULE, "");
  const early = namesIn(modules, outside, EARLY_START);
  const withFirst = [...modules.keys()].filter((name) => modules.get(name).path === first);
  const ordered = [early, withFirst].map((names) => startedBy(modules, names));
  const code = [outside, ...[...modules.values()].map(({ body }) => body)].join("\n");
  const places = [...new Set(namesIn(modules, code, /\b(\w+)\b/g))].map((name) => startedBy(modules, [name]));
  const groups = new Map();
  for (const [name, { path }] of modules) {
    const before = ordered.findIndex((set) => set.has(name));
    const among = places.flatMap((set, index) => (set.has(name) ? [index] : []));
    if (before < 0 && among.length === 0) throw new Error(`nothing starts ${path}`);
    groups.set(name, before < 0 ? among.join(" ") : `first ${before}`);
  }
  return groups;
}

/** The functions of all groups. esbuild writes modules in the order in which they start. */
function groupFunctions(modules, groups, functionOf) {
  return [...new Set(groups.values())].map((group) => {
    const members = [...modules].filter(([name]) => groups.get(name) === group).map(([, module]) => module);
    const others = members.flatMap(({ starts }) => starts).filter((name) => groups.get(name) !== group);
    const own = functionOf([...modules.keys()].find((name) => groups.get(name) === group));
    const starts = [...new Set(others.map(functionOf))].map((name) => `${name}();`);
    const bodies = members.map(({ body }) => body);
    return `function ${own}() {\n${own} = startedModule;\n${starts.join("\n")}${bodies.join("")}\n}`;
  });
}

/** Without what declares the modules' own functions. */
function withoutStarts(modules, text) {
  return text.replace(LATE_MODULE, "$1").replaceAll(/^var ((?:\w+, )*)(\w+);$/gm, (line, others, name) => {
    if (!modules.has(name)) return line;
    return others === "" ? "" : `var ${others.slice(0, -2)};`;
  });
}

/** A list of exports in which other things stand for some; outside, they are called as before. */
function exportsWith(list, inPlace) {
  return list.replaceAll(/(\w+)(?: as (\w+))?(?=,?\n)/g, (_, word, shown = word) => `${inPlace(word)} as ${shown}`);
}

/** The text of an ES module. `first`: path of a module that most runs ask for; what it starts is one group. */
export function startInGroups(module, first) {
  const [exported] = EXPORTS.exec(module);
  const text = module.slice(0, -exported.length);
  const modules = lateModules(text);
  const groups = groupsOf(modules, text, first);
  const order = [...new Set(groups.values())];
  const functionOf = (name) => `startGroup${order.indexOf(groups.get(name))}`;
  const inPlace = (word) => (modules.has(word) ? functionOf(word) : word);
  const functions = groupFunctions(modules, groups, functionOf);
  const code = [...functions, withoutStarts(modules, text)].join("\n").replaceAll(/\b\w+\b/g, inPlace);
  if (code.includes(" = __esm(")) throw new Error("a module starts in a way that esbuild did not write before");
  return `var startedModule = () => {};\n${code}${exportsWith(exported, inPlace)}`;
}
