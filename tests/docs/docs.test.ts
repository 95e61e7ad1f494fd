import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.js';
import { SettingsSchema } from '../../core/config/settings.js';
import { CATALOGUE } from '../../core/errors/catalogue.js';
import { CONNECTOR_TYPES, SIMULATOR_TYPES } from '../../core/main.js';
import { referencePages } from '../../scripts/reference-pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

/** Markdown pages below a folder, as paths from the root. */
const pagesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : pagesBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
const PAGES = pagesBelow('.');

/** The formatter pads tables; words alone count. */
const words = (text: string): string => text.replace(/-{3,}/g, '---').replace(/\s+/g, ' ').trim();

const SHOWN_AS_CODE = /```[\s\S]*?```|`[^`\n]*`/g;
const linksOf = (page: string): string[] =>
  [
    ...read(page)
      .replace(SHOWN_AS_CODE, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);

/** Paths of this tree named in code marks, e.g. `core/errors/catalogue.ts`; placeholders and patterns are no paths. */
const TOP = /^(core|connectors|mappings|pipelines|catalog|console|docs|docker|scripts|tests|bin)\//;
const pathsOf = (page: string): string[] =>
  [
    ...read(page)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/`([^`\s]+)`/g),
  ]
    .map(([, path = '']) => path)
    .filter((path) => TOP.test(path) && !/[<>*{}…]/.test(path));

/** Built on demand, so absent from a fresh checkout; examples of what a reader would make. */
const NOT_IN_TREE = new Set(['console/dist', 'mappings/shop-order-to-order/']);

describe('documents', () => {
  test.each(PAGES)('%s: relative links lead somewhere', (page) => {
    const broken = linksOf(page)
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .filter((target) => !existsSync(join(root, dirname(page), decodeURIComponent(target.split('#')[0] ?? ''))));
    expect(broken).toEqual([]);
  });

  test.each(PAGES)('%s: paths it names are there', (page) => {
    expect(pathsOf(page).filter((path) => !NOT_IN_TREE.has(path) && !existsSync(join(root, path)))).toEqual([]);
  });

  test('there are pages to look at', () => {
    expect(PAGES).toContain('README.md');
    expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(30);
  });
});

describe('reference pages', () => {
  test.each([...referencePages()])('%s is what the code says (npm run docs)', (path, text) => {
    expect(words(read(path))).toBe(words(text));
  });

  test('errors.md has every code', () => {
    const page = read('docs/reference/errors.md');
    expect(Object.keys(CATALOGUE).filter((code) => !page.includes(`## ${code}\n`))).toEqual([]);
  });

  test.each(['README.md', 'README.zh-CN.md'])('%s lists every setting with its default', (page) => {
    const rows = read(page)
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    const listed = new Map(rows.map(([, name = '', value = '']) => [name, value]));
    for (const [name, setting] of Object.entries(SettingsSchema.properties)) {
      const standard: unknown = 'default' in setting ? setting.default : undefined;
      expect([name, listed.get(name)]).toEqual([name, standard === undefined ? '' : String(standard)]);
    }
  });

  test('effects.md has every operation with its settlement', () => {
    const rows = read('docs/reference/effects.md')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    for (const type of CONNECTOR_TYPES) {
      const sandbox = SIMULATOR_TYPES.find(({ system }) => system === type.id)?.connection('http://127.0.0.1:9');
      expect(sandbox).toBeDefined();
      const { settings = {}, secrets = {} } = sandbox ?? {};
      const opened = type.open({ connection: type.id, settings, secrets, clock: systemClock, nonce: () => 'n' });
      for (const { name, objectType, intent, settlement } of opened.operations) {
        const row = rows.find((cells) => cells[1] === type.id && cells[2] === `\`${name}\``);
        expect([name, row?.[3], row?.[4]]).toEqual([name, `\`${objectType}\``, intent]);
        expect(row?.[5]).toContain(`\`${settlement.kind}\``);
      }
    }
  });
});
