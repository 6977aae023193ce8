// Stands for yargs' own file of this kind in the bundled command line: what yargs takes from Node. Its own loads
// node:assert and Node's streams and looks for files of translations, which takes a tenth of a small run; ours has no
// configuration files, no folders of commands and no other language.
import cliui from "cliui";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { format, inspect } from "node:util";
import Parser from "yargs-parser";
import { getProcessArgvBin } from "../node_modules/yargs/build/lib/utils/process-argv.js";
import stringWidth from "./plain-width.mjs";

const unused = () => {
  throw new Error("the bundled yargs reads no files");
};
const check = (holds, message) => {
  if (!holds) throw new Error(message);
};

export default {
  assert: {
    strictEqual: (actual, expected, message) => check(Object.is(actual, expected), message),
    notStrictEqual: (actual, expected, message) => check(!Object.is(actual, expected), message),
  },
  cliui,
  findUp: () => undefined,
  getCallerFile: unused,
  getEnv: (name) => process.env[name],
  getProcessArgvBin,
  inspect,
  mainFilename: process.cwd(),
  Parser,
  path: { basename, dirname, extname, join, relative, resolve },
  process: {
    argv: () => process.argv,
    cwd: process.cwd,
    emitWarning: (warning, type) => process.emitWarning(warning, type),
    execPath: () => process.execPath,
    exit: (code) => process.exit(code),
    nextTick: process.nextTick,
    stdColumns: null,
  },
  readFileSync: unused,
  readdirSync: unused,
  require: unused,
  stringWidth,
  y18n: {
    __: format,
    __n: (one, many, quantity, ...rest) => {
      const text = quantity === 1 ? one : many;
      return format(text, ...(text.includes("%d") ? [quantity] : []), ...rest);
    },
    getLocale: () => "en",
    setLocale: () => {},
    updateLocale: () => {},
  },
};
