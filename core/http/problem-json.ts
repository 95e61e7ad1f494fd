import Type, { type Static } from 'typebox';
import { CATALOGUE, type Entry, type HubCode } from '../errors/catalogue.js';
import { HubError, toProblem } from '../errors/hub-error.js';
import type { Language } from './language.js';

const IssueJson = Type.Object({ path: Type.String(), why: Type.String(), whyZh: Type.String() });

/** An error as RFC 9457 asks for it, with what helps to act on it. */
export const ProblemJson = Type.Object(
  {
    type: Type.String({ examples: ['/docs/errors#REQUEST_INVALID'] }),
    title: Type.String(),
    status: Type.Integer(),
    /** What the reader can do about it. */
    detail: Type.String(),
    code: Type.String(),
    cure: Type.Union([Type.Literal('wait'), Type.Literal('data'), Type.Literal('setup'), Type.Literal('code')]),
    titleZh: Type.String(),
    detailZh: Type.String(),
    path: Type.Optional(Type.String({ examples: ['$.lines[2].quantity'] })),
    issues: Type.Optional(Type.Array(IssueJson)),
    /** Names the request in the log. */
    instance: Type.String(),
  },
  { $id: 'Problem' },
);
export type ProblemJson = Static<typeof ProblemJson>;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
export const problemAddress = (code: HubCode): string => `/docs/errors#${code}`;

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemJson;
}

/**
 * Anything thrown, as an answer. `title` and `detail` are in the reader's language; texts of unknown errors are withheld.
 * @param requestId goes into `instance`, so that a reader's report finds the log line.
 */
export function toProblemJson(error: unknown, requestId: string, language: Language): ProblemAnswer {
  const { title, titleZh, fix, fixZh, ...rest } = toProblem(error);
  const entry: Entry = CATALOGUE[rest.code];
  const retryAfterMs = error instanceof HubError ? error.retryAfterMs : undefined;
  return {
    status: entry.http,
    headers: {
      'content-type': PROBLEM_TYPE,
      'content-language': language === 'zh' ? 'zh-CN' : 'en',
      'cache-control': 'no-store',
      ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
    },
    body: {
      type: problemAddress(rest.code),
      title: language === 'zh' ? titleZh : title,
      status: entry.http,
      detail: language === 'zh' ? fixZh : fix,
      ...rest,
      titleZh,
      detailZh: fixZh,
      instance: requestId,
    },
  };
}
