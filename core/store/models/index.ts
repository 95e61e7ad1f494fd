import type { Connection } from 'mongoose';
import { attachmentModel } from './attachments.js';
import { contractModel, journalModel, periodModel } from './books.js';
import { messageModel, quarantineModel, refModel, watermarkModel } from './inbox.js';
import { eventModel, orderModel, revisionModel } from './order.js';
import { connectionModel, pipelineRevisionModel } from './setup.js';
import { counterModel, effectModel, laneModel, runModel, taskModel } from './work.js';

/** All collections of the hub on one connection. */
export const hubModels = (connection: Connection) => ({
  orders: orderModel(connection),
  events: eventModel(connection),
  revisions: revisionModel(connection),
  messages: messageModel(connection),
  refs: refModel(connection),
  quarantine: quarantineModel(connection),
  watermarks: watermarkModel(connection),
  effects: effectModel(connection),
  tasks: taskModel(connection),
  runs: runModel(connection),
  lanes: laneModel(connection),
  counters: counterModel(connection),
  contracts: contractModel(connection),
  journals: journalModel(connection),
  periods: periodModel(connection),
  connections: connectionModel(connection),
  pipelineRevisions: pipelineRevisionModel(connection),
  attachments: attachmentModel(connection),
});
export type HubModels = ReturnType<typeof hubModels>;

/** Makes the missing indexes of every collection; a no-op when all are there. */
export async function ensureIndexes(
  models: Readonly<Record<string, { createIndexes(): Promise<void> }>>,
): Promise<void> {
  for (const model of Object.values(models)) await model.createIndexes();
}
