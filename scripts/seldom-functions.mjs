// Puts functions of the first script that a small compile does not call (most of them) into functions of their own, which
// are started by the first call of one of them: V8 makes every function of a scope whenever the scope is started, and names it,
// also those that are never called. Which are called is found out by running the script. Constants that they alone read go
// with them.
import { Session } from "node:inspector/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { parseSync } from "oxc-parser";

/** What is run, one set of functions for each: what the first one calls stays, what none calls is the last set. */
const RUNS = [
  [["fixtures/start/service.json"], ["fixtures/start/deployment.yaml"], ["fixtures/start/anchors.yaml"]],
  [["fixtures/guestbook/manifests"], ["fixtures/guestbook/dump.yaml"], ["fixtures/layouts/list.json"]],
  [["fixtures/layouts/list.json", "--mode", "ipvs"]],
  [["fixtures/layouts/list.json", "--mode", "nftables"]],
];
/** Called by every run, which depends on the stdout that a process has. */
const ALWAYS = [
  "processTerminal",
  "mayBeTerminal",
  "calledAs",
  "makeStdoutWriter",
  "makeFdWriter",
  "isStdoutClosed",
  "isNullForBoth",
  "environmentOf",
  "wasShell",
  "placeInTable",
];
const FILENAME = "/first-script.js";

/** The places of all functions in the script, with the number of the run that first called each. */
async function firstCalls(root, text) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  const exports = {};
  const later = (path, start) => start();
  const url = pathToFileURL(FILENAME).href;
  new Script(text, { filename: FILENAME }).runInThisContext()(createRequire(join(root, "x.js")), exports, url, later);
  const quiet = {
    write: () => true,
    warn: () => {},
    env: {},
    cwd: root,
    programName: "svcrules",
    columns: 80,
    stdin: -1,
  };
  const calls = new Map();
  for (const [run, inputs] of RUNS.entries()) {
    for (const words of inputs) {
      const code = await exports.run(["compile", ...words], quiet, "0.0.0");
      if (code !== 0) throw new Error(`compile ${words.join(" ")}: exit code ${code}`);
    }
    const { result } = await session.post("Profiler.takePreciseCoverage");
    for (const { ranges } of result.find((script) => script.url.endsWith(FILENAME)).functions)
      if (ranges[0].count > 0 && !calls.has(ranges[0].startOffset)) calls.set(ranges[0].startOffset, run);
  }
  session.disconnect();
  return calls;
}

/** The names that a pattern declares or assigns. */
function namesOf(pattern) {
  if (!pattern) return [];
  if (pattern.type === "Identifier") return [pattern.name];
  const inner = pattern.properties ?? pattern.elements ?? [pattern.left ?? pattern.argument ?? pattern.value];
  return pattern.type === "MemberExpression" ? [] : inner.flatMap(namesOf);
}

const IS_FUNCTION = /^(?:Function(?:Declaration|Expression)|ArrowFunctionExpression)$/;

/** Names that a node declares (in any scope) or assigns, beside a declaration of a function, which is counted by its caller. */
function boundBy(node) {
  if (IS_FUNCTION.test(node.type)) return [...namesOf(node.id), ...(node.params.items ?? node.params).flatMap(namesOf)];
  switch (node.type) {
    case "VariableDeclarator":
    case "ClassDeclaration":
    case "ClassExpression":
      return namesOf(node.id);
    case "CatchClause":
      return namesOf(node.param);
    case "AssignmentExpression":
    case "ForInStatement":
    case "ForOfStatement":
      return namesOf(node.left);
    case "UpdateExpression":
      return namesOf(node.argument);
    default:
      return [];
  }
}

const isName = (parent, key) =>
  key === "label" ||
  ((key === "key" || (key === "property" && parent.type === "MemberExpression")) && !parent.computed);

/** Calls `see` for each node with its parent, the key there, and the functions it stands in, innermost last. */
function walk(node, see, parent, key, functions = []) {
  if (Array.isArray(node)) return node.forEach((item) => walk(item, see, parent, key, functions));
  if (typeof node?.type !== "string") return;
  see(node, parent, key, functions);
  const inside = IS_FUNCTION.test(node.type) ? [...functions, node] : functions;
  for (const [name, value] of Object.entries(node))
    if (typeof value === "object" && value) walk(value, see, node, name, inside);
}

/** The functions that the script declares, with each place where one is named. */
function declaredFunctions(outer) {
  const declared = new Map();
  for (const node of outer.body.body)
    if (node.type === "FunctionDeclaration") declared.set(node.id.name, { node, bound: 0, places: [], hasThis: false });
  walk(outer, (node, parent, key, functions) => {
    for (const name of boundBy(node)) if (declared.has(name)) declared.get(name).bound++;
    if (node.type === "ThisExpression") {
      const owner = declared.get(functions[1]?.id?.name);
      if (owner) owner.hasThis = true;
    }
    if (node.type !== "Identifier" || isName(parent, key) || key === "id") return;
    declared.get(node.name)?.places.push({ node, parent, key, functions });
  });
  return declared;
}

