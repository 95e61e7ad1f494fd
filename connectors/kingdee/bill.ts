import type { EffectCall } from '../../core/connector/contract.js';
import { type Answer, isRecord } from './answer.js';
import type { KingdeeClient } from './client.js';
import { fromStatus, refused, unanswered } from './errors.js';

/** Z draft, A created, B in audit, C audited, D to be audited again. */
export type BillStatus = 'Z' | 'A' | 'B' | 'C' | 'D';
export type Finish = 'save' | 'submit' | 'audit';

/** Where a bill stands in the vendor's system. */
export interface Standing {
  readonly id: string;
  readonly number: string;
  readonly status: BillStatus;
}

interface Step {
  readonly part: 'submit' | 'audit';
  readonly method: 'Submit' | 'Audit';
  readonly leadsTo: BillStatus;
}

const SUBMIT: Step = { part: 'submit', method: 'Submit', leadsTo: 'B' };
const AUDIT: Step = { part: 'audit', method: 'Audit', leadsTo: 'C' };

/** What is left to do, by status and by how far the connection takes a bill. */
const STEPS: Readonly<Record<Finish, Readonly<Record<BillStatus, readonly Step[]>>>> = {
  save: { Z: [], A: [], B: [], C: [], D: [] },
  submit: { Z: [SUBMIT], A: [SUBMIT], B: [], C: [], D: [SUBMIT] },
  audit: { Z: [SUBMIT, AUDIT], A: [SUBMIT, AUDIT], B: [AUDIT], C: [], D: [SUBMIT, AUDIT] },
};

export const isComplete = (status: BillStatus, finish: Finish): boolean => STEPS[finish][status].length === 0;

export function readStatus(value: unknown, what: string): BillStatus {
  if (value === 'Z' || value === 'A' || value === 'B' || value === 'C' || value === 'D') return value;
  throw refused({ what, writes: false }, `FDocumentStatus is ${String(value)}`);
}

/** Saves a new bill. The caller judges a refusal. */
export const save = (client: KingdeeClient, formId: string, data: object, call: EffectCall): Promise<Answer> =>
  client.write('Save', formId, data, `${formId} ${call.businessKey}`, call.signal);

/** Id and number of the bill a Save answered with. @throws HubError for an unsuccessful or an unreadable answer. */
export function readSaved(answer: Answer, what: string): Standing {
  if (!answer.status.IsSuccess) throw fromStatus(answer.status, { what, writes: true });
  const { Id, Number: number } = answer.result;
  if (Id === undefined || Id === null || Id === '') throw unanswered({ what, writes: true }, 'the answer has no Id');
  return { id: String(Id), number: String(number ?? ''), status: 'A' };
}

/** Id and number kept by the part `save` of an earlier attempt. */
export function savedPart(call: EffectCall): { id: string; number: string } | undefined {
  const part = call.parts['save'];
  if (!isRecord(part) || part['id'] === undefined) return undefined;
  return { id: String(part['id']), number: String(part['number'] ?? '') };
}

/**
 * Takes a bill from where it stands to the end, recording each part before the next begins.
 * @throws HubError as the vendor says; parts done so far stay recorded and are not repeated.
 */
export async function advance(
  client: KingdeeClient,
  formId: string,
  standing: Standing,
  finish: Finish,
  call: EffectCall,
): Promise<BillStatus> {
  let status = standing.status;
  for (const step of STEPS[finish][standing.status]) {
    const what = `${formId} ${call.businessKey} (${step.part})`;
    const answer = await client.write(step.method, formId, { Ids: standing.id }, what, call.signal);
    if (!answer.status.IsSuccess) throw fromStatus(answer.status, { what, writes: true });
    status = step.leadsTo;
    await call.record(step.part, { id: standing.id, status });
  }
  return status;
}
