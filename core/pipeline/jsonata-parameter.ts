import type { FuncKeywordDefinition } from 'ajv';
import jsonata from 'jsonata';
import Type from 'typebox';

const MAX_SOURCE = 4_000;

/**
 * Schema of a node parameter that holds a JSONata expression, e.g. `facts.amountBase > 10000`. It sees `order`,
 * `facts`, `event` and `input`. The syntax is checked when the pipeline is read.
 */
export const JsonataSource = (more: { readonly description?: string; readonly default?: string } = {}) =>
  Type.String({ minLength: 1, maxLength: MAX_SOURCE, jsonata: true, ...more });

export const isJsonata = (schema: object): boolean => 'jsonata' in schema && schema.jsonata === true;

/** Undefined when the source can be parsed, else what the parser said. */
function syntaxFault(source: string): string | undefined {
  try {
    jsonata(source);
    return undefined;
  } catch (fault) {
    // The parser throws plain objects.
    return fault instanceof Object && 'message' in fault ? String(fault.message) : String(fault);
  }
}

const validate: NonNullable<FuncKeywordDefinition['validate']> = (_on: boolean, source: string): boolean => {
  const fault = syntaxFault(source);
  validate.errors = fault === undefined ? [] : [{ keyword: 'jsonata', message: `is no JSONata: ${fault}`, params: {} }];
  return fault === undefined;
};

/** The ajv keyword behind `JsonataSource`. */
export const jsonataKeyword: FuncKeywordDefinition = { keyword: 'jsonata', type: 'string', errors: true, validate };
