import type { Language } from '../language.js';
import type { OpenApi, Operation } from '../openapi.js';
import { type Html, html } from './html.js';
import { page, type Say, sayIn } from './page.js';
import { schemaRows } from './schema-rows.js';

type Schemas = OpenApi['components']['schemas'];

function schemaTable(schema: unknown, schemas: Schemas, say: Say): Html {
  const rows = schemaRows(schema, schemas).map(
    (row) => html`<tr><td><code>${row.name}</code></td><td><code>${row.type}</code></td>
<td>${row.required ? say('yes', '是') : ''}</td><td class="soft">${row.notes}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>${say('Field', '字段')}</th><th>${say('Type', '类型')}</th>
<th>${say('Required', '必填')}</th><th>${say('Limits and examples', '限制与示例')}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function parameters(operation: Operation, schemas: Schemas, say: Say): Html | undefined {
  if (operation.parameters.length === 0) return undefined;
  const rows = operation.parameters.map((parameter) => {
    const [row] = schemaRows(parameter.schema, schemas);
    return html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td><code>${row?.type}</code></td>
<td>${parameter.required ? say('yes', '是') : ''}</td><td class="soft">${row?.notes}</td></tr>`;
  });
  return html`<h3>${say('Parameters', '参数')}</h3><div class="scroll"><table><thead><tr><th>${say('Name', '名称')}</th>
<th>${say('In', '位置')}</th><th>${say('Type', '类型')}</th><th>${say('Required', '必填')}</th>
<th>${say('Limits and examples', '限制与示例')}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function example(method: string, path: string, operation: Operation): string {
  const target = path.replaceAll(/\{(\w+)\}/g, '<$1>');
  const signed = operation.security.length > 0 ? " \\\n  -H 'Authorization: Bearer ohk_…'" : '';
  const json = operation.requestBody?.content['application/json'] !== undefined;
  const body = json ? " \\\n  -H 'Content-Type: application/json' -d @body.json" : '';
  return `curl -X ${method.toUpperCase()} 'http://127.0.0.1:<port>${target}'${signed}${body}`;
}

function operationDetails(method: string, path: string, operation: Operation, schemas: Schemas, say: Say): Html {
  const answers = Object.entries(operation.responses).filter(
    ([, answer]) => !answer.content?.['application/problem+json'],
  );
  const body = operation.requestBody?.content['application/json'];
  return html`<details class="operation" id="${operation.operationId}">
<summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code>
<span class="soft">${say(operation.summary, operation['x-summary-zh'])}</span></summary>
<div>
<p>${say('Right needed', '所需权限')}: <code>${operation['x-action']}</code></p>
<pre>${example(method, path, operation)}</pre>
${parameters(operation, schemas, say)}
${body ? html`<h3>${say('Body', '请求体')}</h3>${schemaTable(body.schema, schemas, say)}` : undefined}
${operation.requestBody && !body ? html`<p>${say('Body: the bytes as the sender signs them.', '请求体：发送方签名的原始字节。')}</p>` : undefined}
${answers.map(([status, answer]) => {
  const schema = answer.content?.['application/json']?.schema;
  return html`<h3>${say('Answer', '应答')} ${status}</h3>${schema ? schemaTable(schema, schemas, say) : html`<p class="soft">${say('empty', '空')}</p>`}`;
})}
<h3>${say('Errors', '错误')}</h3>
<p>${operation['x-errors'].map((code) => html`<a href="/docs/errors#${code}"><code>${code}</code></a> `)}</p>
</div>
</details>`;
}

/** Every address, grouped, with parameters, bodies, answers and errors; complete without a script. */
export function referencePage(api: OpenApi, language: Language): string {
  const say = sayIn(language);
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = api.tags.map((tag) => ({
    tag,
    here: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const title = say('API reference', '接口文档');
  const intro = html`<p>${say(
    `Version ${api.info.version}. Programs sign in with an API key, browsers with a session. Errors are problem+json.`,
    `版本 ${api.info.version}。程序使用 API 密钥，浏览器使用登录会话。错误以 problem+json 返回。`,
  )}</p>
<ul>${groups.map(({ tag, here }) => html`<li><a href="#tag-${tag.name}">${say(tag.description, tag['x-name-zh'])}</a> <span class="soft">${here.length}</span></li>`)}</ul>`;
  const sections = groups.map(
    ({ tag, here }) => html`<section><h2 id="tag-${tag.name}">${say(tag.description, tag['x-name-zh'])}</h2>
${here.map(({ method, path, operation }) => operationDetails(method, path, operation, api.components.schemas, say))}</section>`,
  );
  return page(language, '/docs', title, html`${intro}${sections}`);
}
