import { bad } from './refusal.js';
import { type Row, textOf } from './row.js';
import { findType, SCHEMA } from './schema.js';
import type { Query, Selected } from './soql-parse.js';
import { addressOf, followRelation, type Path, resolvePath } from './soql-path.js';
import { compileSort, compileWhere } from './soql-where.js';
import type { Rows } from './store.js';

export type Rendered = Record<string, unknown>;

export interface RunOptions {
  /** `/services/data/v62.0`, for the addresses of rows. */
  readonly root: string;
  readonly withDeleted: boolean;
  /** Cuts a nested list as the server cuts a result. */
  readonly cutChildren: (records: readonly Rendered[]) => object;
}

/** All records of a query. @throws Refusal INVALID_TYPE, INVALID_FIELD */
export function runQuery(rows: Rows, query: Query, options: RunOptions): Rendered[] {
  const type = findType(query.from);
  if (type === undefined) throw bad('INVALID_TYPE', `sObject type '${query.from}' is not supported.`);
  return compileQuery(rows, type, query, options)(rows.all(type));
}

/** Checks all names once; the result then picks, sorts and renders rows of `type`. */
function compileQuery(
  rows: Rows,
  type: string,
  query: Query,
  options: RunOptions,
): (from: readonly Row[]) => Rendered[] {
  const render = compileSelect(rows, type, query.select, options);
  const test = compileWhere(rows, type, query.where);
  const sort = compileSort(rows, type, query.orderBy);
  const isSeen = (row: Row): boolean => (options.withDeleted || row['IsDeleted'] !== true) && test(row);
  return (from) => sort(from.filter(isSeen)).slice(0, query.limit).map(render);
}

type Part = (row: Row, into: Rendered) => void;

function compileSelect(
  rows: Rows,
  type: string,
  selected: readonly Selected[],
  options: RunOptions,
): (row: Row) => Rendered {
  const parts = selected.map((item): Part => {
    if (item.kind === 'field') return fieldPart(rows, resolvePath(type, item.path), options);
    return item.kind === 'typeof'
      ? typeofPart(rows, type, item, options)
      : childrenPart(rows, type, item.query, options);
  });
  return (row) => {
    const record: Rendered = { attributes: attributesOf(type, row, options) };
    for (const part of parts) part(row, record);
    return record;
  };
}

const attributesOf = (type: string, row: Row, { root }: RunOptions) => ({
  type,
  url: `${root}/sobjects/${type}/${textOf(row, 'Id')}`,
});

const fieldValue = (row: Row, path: Path): unknown =>
  path.rule.type === 'address' ? addressOf(row, path.field) : (row[path.field] ?? null);

/** `Account.Name` nests below `Account`, which is null when the reference is empty. */
function fieldPart(rows: Rows, path: Path, options: RunOptions): Part {
  return (row, record) => {
    let at = row;
    let into = record;
    for (const hop of path.hops) {
      const next = rows.get(hop.to, textOf(at, hop.field));
      if (next === undefined) {
        into[hop.relation] = null;
        return;
      }
      const nested = (into[hop.relation] ?? { attributes: attributesOf(hop.to, next, options) }) as Rendered;
      into[hop.relation] = nested;
      [at, into] = [next, nested];
    }
    into[path.field] = fieldValue(at, path);
  };
}

function typeofPart(rows: Rows, type: string, item: Extract<Selected, { kind: 'typeof' }>, options: RunOptions): Part {
  const hop = followRelation(type, item.relation);
  if (!hop.polymorphic) throw bad('INVALID_TYPEOF', `'${item.relation}' is not a polymorphic relationship`);
  const chosen = item.cases.find((one) => one.type.toLowerCase() === hop.to.toLowerCase())?.fields ?? item.otherwise;
  const paths = chosen.map((name) => resolvePath(hop.to, name));
  return (row, record) => {
    const target = rows.get(hop.to, textOf(row, hop.field));
    record[hop.relation] =
      target === undefined
        ? null
        : {
            attributes: attributesOf(hop.to, target, options),
            ...Object.fromEntries(paths.map((path) => [path.field, fieldValue(target, path)])),
          };
  };
}

/** The rows below each row; null when there are none. */
function childrenPart(rows: Rows, type: string, query: Query, options: RunOptions): Part {
  const children = Object.entries(SCHEMA[type]?.children ?? {});
  const [relation, link] = children.find(([name]) => name.toLowerCase() === query.from.toLowerCase()) ?? [];
  if (relation === undefined || link === undefined) {
    throw bad('INVALID_TYPE', `Didn't understand relationship '${query.from}' in FROM part of query call.`);
  }
  const [childType, field] = link;
  const run = compileQuery(rows, childType, query, options);
  return (row, record) => {
    const records = run(rows.below(childType, field, textOf(row, 'Id')));
    record[relation] = records.length === 0 ? null : options.cutChildren(records);
  };
}
