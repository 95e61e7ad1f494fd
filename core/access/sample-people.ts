import type { OrgUnitDoc, RoleDoc, UserDoc } from '../store/models/access.js';

const role = (_id: string, en: string, zh: string, ...permissions: string[]): RoleDoc => ({
  _id,
  name: { en, zh },
  permissions,
});
const READ = ['order:read', 'task:read', 'effect:read', 'message:read', 'connection:read'];
const DECIDE = [...READ, 'task:decide', 'journal:read', 'attachment:add'];

/** Roles every installation begins with; they are data and may be changed. */
export const BUILT_IN_ROLES: readonly RoleDoc[] = [
  role('administrator', 'Administrator', '管理员', '*'),
  role(
    'integration-engineer',
    'Integration engineer',
    '集成工程师',
    ...READ,
    'message:replay',
    'effect:settle',
    'connection:manage',
    'journal:read',
  ),
  role(
    'sales-operations',
    'Sales operations',
    '销售运营',
    ...DECIDE,
    'order:create',
    'order:deliver',
    'order:return',
    'order:amend',
    'attachment:remove',
    'message:replay',
    'effect:settle',
  ),
  role('sales-manager', 'Sales manager', '销售经理', ...DECIDE),
  role('sales-director', 'Sales director', '销售总监', ...DECIDE),
  role('vice-president', 'Vice-president', '副总裁', ...DECIDE),
  role('finance', 'Finance', '财务', ...DECIDE, 'effect:settle', 'revenue:close'),
  role('production', 'Production', '生产', 'order:read', 'task:read', 'task:decide', 'order:deliver', 'attachment:add'),
  role('auditor', 'Auditor', '审计', ...READ, 'journal:read'),
  role('upstream-system', 'Upstream system', '上游系统', 'order:create', 'order:read', 'attachment:add'),
];

export const ADMIN_USER = 'admin';

export const SAMPLE_UNITS: readonly OrgUnitDoc[] = [
  { _id: 'company', name: { en: 'Company', zh: '公司' }, manager: 'chen.ming' },
  { _id: 'sales', name: { en: 'Sales', zh: '销售部' }, parent: 'company', manager: 'wang.wei' },
  { _id: 'finance', name: { en: 'Finance', zh: '财务部' }, parent: 'company', manager: 'zhao.min' },
  { _id: 'production', name: { en: 'Production', zh: '生产部' }, parent: 'company', manager: 'sun.qiang' },
];

type Person = Omit<UserDoc, 'createdAt' | 'active'>;

/** People of a sandbox installation: one for each role that approval routing asks. */
export const SAMPLE_PEOPLE: readonly Person[] = [
  { _id: 'wang.wei', name: '王伟 Wang Wei', unit: 'sales', manager: 'li.na', roles: ['sales-manager'] },
  { _id: 'li.na', name: '李娜 Li Na', unit: 'sales', manager: 'chen.ming', roles: ['sales-director'] },
  { _id: 'chen.ming', name: '陈明 Chen Ming', unit: 'company', roles: ['vice-president'] },
  { _id: 'zhao.min', name: '赵敏 Zhao Min', unit: 'finance', manager: 'chen.ming', roles: ['finance'] },
  { _id: 'sun.qiang', name: '孙强 Sun Qiang', unit: 'production', manager: 'chen.ming', roles: ['production'] },
];
