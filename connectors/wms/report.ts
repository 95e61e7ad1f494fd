import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import type { InboundMessage, RawAnswer, RawRequest, WebhookTrigger } from '../../core/connector/contract.js';
import { readXml, textIn, writeXml, type XmlElement } from '../../core/connector/kit/xml.js';
import { HubError, toProblem } from '../../core/errors/hub-error.js';
import { beijingMs } from './beijing-time.js';
import { LISTS } from './lists.js';
import { readQuery } from './query.js';
import { isSignMethod, sameSign, signOf } from './sign.js';

/** Either way; the platform asks for ten minutes. */
const WINDOW_MS = 600_000;
const NEEDED = ['method', 'timestamp', 'format', 'app_key', 'v', 'sign', 'sign_method', 'customerId'] as const;

interface ReportKind {
  readonly kind: string;
  readonly mapping: string;
  readonly refType: string;
  /** Where our code and the warehouse's id of the message stand. */
  readonly head: string;
  readonly codeField: string;
}

/** What the warehouse may report, by method. */
const KINDS: Readonly<Record<string, ReportKind>> = {
  'deliveryorder.confirm': {
    kind: 'wms.delivery-confirm',
    mapping: 'wms-confirm-to-shipment',
    refType: 'deliveryorder',
    head: 'deliveryOrder',
    codeField: 'deliveryOrderCode',
  },
  'returnorder.confirm': {
    kind: 'wms.return-confirm',
    mapping: 'wms-return-to-report',
    refType: 'returnorder',
    head: 'returnOrder',
    codeField: 'returnOrderCode',
  },
};

export interface ReportOptions {
  readonly connection: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly customerId: string;
  readonly clock: Clock;
}

/**
 * The warehouse calls in through the platform. Message body: `{method, timestamp, report, request}`; `report` is the
 * warehouse's own id of the news, or the digest of its bytes, by which repeats are told.
 */
export const warehouseReport = (options: ReportOptions): WebhookTrigger => ({
  kind: 'webhook',
  name: 'report',
  label: { en: 'What the warehouse reports', zh: '仓库回传' },
  mapping: 'wms-confirm-to-shipment',
  read: (request) => readReport(request, options),
  answer: () => xmlAnswer({ flag: 'success', code: '0', message: 'ok' }),
  refuse: (error) => {
    const { title, titleZh } = toProblem(error);
    const code = error.code === 'INBOX_BAD_SIGNATURE' ? 'sign-check-failure' : error.code;
    return xmlAnswer({ flag: 'failure', code, message: `${titleZh} / ${title}` });
  },
});

/** The protocol says yes and no with HTTP 200 alike. */
const xmlAnswer = (content: XmlElement): RawAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml;charset=UTF-8' },
  body: writeXml('response', content),
});

const wrong = (path: string, why: string, whyZh: string): HubError =>
  new HubError('INBOX_BODY_MALFORMED', { path, why, whyZh });

function readReport(request: RawRequest, options: ReportOptions): InboundMessage {
  const query = provenQuery(request, options);
  const method = query['method'] ?? '';
  const kind = Object.hasOwn(KINDS, method) ? KINDS[method] : undefined;
  if (kind === undefined) throw wrong('?method', `${method} is not taken here`, `不支持的方法 ${method}`);
  const { root, content } = readXml(request.body, LISTS);
  if (root !== 'request') throw wrong('$', 'it is no <request>', '根元素不是 request');
  const code = textIn(content, kind.head, kind.codeField);
  if (code === undefined) throw wrong(`$.${kind.head}.${kind.codeField}`, 'is missing', '缺失');
  const id = textIn(content, kind.head, 'outBizCode') ?? sha256(request.body);
  return {
    kind: kind.kind,
    mapping: kind.mapping,
    correlation: { ref: { type: kind.refType, id: code }, creates: false, dedupeKey: `${method}/${code}/${id}` },
    body: { method, timestamp: query['timestamp'], report: reportId(id), request: content },
  };
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** An id the hub can carry: the warehouse's own, else its digest. */
const reportId = (id: string): string => (/^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : sha256(id));

/** The parameters, once the sender has proven itself by raw query and body. @throws HubError INBOX_BAD_SIGNATURE */
function provenQuery(request: RawRequest, options: ReportOptions): Readonly<Record<string, string>> {
  const refuse = (why: string, whyZh: string): never => {
    throw new HubError('INBOX_BAD_SIGNATURE', { connection: options.connection, why, whyZh });
  };
  const pairs = readQuery(request.query) ?? refuse('the query is not UTF-8, percent-encoded', '查询参数编码不是 UTF-8');
  const query: Readonly<Record<string, string>> = Object.fromEntries(pairs);
  if (Object.keys(query).length !== pairs.length) refuse('a parameter stands twice', '查询参数重复');
  const missing = NEEDED.find((name) => (query[name] ?? '').trim() === '');
  if (missing !== undefined) refuse(`the parameter ${missing} is missing`, `缺少参数 ${missing}`);
  if (query['app_key'] !== options.appKey) refuse('invalid app_key', 'app_key 不正确');
  const how = query['sign_method'] ?? '';
  if (!isSignMethod(how)) return refuse(`sign_method ${how} is not known`, `不支持的签名方式 ${how}`);
  const wanted = signOf(pairs, request.body, options.appSecret, how);
  if (!sameSign(query['sign'] ?? '', wanted)) refuse('invalid sign', '签名不正确');
  const sentMs = beijingMs(query['timestamp'] ?? '');
  if (sentMs === undefined) return refuse('timestamp is no "yyyy-MM-dd HH:mm:ss"', 'timestamp 格式不正确');
  if (Math.abs(sentMs - options.clock.now().getTime()) > WINDOW_MS) {
    refuse('timestamp is more than 10 minutes away (Beijing time)', 'timestamp 与本机时间相差超过 10 分钟');
  }
  if (query['format'] !== 'xml') refuse('format must be xml', 'format 必须为 xml');
  if (query['customerId'] !== options.customerId) refuse('customerId belongs to somebody else', 'customerId 不匹配');
  return query;
}
