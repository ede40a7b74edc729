import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['sdk', 'host', 'shell'],
    coverage: {
      provider: 'v8',
      include: ['sdk/src/**', 'host/src/**'],
      reporter: ['text'],
      thresholds: { statements: 97, branches: 95, functions: 95, lines: 97 },
    },
  },
});
