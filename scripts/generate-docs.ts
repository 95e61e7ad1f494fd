/** `npm run docs`: writes the pages of `docs/reference` that come from the code. */
import { writeFileSync } from 'node:fs';
import { referencePages } from './reference-pages.js';

const pages = referencePages();
for (const [path, text] of pages) writeFileSync(new URL(`../${path}`, import.meta.url), text);