/** For each function that may move the number of the set it goes to. */
function setsOf(declared, calls) {
  const callsOf = (node) => calls.get(node.start) ?? RUNS.length;
  const sets = new Map();
  for (const [name, { node, bound, places, hasThis }] of declared) {
    if (bound !== 1 || hasThis || ALWAYS.includes(name)) continue;
    // Named without a call, as in a table of functions: it is there as soon as the code around runs.
    const handed = places.filter(({ parent, key }) => parent.type !== "CallExpression" || key !== "callee");
    const set = Math.min(callsOf(node), ...handed.map(({ functions }) => callsOf(functions.at(-1))));
    if (set > 0) sets.set(name, set);
  }
  return sets;
}

const GROUP = /^startGroup\d+$/;

/** Whether an expression makes the same wherever it stands, and does nothing else. */
function isConstant(node) {
  if (IS_FUNCTION.test(node.type)) return true;
  switch (node.type) {
    case "Literal":
      return true;
    case "UnaryExpression":
      return node.argument.type === "Literal";
    case "TemplateLiteral":
      return node.expressions.length === 0;
    case "ArrayExpression":
      return node.elements.every((item) => item && isConstant(item));
    case "ObjectExpression":
      return node.properties.every(({ type, computed, value }) => {
        return type === "Property" && !computed && isConstant(value);
      });
    case "NewExpression":
      return /^(?:Map|Set)$/.test(node.callee.name) && node.arguments.every(isConstant);
    default:
      return false;
  }
}

/** The constants that groups of modules make when they start (start-groups.mjs), with each place where one is named. */
function startedConstants(outer) {
  const constants = new Map();
  const statements = outer.body.body.flatMap(({ id, body }) => (GROUP.test(id?.name) ? body.body : []));
  for (const { expression } of statements)
    for (const node of expression?.expressions ?? [expression])
      if (node?.type === "AssignmentExpression" && node.operator === "=" && isConstant(node.right))
        constants.set(node.left.name, { node, bound: 0, places: [], hasThis: false });
  walk(outer, (node, parent, key, functions) => {
    for (const name of boundBy(node)) if (constants.has(name)) constants.get(name).bound++;
    if (node.type !== "Identifier" || isName(parent, key) || key === "id") return;
    const constant = constants.get(node.name);
    if (constant && parent !== constant.node) constant.places.push(functions);
  });
  for (const constant of constants.values())
    walk(constant.node, ({ type }) => (constant.hasThis ||= type === "ThisExpression"));
  return constants;
}

/** Those constants that only functions which no run calls read, with the number of their set: moved from larger runs they cost memory. */
function setsOfConstants(constants, sets) {
  const moved = new Map();
  for (const [name, { bound, places, hasThis }] of constants) {
    const [set, ...others] = new Set(places.map((functions) => sets.get(functions[1]?.id?.name)));
    // Declared and assigned, no more.
    if (bound === 2 && !hasThis && set === RUNS.length && others.length === 0) moved.set(name, set);
  }
  return moved;
}

/** `text`: of the first script, a function in brackets. Calls of what is set aside are the same, only later. */
export async function setSeldomFunctionsAside(root, text) {
  const calls = await firstCalls(root, text);
  const parsed = parseSync("script.js", text, { sourceType: "script", preserveParens: false });
  const outer = parsed.program.body[0].expression;
  calls.set(outer.start, 0);
  const declared = declaredFunctions(outer);
  for (const name of ALWAYS) if (!declared.has(name)) throw new Error(`no function is called ${name}`);
  const sets = setsOf(declared, calls);
  const changes = [];
  const handed = new Map();
  for (const [name, set] of sets) {
    for (const { node, parent, functions } of declared.get(name).places) {
      if (sets.get(functions[1]?.id?.name) === set) continue;
      handed.set(set, (handed.get(set) ?? new Set()).add(name));
      const there = `(aside${set}||startAside${set}()).${name}`;
      changes.push({ ...node, text: parent.type === "Property" && parent.shorthand ? `${name}:${there}` : there });
    }
  }
  changes.sort((a, b) => a.start - b.start);
  const constants = startedConstants(outer);
  const moved = [
    ...[...sets].map(([name, set]) => ({ set, node: declared.get(name).node, word: "", left: "" })),
    ...[...setsOfConstants(constants, sets)].map(([name, set]) => {
      return { set, node: constants.get(name).node, word: "var ", left: "0" };
    }),
  ].sort((a, b) => a.node.start - b.node.start);
  return withSets(text, outer, moved, changes, handed);
}

/** The text between two places with the changes made. */
function changed(text, changes, from, to) {
  let out = "";
  let at = from;
  for (const { start, end, text: other } of changes.filter(({ start }) => start >= from && start < to)) {
    out += text.slice(at, start) + other;
    at = end;
  }
  return out + text.slice(at, to);
}

/** `moved`: what goes to a set, in order, with what stands before it there and what is left in its place. */
function withSets(text, outer, moved, changes, handed) {
  const parts = new Map();
  let main = "";
  let at = outer.body.start + 1;
  for (const { set, node, word, left } of moved) {
    main += changed(text, changes, at, node.start) + left;
    parts.set(set, `${parts.get(set) ?? ""}${word}${changed(text, changes, node.start, node.end)};`);
    at = node.end;
  }
  main += changed(text, changes, at, text.length);
  const functions = [...parts].map(([set, body]) => {
    const names = [...(handed.get(set) ?? [])].join(",");
    return `var aside${set};function startAside${set}(){laterModule("aside${set}",()=>{});${body}return aside${set}={${names}}}`;
  });
  return text.slice(0, outer.body.start + 1) + functions.join("") + main;
}
