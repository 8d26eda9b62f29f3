import js from "@eslint/js";
import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";

const unsafe = ["innerHTML", "outerHTML"].map((property) => ({
  selector: `AssignmentExpression > MemberExpression[property.name=${property}]`,
  message: "Nothing becomes markup: set text, or render a template.",
}));

/** House rules of both parts. */
const ours = {
  "max-lines": ["error", { max: 400, skipBlankLines: true }],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-restricted-syntax": [
    "error",
    ...unsafe,
    { selector: "CallExpression[callee.property.name=insertAdjacentHTML]", message: "Nothing becomes markup." },
    { selector: "ImportSpecifier[imported.name=/^unsafe(HTML|SVG|Static)$/]", message: "Nothing becomes markup." },
  ],
  "@typescript-eslint/dot-notation": "off", // tsc asks for the brackets on index signatures
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  "@typescript-eslint/prefer-promise-reject-errors": "off",
};

export default tseslint.config(
  { ignores: ["node_modules/", "widget/dist/", "console/dist/", "console/src/api/schema.ts"] },
  js.configs.recommended,
  {
    files: ["widget/src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: ours,
  },
  {
    files: ["console/src/**/*.{ts,vue}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, vue.configs["flat/essential"]],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: "./console/tsconfig.json",
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".vue"],
      },
    },
    rules: {
      ...ours,
      "no-undef": "off", // tsc knows better
      "vue/block-lang": ["error", { script: { lang: "ts" } }],
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/define-emits-declaration": ["error", "type-literal"],
      "vue/define-props-declaration": ["error", "type-based"],
      "vue/no-v-html": "error",
      "vue/no-unused-refs": "error",
      "vue/require-explicit-emits": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }], // Vue awaits handlers
    },
  },
  {
    files: ["widget/src/**/*.test.ts", "console/src/**/*.test.ts"],
    rules: { "max-lines": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["demo/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { document: "readonly", window: "readonly", navigator: "readonly", customElements: "readonly", setTimeout: "readonly" },
    },
  },
  { files: ["*.js"], languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } } },
);
