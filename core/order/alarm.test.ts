import { describe, expect, test } from 'vitest';
import { alarmOn, isAlarmed, raiseAlarm } from './alarm.js';
import type { FulfilmentState, PlanStep } from './fulfilment.js';

const step = (stepId: string, change: Partial<PlanStep> = {}): PlanStep => ({
  ...{ stepId, lineId: 'L1', lineNo: 1, action: 'install', after: [], quantity: '1', done: '0', state: 'ready' },
  ...{ passesControl: true, dueDate: '2026-11-20', evidence: [] },
  ...change,
});
const state = (...plan: PlanStep[]): FulfilmentState => ({ plan }) as unknown as FulfilmentState;

describe('the alarm about overdue steps', () => {
  test('is raised the day after the due date, once for each step', () => {
    const before = state(step('1-install'), step('2-train', { dueDate: '2026-11-25' }));
    expect(raiseAlarm(before, '2026-11-20')).toBeUndefined();
    const told = raiseAlarm(before, '2026-11-21');
    expect(told?.events).toEqual([
      {
        type: 'fulfilment.overdue',
        data: { steps: [{ stepId: '1-install', lineNo: 1, action: 'install', dueDate: '2026-11-20' }] },
      },
    ]);
    expect(raiseAlarm(told?.state ?? before, '2026-11-21')).toBeUndefined();
    expect(raiseAlarm(told?.state ?? before, '2026-11-26')?.events[0]?.data['steps']).toHaveLength(1);
  });

  test('is looked for on the earliest due date of what is unfinished and untold', () => {
    const plan = [step('a', { dueDate: '2026-11-30' }), step('b'), step('c', { state: 'done', dueDate: '2026-01-01' })];
    expect(alarmOn(plan)).toBe('2026-11-20');
    expect(alarmOn([step('b', { alarmed: true })])).toBeNull();
    expect(alarmOn([])).toBeNull();
  });

  test('stands until the step is done', () => {
    expect(isAlarmed([step('a', { alarmed: true, state: 'waiting' })])).toBe(true);
    expect(isAlarmed([step('a', { alarmed: true, state: 'done' }), step('b')])).toBe(false);
  });
});
