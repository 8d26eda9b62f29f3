import js from "@eslint/js";
import tseslint from "typescript-eslint";

const unsafe = ["innerHTML", "outerHTML"].map((property) => ({
  selector: `AssignmentExpression > MemberExpression[property.name=${property}]`,
  message: "Nothing becomes markup: set text, or render a template.",
}));

export default tseslint.config(
  { ignores: ["node_modules/", "widget/dist/"] },
  js.configs.recommended,
  {
    files: ["widget/src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
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
    },
  },
  {
    files: ["widget/src/**/*.test.ts"],
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
