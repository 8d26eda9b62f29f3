import { defineConfig } from "vitest/config";

/** One script, one file: no chunk, no style sheet beside it, nothing fetched from elsewhere. */
export default defineConfig({
  root: "widget",
  build: {
    target: "es2021",
    outDir: "dist",
    emptyOutDir: true,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "bangbanWidget", fileName: () => "widget.js" },
    reportCompressedSize: false,
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
