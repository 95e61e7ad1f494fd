import { CATALOGUE, type Cure, type Entry } from '../../errors/catalogue.js';
import type { Language } from '../language.js';
import { html } from './html.js';
import { page, sayIn } from './page.js';

const CURES: Readonly<Record<Cure, readonly [en: string, zh: string]>> = {
  wait: ['time cures it', '稍后自愈'],
  data: ['whoever owns the record cures it', '由数据负责人处理'],
  setup: ['an operator cures it', '由管理员处理'],
  code: ['the makers cure it', '由研发处理'],
};

/** Every error of the catalogue, each with an anchor of its code: where `type` of a problem leads. */
export function errorsPage(language: Language): string {
  const say = sayIn(language);
  const entries: [string, Entry][] = Object.entries(CATALOGUE);
  const articles = entries.map(
    ([code, entry]) => html`<article id="${code}"><h2><code>${code}</code></h2>
<p>${say(entry.says, entry.zh)}</p>
<p>${say('What to do', '处理办法')}: ${say(entry.fix, entry.fixZh)}</p>
<p class="soft">HTTP ${entry.http} · ${say(...CURES[entry.cure])}</p></article>
`,
  );
  return page(language, '/docs/errors', say('Errors', '错误码'), html`${articles}`);
}
