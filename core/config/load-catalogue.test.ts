import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCatalogue } from './load-catalogue.js';

const shipped = fileURLToPath(new URL('../../catalog', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const edit = async (file: string, from: string, to: string): Promise<void> => {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(path, text.replace(from, to));
};

test('the shipped files load', async () => {
  const { catalogue, chart } = await loadCatalogue(folder);
  expect(catalogue.product('HW-CUSTOM-RACK')?.customHardware).toBe(true);
  expect(chart['revenue.licence'].code).toBe('6001.02');
});

test.each([
  ['products.json', '"kind": "hardware"', '"kind": "toy"', /products\.json at \$\[0\]\.kind/],
  ['products.json', '"active": true', '"activ": true', /products\.json at \$\[0\]\.activ/],
  ['exchange-rates.json', '2026-01-01', '2026-13-01', /exchange-rates\.json at \$\.rates\[1\]\.validFrom/],
  ['chart-of-accounts.json', '"1122"', '"AR"', /chart-of-accounts\.json at \$\.receivable\.code/],
  [
    'fulfilment-plans.json',
    '"action": "reserve"',
    '"action": "dance"',
    /fulfilment-plans\.json at \$\[0\]\.steps\[0\]\.action/,
  ],
  [
    'fulfilment-plans.json',
    ', "passesControl": true',
    '',
    /fulfilment-plans\.json at \$\[0\]\.steps: need exactly one/,
  ],
  [
    'fulfilment-plans.json',
    '"name": "hardware-installed"',
    '"name": "installed"',
    /HW-SERVER asks for hardware-installed/,
  ],
  ['fulfilment-plans.json', '"default": false', '"default": true', /\$\[1\]\.kinds: have a default plan/],
  ['tax-categories.json', '[', '', /tax-categories\.json: .*JSON/],
])('%s with %s changed to %s is refused by file and field', async (file, from, to, said) => {
  await edit(file, from, to);
  await expect(loadCatalogue(folder)).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringMatching(said),
  });
});

test('plans whose steps would wait for each other are refused', async () => {
  await edit('fulfilment-plans.json', '"kinds": ["hardware", "licence"]', '"kinds": ["service"]');
  await edit('fulfilment-plans.json', '"actions": ["ship", "install", "licence-key"]', '"actions": ["accept"]');
  await expect(loadCatalogue(folder)).rejects.toMatchObject({
    message: expect.stringMatching(/service\/perform would wait for itself/),
  });
});

test('a missing file is named', async () => {
  await rm(join(folder, 'products.json'));
  await expect(loadCatalogue(folder)).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringMatching(/products\.json/),
  });
});
