import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout = 10_000) => ({
  test: { name, include, testTimeout, hookTimeout: 60_000, pool: 'forks' as const },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['core/**/*.test.ts', 'connectors/**/*.test.ts', 'console/src/**/*.test.ts']),
      project(
        'contract',
        [
          'tests/contract/**/*.test.ts',
          'tests/conformance/**/*.test.ts',
          'tests/mapping/**/*.test.ts',
          'tests/docs/**/*.test.ts',
        ],
        30_000,
      ),
      project('integration', ['tests/integration/**/*.test.ts'], 120_000),
      project('e2e', ['tests/e2e/**/*.test.ts'], 180_000),
    ],
  },
});
