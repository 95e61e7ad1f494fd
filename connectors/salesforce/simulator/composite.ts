import { type Answer, answerOf } from './answer.js';
import { bad, Refusal } from './refusal.js';
import { callSobject, type SobjectCall } from './sobjects.js';
import { type Rows, Transaction } from './store.js';
import type { Writer } from './write-rows.js';

const MAX_REQUESTS = 25;
/** Of the requests, at most this many may be queries or collections. */
const MAX_HEAVY = 5;

interface SubRequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body?: unknown;
}

interface SubResponse {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/** Answers queries and collections inside a composite. */
export type Heavy = (rows: Rows, method: string, url: URL, body: unknown) => Answer | undefined;

const isHeavy = (url: string): boolean => /\/(query|queryAll|composite\/sobjects)\b/.test(url);

function readRequests(body: unknown): { allOrNone: boolean; requests: readonly SubRequest[] } {
  const { allOrNone, compositeRequest } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(compositeRequest) || compositeRequest.length === 0) {
    throw bad('JSON_PARSER_ERROR', 'compositeRequest is required');
  }
  const requests = compositeRequest as readonly Partial<SubRequest>[];
  const ids = new Set<string>();
  for (const { method, url, referenceId } of requests) {
    if (typeof method !== 'string' || typeof url !== 'string')
      throw bad('JSON_PARSER_ERROR', 'method and url are required');
    if (typeof referenceId !== 'string' || !/^[A-Za-z]\w*$/.test(referenceId)) {
      throw bad('JSON_PARSER_ERROR', 'Provided referenceId must be present and start with a letter');
    }
    if (ids.has(referenceId)) throw bad('INVALID_INPUT', `Duplicate referenceId ${referenceId}`);
    ids.add(referenceId);
  }
  if (requests.length > MAX_REQUESTS || requests.filter((one) => isHeavy(one.url ?? '')).length > MAX_HEAVY) {
    const message = `Limit of ${MAX_REQUESTS} requests, ${MAX_HEAVY} of them queries or collections, exceeded`;
    throw bad('LIMIT_EXCEEDED', message);
  }
  return { allOrNone: allOrNone === true, requests: requests as readonly SubRequest[] };
}

const halted = (referenceId: string): SubResponse => ({
  body: [
    {
      errorCode: 'PROCESSING_HALTED',
      message: 'The transaction was rolled back since another operation in the same transaction failed.',
    },
  ],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId,
});

/** Runs the requests one after the other; with `allOrNone` the first failure undoes all. @throws Refusal for a bad outer body */
export function callComposite(writer: Writer, whole: Rows, call: SobjectCall, heavy: Heavy): Answer {
  const { allOrNone, requests } = readRequests(call.body);
  const rows = new Transaction(whole);
  const said = new Map<string, SubResponse>();
  for (const request of requests) {
    const part = new Transaction(rows);
    const response = runPart(writer, part, call, request, said, heavy);
    said.set(request.referenceId, response);
    if (response.httpStatusCode < 300) part.mergeInto(rows);
    else if (allOrNone)
      return { status: 200, body: { compositeResponse: requests.map((one) => rolledBack(one, response)) } };
  }
  rows.mergeInto(whole);
  return { status: 200, body: { compositeResponse: [...said.values()] } };
}

const rolledBack = ({ referenceId }: SubRequest, failed: SubResponse): SubResponse =>
  referenceId === failed.referenceId ? failed : halted(referenceId);

function runPart(
  writer: Writer,
  rows: Rows,
  call: SobjectCall,
  request: SubRequest,
  said: ReadonlyMap<string, SubResponse>,
  heavy: Heavy,
): SubResponse {
  const answer = answerPart(writer, rows, call, request, said, heavy);
  return {
    body: answer.body ?? null,
    httpHeaders: answer.headers ?? {},
    httpStatusCode: answer.status,
    referenceId: request.referenceId,
  };
}

function answerPart(
  writer: Writer,
  rows: Rows,
  call: SobjectCall,
  request: SubRequest,
  said: ReadonlyMap<string, SubResponse>,
  heavy: Heavy,
): Answer {
  try {
    const url = new URL(String(fill(request.url, said)), 'http://localhost');
    const body = fill(request.body, said);
    const other = heavy(rows, request.method, url, body);
    if (other !== undefined) return other;
    const prefix = `${call.root}/sobjects/`;
    if (!url.pathname.startsWith(prefix)) throw bad('NOT_FOUND', `The url ${request.url} is not supported here`);
    const path = url.pathname.slice(prefix.length).split('/').map(decodeURIComponent);
    return callSobject(writer, rows, { ...call, method: request.method, path, query: url.searchParams, body });
  } catch (error) {
    return answerOf(error);
  }
}

/** Puts what earlier requests answered in the place of `@{reference.path}`. @throws Refusal when the earlier one failed */
function fill(value: unknown, said: ReadonlyMap<string, SubResponse>): unknown {
  if (typeof value === 'string') return fillText(value, said);
  if (Array.isArray(value)) return value.map((item) => fill(item, said));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, said)]));
}

const fillText = (text: string, said: ReadonlyMap<string, SubResponse>): string =>
  text.replace(/@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g, (_, reference: string, path: string) => {
    const answer = said.get(reference);
    if (answer === undefined)
      throw bad('INVALID_REFERENCE', `Invalid reference specified. No value for ${reference} found.`);
    if (answer.httpStatusCode >= 300)
      throw new Refusal(400, 'PROCESSING_HALTED', `The request ${reference} it depends on failed.`);
    const steps = path.match(/\w+/g) ?? [];
    const found = steps.reduce<unknown>(
      (at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step],
      answer.body,
    );
    if (found === undefined || found === null)
      throw bad('INVALID_REFERENCE', `No value for ${reference}${path} found.`);
    return String(found);
  });
