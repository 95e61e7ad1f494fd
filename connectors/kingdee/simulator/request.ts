import { CODE, refuse } from './answers.js';
import { isRecord, member } from './lookup.js';

/** A call as it was meant, whatever shape its body came in. */
export interface FormCall {
  readonly formId: string;
  readonly opNumber: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const QUERIES = new Set(['executebillquery', 'billquery']);

/** Positional parameters by method: a query has only its data. */
const positions = (method: string): readonly string[] =>
  QUERIES.has(method) ? ['data'] : method === 'excuteoperation' ? ['formid', 'opNumber', 'data'] : ['formid', 'data'];

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(CODE.parameter, '参数不是有效的JSON。');
  }
}

const opened = (value: unknown): unknown => (typeof value === 'string' ? json(value) : value);

/**
 * Reads the three shapes in use: named with `data` as an object, named with `data` as JSON text, and positional in
 * `parameters`, bare or inside the older client's wrapper.
 * @throws Refusal MsgCode 8 when it is none of them.
 */
export function readCall(method: string, bodyText: string): FormCall {
  const body = json(bodyText);
  const parameters = opened(member(body, 'parameters'));
  const named = (name: string): unknown =>
    Array.isArray(parameters) ? parameters[positions(method).indexOf(name)] : member(body, name);
  const data = opened(named('data'));
  if (!isRecord(data)) throw refuse(CODE.parameter, '数据包data不能为空。');
  const formId = QUERIES.has(method) ? member(data, 'FormId') : named('formid');
  return { formId: String(formId ?? ''), opNumber: String(named('opNumber') ?? ''), data };
}
