/** Tests run from the TypeScript sources as ES modules (NODE_OPTIONS=--experimental-vm-modules). */
export default {
  roots: ["<rootDir>/cli", "<rootDir>/lib", "<rootDir>/page", "<rootDir>/playground"],
  // What needs root, a kernel, a virtual machine or a browser has scripts of its own (package.json: test:kernel, ...).
  // What takes long for the inputs it makes, the programs it starts or the shells it asks does too: `.ci/run` runs it.
  testMatch: [
    "**/*.test.ts",
    "!**/*.kernel.test.ts",
    "!**/*.browser.test.ts",
    "!**/*.package.test.ts",
    "!**/*.long.test.ts",
  ],
  // The command line is bundled once, for the tests that run it.
  globalSetup: "<rootDir>/scripts/jest-program.mjs",
  testEnvironment: "<rootDir>/scripts/jest-environment.mjs",
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } },
    ],
  },
  // As many as there are cores: nothing else runs meanwhile.
  maxWorkers: "100%",
  testTimeout: 120_000,
};
