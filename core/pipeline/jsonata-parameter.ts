import type { FuncKeywordDefinition } from 'ajv';
import Type from 'typebox';
import { HubError, toProblem } from '../errors/hub-error.js';
import { compileExpression } from '../mapping/expression.js';

const MAX_SOURCE = 4_000;

/**
 * Schema of a node parameter that holds a JSONata expression, e.g. `facts.amountBase > 10000`. It sees `order`,
 * `facts`, `event` and `input`. It is compiled, and so checked, when the pipeline is read.
 */
export const JsonataSource = (more: { readonly description?: string; readonly default?: string } = {}) =>
  Type.String({ minLength: 1, maxLength: MAX_SOURCE, jsonata: true, ...more });

export const isJsonata = (schema: object): boolean => 'jsonata' in schema && schema.jsonata === true;

const validate: NonNullable<FuncKeywordDefinition['validate']> = (_on: boolean, source: string): boolean => {
  try {
    compileExpression(source);
    return true;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const { title: why, titleZh: whyZh } = toProblem(error);
    validate.errors = [{ keyword: 'jsonata', message: why, params: { why, whyZh } }];
    return false;
  }
};

/** The ajv keyword behind `JsonataSource`. */
export const jsonataKeyword: FuncKeywordDefinition = { keyword: 'jsonata', type: 'string', errors: true, validate };
