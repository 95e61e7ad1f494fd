import type { Issue } from '../errors/hub-error.js';

/**
 * Something a running expression did that it may not, before it is known in which mapping.
 * `limit` asked for too much; `value` met or made a value that cannot be used.
 */
export class MappingFault extends Error {
  override readonly name = 'MappingFault';
  /** Where in the source; filled in by the interpreter. */
  position?: number;

  constructor(
    readonly kind: 'limit' | 'value',
    readonly issue: Issue,
  ) {
    super(issue.why);
  }
}

export const limitFault = (why: string, whyZh: string, path = '$'): MappingFault =>
  new MappingFault('limit', { path, why, whyZh });

export const valueFault = (why: string, whyZh: string, path = '$'): MappingFault =>
  new MappingFault('value', { path, why, whyZh });
