import tseslint from "typescript-eslint";

const childWithoutParent = "ClassBody NewExpression[callee.type='MemberExpression'][arguments.length<3]";

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "policies/bin/",
      "dist/",
      "coverage/",
      ".golive/",
      "**/*.mjs",
      "**/*.cjs",
      "**/*.js",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["components/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: childWithoutParent,
          message: "A component's child takes { parent: this } as its third argument.",
        },
      ],
    },
  },
  {
    files: ["observability/dashboards/grafana.ts"],
    rules: {
      "@typescript-eslint/no-deprecated": [
        "error",
        {
          // Deprecated in favour of the model of Grafana 13's own API, which no sidecar and no older Grafana loads.
          allow: [
            {
              from: "package",
              name: ["Dashboard", "DashboardBuilder"],
              package: "@grafana/grafana-foundation-sdk",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ExpressionStatement > CallExpression[callee.property.name='apply']",
          message: "An assertion inside a floating .apply never fails; await the value instead.",
        },
      ],
      "@typescript-eslint/no-floating-promises": "error",
    },
  },
);
