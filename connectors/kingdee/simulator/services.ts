import { CODE, failure, type Outcome, Refusal, refuse, responseStatus } from './answers.js';
import type { User } from './data.js';
import type { Form } from './forms.js';
import { MOVES, moveBills } from './lifecycle.js';
import { member, texts } from './lookup.js';
import { push } from './push.js';
import { type QueryWorld, query } from './query.js';
import type { FormCall } from './request.js';
import { decideSave, entityOf, readOptions, type SaveWorld } from './save.js';
import type { Bill, Change } from './store.js';
import { view } from './view.js';

export type World = SaveWorld & QueryWorld;

interface Service {
  /** Spelling of the method in the journal and in faults. */
  readonly name: string;
  readonly writes: boolean;
  run(call: FormCall, world: World): unknown;
}

/** Form services by lower-cased method name. */
export const SERVICES: Readonly<Record<string, Service>> = {
  save: { name: 'Save', writes: true, run: (call, world) => saveOne(call, world, false) },
  draft: { name: 'Draft', writes: true, run: (call, world) => saveOne(call, world, true) },
  batchsave: { name: 'BatchSave', writes: true, run: saveMany },
  submit: { name: 'Submit', writes: true, run: (call, world) => move('Submit', 'submit', call, world) },
  audit: { name: 'Audit', writes: true, run: (call, world) => move('Audit', 'audit', call, world) },
  unaudit: { name: 'UnAudit', writes: true, run: (call, world) => move('UnAudit', 'unaudit', call, world) },
  delete: { name: 'Delete', writes: true, run: (call, world) => move('Delete', 'delete', call, world) },
  excuteoperation: { name: 'ExcuteOperation', writes: true, run: operate },
  push: {
    name: 'Push',
    writes: true,
    run: (call, world) => {
      const form = formOf(call, world);
      return push(form, call.data, world.forms, world, commitAs(`${form.id}.Push`, world));
    },
  },
  view: {
    name: 'View',
    writes: false,
    run: (call, world) => view(formOf(call, world), call.data, world.store, world.base),
  },
  executebillquery: { name: 'ExecuteBillQuery', writes: false, run: (c, world) => query(c.formId, c.data, world).rows },
  billquery: {
    name: 'BillQuery',
    writes: false,
    run: (call, world) => {
      const { keys, rows } = query(call.formId, call.data, world);
      return rows.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i]])));
    },
  },
};

function formOf(call: FormCall, world: World): Form {
  if (call.formId === '') throw refuse(5, '业务对象标识不能为空');
  const form = world.forms.get(call.formId.toLowerCase());
  if (form === undefined) throw refuse(CODE.exception, `标识为“${call.formId}”的业务对象不存在，或者被删除。`);
  return form;
}

const commitAs =
  (what: string, world: World) =>
  (changes: readonly Change[]): void =>
    world.store.commit(what, changes);

/** @throws Refusal MsgCode 2 when the user may only read. */
export function demandRight(user: User, service: Service): void {
  if (service.writes && user.rights !== 'all') {
    throw refuse(CODE.noPermission, `用户“${user.name}”没有“${service.name}”的操作权限`);
  }
}

function saveOne(call: FormCall, world: World, draft: boolean): unknown {
  const form = formOf(call, world);
  try {
    const bill = decideSave(form, member(call.data, 'Model'), readOptions(call.data, draft), 0, world);
    world.store.commit(`${form.id}.${draft ? 'Draft' : 'Save'}`, [{ put: bill }]);
    const entity = entityOf(bill, 0);
    const status = responseStatus({ entities: [entity], refusals: [] });
    const returned = [needReturn(bill, call.data)];
    return { Result: { ResponseStatus: status, Id: entity.Id, Number: entity.Number, NeedReturnData: returned } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { Result: { ...(failure(error)['Result'] as object), Id: '', NeedReturnData: [{}] } };
  }
}

/** Each Model stands or falls alone. */
function saveMany(call: FormCall, world: World): unknown {
  const form = formOf(call, world);
  const models = member(call.data, 'Model');
  if (!Array.isArray(models)) throw refuse(CODE.parameter, '数据包中的参数Model不是数组。');
  const outcome = { entities: [] as Outcome['entities'][number][], refusals: [] as Refusal[] };
  const returned: unknown[] = [];
  models.forEach((model: unknown, index) => {
    try {
      const bill = decideSave(form, model, readOptions(call.data, false), index, world);
      world.store.commit(`${form.id}.BatchSave`, [{ put: bill }]);
      outcome.entities.push(entityOf(bill, index));
      returned.push(needReturn(bill, call.data));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      outcome.refusals.push(error);
    }
  });
  return { Result: { ResponseStatus: responseStatus(outcome), NeedReturnData: returned } };
}

function needReturn(bill: Bill, data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = texts(member(data, 'NeedReturnFields'));
  return Object.fromEntries(keys.map((key) => [key, bill.head[key] ?? null]));
}

function move(name: string, moveName: string, call: FormCall, world: World): unknown {
  const form = formOf(call, world);
  const outcome = moveBills(form, moveName, call.data, world.store, commitAs(`${form.id}.${name}`, world));
  return { Result: { ResponseStatus: responseStatus(outcome) } };
}

const OPERATIONS = new Set(['cancel', 'uncancel']);

function operate(call: FormCall, world: World): unknown {
  const operation = call.opNumber.toLowerCase();
  if (!OPERATIONS.has(operation) || MOVES[operation] === undefined) {
    throw refuse(CODE.noOperation, `操作“${call.opNumber}”不存在`);
  }
  return move('ExcuteOperation', operation, call, world);
}
