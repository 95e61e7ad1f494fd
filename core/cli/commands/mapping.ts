import { join } from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from '../../config/project-root.js';
import { loadMappings } from '../../mapping/registry.js';
import { runCases } from '../../mapping/run-cases.js';
import { print, printJson } from '../output.js';

export function mappingCommands(program: Command): void {
  program
    .command('mapping')
    .description('mappings and their cases · 映射与用例')
    .command('test')
    .description('run the cases of one mapping or of all · 运行映射用例')
    .argument('[name]')
    .option('--json', 'for machines')
    .action(async (name: string | undefined, options) => {
      const results = await runCases(loadMappings(join(projectRoot(), 'mappings')), name);
      if (results.some((result) => !result.passed)) process.exitCode = 1;
      if (options.json) return printJson(results);
      for (const { mapping, case: name, passed, why, expected, actual } of results) {
        print(`${passed ? '✓' : '✗'} ${mapping}/${name}: ${why}`);
        if (!passed) print(`  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(actual)}`);
      }
      print(`${results.filter((r) => r.passed).length} passed, ${results.filter((r) => !r.passed).length} failed`);
    });
}
