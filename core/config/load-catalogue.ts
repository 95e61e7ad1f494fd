import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormatsModule from 'ajv-formats';
import Type, { type Static, type TSchema } from 'typebox';
import { buildCatalogue, type Catalogue, refuseFile } from '../catalog/catalogue.js';
import { ExchangeRates, Product, TaxCategory } from '../catalog/product.js';
import { ajvIssues } from '../errors/ajv-issues.js';
import { HubError } from '../errors/hub-error.js';
import { PlanTemplate, type PlanTemplates, planTemplates, templateFaults } from '../order/plan-template.js';
import { ChartOfAccounts } from '../revenue/accounts.js';

export interface LoadedCatalogue {
  readonly catalogue: Catalogue;
  readonly chart: ChartOfAccounts;
  readonly plans: PlanTemplates;
}

const read = async (folder: string, name: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('SETTINGS_INVALID', { why: `${name}: ${why}` }, { cause });
  }
};

/**
 * Reads and checks the catalogue of an installation.
 * @param folder holds products.json, exchange-rates.json, tax-categories.json, chart-of-accounts.json and
 *   fulfilment-plans.json.
 * @throws HubError SETTINGS_INVALID naming file and field.
 */
export async function loadCatalogue(folder: string): Promise<LoadedCatalogue> {
  const ajv = addFormatsModule.default(new Ajv({ allErrors: true }));
  const load = async <S extends TSchema>(name: string, schema: S): Promise<Static<S>> => {
    const content = await read(folder, name);
    const validate = ajv.compile(schema as AnySchemaObject);
    if (!validate(content)) refuseFile(name, ajvIssues(validate.errors));
    return content as Static<S>;
  };
  const [products, rates, taxCategories, chart, templates] = await Promise.all([
    load('products.json', Type.Array(Product, { minItems: 1 })),
    load('exchange-rates.json', ExchangeRates),
    load('tax-categories.json', Type.Array(TaxCategory, { minItems: 1 })),
    load('chart-of-accounts.json', ChartOfAccounts),
    load('fulfilment-plans.json', Type.Array(PlanTemplate, { minItems: 1 })),
  ]);
  const faults = templateFaults(templates, products);
  if (faults.length > 0) refuseFile('fulfilment-plans.json', faults);
  return {
    catalogue: buildCatalogue(products, rates, taxCategories),
    chart,
    plans: planTemplates(templates, products),
  };
}
