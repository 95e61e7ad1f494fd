import type { Label } from '../../connector/contract.js';
import { unpackText } from '../../inbox/payload.js';
import { writeMoney } from '../../order/money.js';
import type { JournalDoc } from '../../store/models/books.js';
import type { MessageDoc, MessageState } from '../../store/models/inbox.js';
import type { HubModels } from '../../store/models/index.js';
import type { EventDoc } from '../../store/models/order.js';
import type { EffectDoc, EffectState, TaskDoc, TaskState } from '../../store/models/work.js';
import { EVENT_WORDS } from './event-words.js';
import { roleName } from './present-task.js';
import { iso } from './schemas.js';

export type Tone = 'planned' | 'running' | 'confirmed' | 'unknown' | 'refused' | 'parked' | 'neutral';

export interface TimelineItem {
  id: string;
  at: string;
  kind: 'message' | 'event' | 'task' | 'effect' | 'journal';
  tone: Tone;
  title: Label;
  detail?: Label;
  by?: string;
  ref?: { kind: string; id: string };
  data?: unknown;
}

const MESSAGE_TONES: Readonly<Record<MessageState, Tone>> = {
  received: 'running', early: 'running', mapped: 'confirmed', unchanged: 'neutral', stale: 'neutral',
  parked: 'parked', refused: 'refused',
}; // biome-ignore format: a table reads better in rows
const EFFECT_TONES: Readonly<Record<EffectState, Tone>> = {
  planned: 'planned', sending: 'running', confirmed: 'confirmed', unknown: 'unknown', refused: 'refused',
  parked: 'parked',
}; // biome-ignore format: a table reads better in rows
const TASK_TONES: Readonly<Record<TaskState, Tone>> = {
  waiting: 'running', approved: 'confirmed', rejected: 'refused', done: 'confirmed', recalled: 'neutral',
}; // biome-ignore format: a table reads better in rows

/** Words of states, as the console says them. */
const STATE_WORDS: Readonly<Record<MessageState | EffectState | TaskState, Label>> = {
  received: { en: 'received', zh: '已接收' },
  early: { en: 'waiting for its reference', zh: '等待引用登记' },
  mapped: { en: 'mapped', zh: '已映射' },
  unchanged: { en: 'nothing new', zh: '无变化' },
  stale: { en: 'older than known', zh: '已过时' },
  parked: { en: 'parked', zh: '搁置' },
  refused: { en: 'refused', zh: '被拒绝' },
  planned: { en: 'planned', zh: '计划' },
  sending: { en: 'being sent', zh: '发送中' },
  confirmed: { en: 'confirmed', zh: '已确认' },
  unknown: { en: 'outcome unknown', zh: '结果未知' },
  waiting: { en: 'waiting', zh: '待审批' },
  approved: { en: 'approved', zh: '已同意' },
  rejected: { en: 'rejected', zh: '已驳回' },
  done: { en: 'done', zh: '已完成' },
  recalled: { en: 'recalled', zh: '已撤销' },
};

const ofMessage = (m: MessageDoc): TimelineItem => ({
  id: `message/${m._id}`,
  at: iso(m.receivedAt),
  kind: 'message',
  tone: MESSAGE_TONES[m.state],
  title: {
    en: `Message from ${m.connection}: ${STATE_WORDS[m.state].en}`,
    zh: `来自 ${m.connection} 的报文：${STATE_WORDS[m.state].zh}`,
  },
  ...(m.problem === undefined ? {} : { detail: { en: m.problem.title, zh: m.problem.titleZh } }),
  by: m.actor.name,
  ref: { kind: 'message', id: m._id },
  data: { kind: m.kind, mapping: m.mapping, mappingRevision: m.mappingRevision, duplicates: m.duplicates },
});

