import type { Language } from '../language.js';
import { type Html, html } from './html.js';

/** Picks the wording of the reader's language. */
export type Say = (en: string, zh: string) => string;
export const sayIn =
  (language: Language): Say =>
  (en, zh) =>
    language === 'zh' ? zh : en;

/** The frame of every page of the reference. `path` is its own address, for the link to the other language. */
export function page(language: Language, path: string, title: string, content: Html): string {
  const say = sayIn(language);
  const other = language === 'zh' ? 'en' : 'zh';
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · OrderHub</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#content">${say('Skip to content', '跳到正文')}</a>
<header>
<strong>OrderHub</strong>
<nav aria-label="${say('Reference', '接口文档')}">
<a href="/docs?lang=${language}">${say('Addresses', '接口')}</a>
<a href="/docs/errors?lang=${language}">${say('Errors', '错误码')}</a>
<a href="/openapi.json">OpenAPI</a>
<a href="${path}?lang=${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${other === 'zh' ? '中文' : 'English'}</a>
</nav>
</header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.text;
}

export const STYLE = `
:root { color-scheme: light dark; --ink: #1b2328; --soft: #56636b; --line: #d5dce0; --tint: #f3f6f7; --back: #fff; --link: #125a70; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e9ec; --soft: #a3b0b7; --line: #38444b; --tint: #1d262b; --back: #141a1e; --link: #7cc4da; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; color: var(--ink); background: var(--back); }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; padding: 12px 20px; border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: 16px; }
main { max-width: 960px; margin: 0 auto; padding: 12px 20px 64px; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { position: static; }
h2 { margin: 32px 0 8px; }
h3 { margin: 16px 0 4px; font-size: 14px; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Consolas, monospace; overflow-wrap: anywhere; }
pre { padding: 10px; overflow: auto; background: var(--tint); border: 1px solid var(--line); border-radius: 4px; }
details.operation { margin: 6px 0; border: 1px solid var(--line); border-radius: 4px; }
details.operation > summary { padding: 8px 12px; cursor: pointer; }
details.operation > div { padding: 0 12px 12px; border-top: 1px solid var(--line); }
.method { display: inline-block; min-width: 58px; font-weight: 600; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
article { padding: 12px 0; border-bottom: 1px solid var(--line); }
article:target { background: var(--tint); }
`;
