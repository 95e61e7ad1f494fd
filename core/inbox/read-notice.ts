import type { OpenConnection } from '../connector/connections.js';
import { HubError } from '../errors/hub-error.js';
import type { MessageDoc, MessageState } from '../store/models/inbox.js';
import type { Inbox } from './inbox.js';

/**
 * Follows a notice up: looks the thing up and takes it into the inbox just as if it had been polled, so that its
 * dedupe key, version and comparison with what is known are those of the poll.
 * @returns `mapped` when that brought news; `unchanged` when it was known already, or the thing is gone.
 * @throws HubError as `lookUp` does
 */
export const noticeReader =
  (open: (connection: string) => Promise<OpenConnection>, accept: Inbox['accept']) =>
  async ({ connection, noticeOf, ref, actor }: MessageDoc): Promise<Extract<MessageState, 'mapped' | 'unchanged'>> => {
    const { triggers, guarded } = await open(connection);
    const trigger = triggers('webhook').find(({ name }) => name === noticeOf);
    if (trigger?.lookUp === undefined || ref === undefined) {
      throw new HubError('UNEXPECTED', { why: `nothing looks up what the notices of ${connection} are about` });
    }
    const found = await guarded(async (signal) => trigger.lookUp?.(ref, signal));
    if (found === undefined) return 'unchanged';
    const mapping = found.mapping ?? trigger.mapping;
    const { state } = await accept({ connection, mapping, headers: {}, actor }, found);
    return state === 'duplicate' ? 'unchanged' : 'mapped';
  };