function ofEvent(e: EventDoc): TimelineItem {
  const reasons = e.data['reasons'] as { why: string; whyZh: string }[] | undefined;
  const said = reasons === undefined || reasons.length === 0 ? undefined : reasons;
  const file = e.type.startsWith('attachment.') ? String(e.data['name']) : undefined;
  return {
    id: `event/${e._id}`,
    at: iso(e.at),
    kind: 'event',
    tone: e.type === 'order.rejected' ? 'refused' : 'confirmed',
    title: EVENT_WORDS[e.type] ?? { en: e.type, zh: e.type },
    ...(said === undefined
      ? {}
      : { detail: { en: said.map((r) => r.why).join('; '), zh: said.map((r) => r.whyZh).join('；') } }),
    ...(file === undefined ? {} : { detail: { en: file, zh: file } }),
    by: e.actor.name,
    ref: { kind: 'event', id: e._id },
    data: { ...e.data, depth: e.depth },
  };
}

function ofTask(t: TaskDoc): TimelineItem {
  const role = roleName(t.role);
  return {
    id: `task/${t._id}`,
    at: iso(t.decidedAt ?? t.createdAt),
    kind: 'task',
    tone: TASK_TONES[t.state],
    title: {
      en: `${t.title.en}: ${role.en}, ${STATE_WORDS[t.state].en}`,
      zh: `${t.title.zh}：${role.zh}，${STATE_WORDS[t.state].zh}`,
    },
    detail: t.comment === undefined ? t.reason : { en: t.comment, zh: t.comment },
    ...(t.decidedBy === undefined ? {} : { by: t.decidedBy.name }),
    ref: { kind: 'task', id: t._id },
    data: { level: t.level, revision: t.revision, contentHash: t.contentHash },
  };
}

const ofEffect = (e: EffectDoc): TimelineItem => ({
  id: `effect/${e._id}`,
  at: iso(e.updatedAt),
  kind: 'effect',
  tone: EFFECT_TONES[e.state],
  title: {
    en: `${e.connection} ${e.objectType} ${e.businessKey}: ${STATE_WORDS[e.state].en}`,
    zh: `${e.connection} ${e.objectType} ${e.businessKey}：${STATE_WORDS[e.state].zh}`,
  },
  ...(e.problem === undefined ? {} : { detail: { en: e.problem.title, zh: e.problem.titleZh } }),
  ref: { kind: 'effect', id: e._id },
  data: { attempts: e.attempts, parts: e.parts, receipt: e.receipt, payload: e.payload },
});

const ofJournal = (j: JournalDoc): TimelineItem => {
  const amount = `${writeMoney(j.debitMinor, j.currency)} ${j.currency}`;
  return {
    id: `journal/${j._id}`,
    at: iso(j.at),
    kind: 'journal',
    tone: 'confirmed',
    title: { en: `Journal ${j._id}: ${amount}`, zh: `分录 ${j._id}：${amount}` },
    detail: j.entry.memo,
    ref: { kind: 'journal', id: j._id },
  };
};

/** Everything that happened to one order, oldest first; bounded per kind, since old history is paged by the caller. */
export async function timelineOf(models: HubModels, orderId: string): Promise<TimelineItem[]> {
  const LIMIT = 500;
  const [messages, events, tasks, effects, journals] = await Promise.all([
    models.messages.find({ laneId: orderId }, { body: 0 }).sort({ _id: 1 }).limit(LIMIT).lean<MessageDoc[]>(),
    models.events.find({ orderId }).sort({ seq: 1 }).limit(LIMIT).lean<EventDoc[]>(),
    models.tasks.find({ orderId }).sort({ createdAt: 1 }).limit(LIMIT).lean<TaskDoc[]>(),
    models.effects.find({ orderId }).sort({ createdAt: 1 }).limit(LIMIT).lean<EffectDoc[]>(),
    models.journals.find({ orderId }).sort({ _id: 1 }).limit(LIMIT).lean<JournalDoc[]>(),
  ]);
  return [
    ...messages.map(ofMessage),
    ...events.map(ofEvent),
    ...tasks.map(ofTask),
    ...effects.map(ofEffect),
    ...journals.map(ofJournal),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The body of a message as JSON, or as text when it is none. */
export function bodyOf(message: Pick<MessageDoc, 'body'>): unknown {
  const text = unpackText(message.body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
