import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "golden", "fixtures", "lib/render/html/page-bundle.ts"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  {
    // What is read may have a toString of its own, so no value of unknown shape is made a text.
    files: ["lib/**/*.ts"],
    ignores: ["lib/testing/**"],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { "@typescript-eslint/no-base-to-string": ["error", { checkUnknown: true }] },
  },
  {
    files: ["**/*.ts"],
    ignores: ["lib/testing/fuzz/properties.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "fast-check", message: "import fc from lib/testing/fuzz/properties.ts" },
      ],
    },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["bench/**", "scripts/**"], rules: { "no-console": "off" } },
);
