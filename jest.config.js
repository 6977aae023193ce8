/** Tests run from the TypeScript sources as ES modules (NODE_OPTIONS=--experimental-vm-modules). */
export default {
  roots: ["<rootDir>/cli", "<rootDir>/lib", "<rootDir>/page", "<rootDir>/playground"],
  // What needs root, a kernel, a virtual machine or a browser has scripts of its own (package.json: test:kernel, ...).
  testMatch: ["**/*.test.ts", "!**/*.kernel.test.ts", "!**/*.browser.test.ts", "!**/*.package.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  // Hundreds of modules stand behind the library, and Jest links them anew for every test file.
  transform: { "^.+\\.ts$": "<rootDir>/scripts/bundle-test.mjs" },
  // As many as there are cores: nothing else runs meanwhile.
  maxWorkers: "100%",
  testTimeout: 120_000,
};
