#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/core/cli/main.js', import.meta.url);
if (!existsSync(built)) {
  process.stderr.write('OrderHub is not built yet. Run: npm run build\n');
  process.exit(1);
}
await import(built.href);
