import Type from 'typebox';
import { defineNode } from '../define-node.js';

export const stop = defineNode({
  type: 'stop',
  label: { en: 'End', zh: '结束' },
  help: { en: 'Ends this branch; the others go on.', zh: '结束当前分支，其他分支继续。' },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [],
  execute: async () => ({ do: 'end' }),
});
