import { describe, expect, test } from 'vitest';
import type { OpenConnection } from '../connector/connections.js';
import type { InboundMessage, InboundOutcome, WebhookTrigger } from '../connector/contract.js';
import { HubError } from '../errors/hub-error.js';
import type { MessageDoc } from '../store/models/inbox.js';
import type { Source } from './inbox.js';
import { noticeReader } from './read-notice.js';

const REF = { type: 'Order', id: '801000000000001AAA' };
const ORDER: InboundMessage = {
  kind: 'crm.order',
  correlation: { ref: REF, creates: true, dedupeKey: `${REF.id}@2`, sourceVersion: '2' },
  body: { order: { Id: REF.id } },
};
const NOTICE: MessageDoc = {
  _id: 'm1',
  connection: 'crm',
  kind: 'crm.notice',
  noticeOf: 'told',
  dedupeKey: 'n1',
  duplicates: 0,
  ref: REF,
  headers: {},
  body: Buffer.from('{}'),
  bodyBytes: 2,
  bodySha256: '',
  actor: { kind: 'connection', id: 'crm', name: 'crm' },
  receivedAt: new Date(0),
  state: 'received',
  attempts: 0,
};

/** A connection whose trigger `told` finds this, and an inbox that knows the dedupe keys it was given. */
function rig(found: () => Promise<InboundMessage | undefined>, known: readonly string[] = []) {
  const keys = new Set(known);
  const accepted: { source: Source; message: InboundMessage }[] = [];
  let guarded = 0;
  const trigger: WebhookTrigger = {
    kind: 'webhook',
    name: 'told',
    label: { en: 'told', zh: '通知' },
    mapping: 'crm-order-to-order',
    read: () => [],
    lookUp: async (ref) => (ref.id === REF.id ? found() : undefined),
  };
  const connection = {
    triggers: () => [{ ...trigger, name: 'other' }, trigger],
    guarded: async (call: (signal: AbortSignal) => Promise<unknown>) => {
      guarded += 1;
      return call(new AbortController().signal);
    },
  } as unknown as OpenConnection;
  const accept = async (source: Source, message: InboundMessage): Promise<InboundOutcome> => {
    const { dedupeKey } = message.correlation;
    const state = keys.has(dedupeKey) ? 'duplicate' : 'received';
    keys.add(dedupeKey);
    accepted.push({ source, message });
    return { messageId: 'm2', state };
  };
  const follow = noticeReader(async () => connection, accept);
  return { follow, accepted, guarded: () => guarded };
}

describe('following a notice up', () => {
  test('what is found enters the inbox as it is, for the mapping of the trigger, within the limits of the target', async () => {
    const { follow, accepted, guarded } = rig(async () => ORDER);
    expect(await follow(NOTICE)).toBe('mapped');
    expect(accepted).toEqual([
      {
        source: { connection: 'crm', mapping: 'crm-order-to-order', headers: {}, actor: NOTICE.actor },
        message: ORDER,
      },
    ]);
    expect(guarded()).toBe(1);
  });

  test('a message names its own mapping when it needs another', async () => {
    const { follow, accepted } = rig(async () => ({ ...ORDER, mapping: 'crm-return' }));
    await follow(NOTICE);
    expect(accepted[0]?.source.mapping).toBe('crm-return');
  });

  test('what a poll brought before is no news, and neither is what is gone', async () => {
    const polled = rig(async () => ORDER, [ORDER.correlation.dedupeKey]);
    expect(await polled.follow(NOTICE)).toBe('unchanged');
    const gone = rig(async () => undefined);
    expect(await gone.follow(NOTICE)).toBe('unchanged');
    expect(gone.accepted).toEqual([]);
  });

  test('a fault of the look-up comes through, so that time or a person can cure it', async () => {
    const { follow, accepted } = rig(async () => {
      throw new HubError('CONNECTOR_UNREACHABLE', { system: 'crm', why: 'ECONNREFUSED' });
    });
    await expect(follow(NOTICE)).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE', cure: 'wait' });
    expect(accepted).toEqual([]);
  });

  test('a trigger that was taken out of the connector is said', async () => {
    const { follow } = rig(async () => ORDER);
    await expect(follow({ ...NOTICE, noticeOf: 'gone' })).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });
});
