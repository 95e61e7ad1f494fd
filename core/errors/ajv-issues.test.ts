import { Ajv } from 'ajv';
import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { ajvIssues, jsonPath } from './ajv-issues.js';

const issuesOf = (schema: TSchema, value: unknown) => {
  const ajv = new Ajv({ allErrors: true });
  ajv.validate(schema, value);
  return ajvIssues(ajv.errors);
};

test('pointers become paths', () => {
  expect(['', '/lines/2/quantity', '/a~1b/0', '/x y', '/m~0n'].map(jsonPath)).toEqual([
    '$', '$.lines[2].quantity', '$["a/b"][0]', '$["x y"]', '$["m~n"]',
  ]); // biome-ignore format: a table reads better in rows
});

test('missing and unknown fields are named by their own path', () => {
  const schema = Type.Object({
    lines: Type.Array(Type.Object({ ref: Type.String() }, { additionalProperties: false })),
  });
  expect(issuesOf(schema, { lines: [{ rfe: 'x' }] })).toEqual([
    { path: '$.lines[0].ref', why: 'is missing', whyZh: '缺失' },
    { path: '$.lines[0].rfe', why: 'is not known here', whyZh: '不是已知字段' },
  ]);
});

test('a choice of fixed values is one fault that lists them', () => {
  const schema = Type.Object({ kind: Type.Union([Type.Literal('a'), Type.Literal('b')]), n: Type.Integer() });
  expect(issuesOf(schema, { kind: 'c', n: 1.5 })).toEqual([
    { path: '$.kind', why: 'must be one of a, b', whyZh: '必须为以下之一：a, b' },
    { path: '$.n', why: 'must be integer', whyZh: '类型必须为 integer' },
  ]);
});

test('at most fifty faults are told', () => {
  expect(
    issuesOf(
      Type.Array(Type.String()),
      Array.from({ length: 80 }, (_, i) => i),
    ),
  ).toHaveLength(50);
});
