import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateExpression } from './expression.js';

describe('exact decimals', () => {
  test.each([
    ['$dec_add("0.1", "0.2")', '0.3'],
    ['$dec_add(0.1, 0.2)', '0.3'],
    ['$dec_add("1.50", "1.5")', '3.00'],
    ['$dec_sub("1", "1.25")', '-0.25'],
    ['$dec_mul("306.2413", "1.13")', '346.052669'],
    ['$dec_mul("12345678901234.56", "2")', '24691357802469.12'],
    ['$dec_div("10", "3", 4)', '3.3333'],
    ['$dec_div("-2", "3", 0)', '-1'],
    ['$dec_div("1", "0.0004", 2)', '2500.00'],
    ['$dec_div("0.0005", "2", 3)', '0.000'],
    ['$dec_round("2.5", 0)', '3'],
    ['$dec_round("-2.5", 0)', '-3'],
    ['$dec_round("1.005", 2)', '1.01'],
    ['$dec_round("7", 2)', '7.00'],
    ['$dec_sum(["0.1", 0.2, "0.30"])', '0.60'],
    ['$dec_sum(nothing)', '0'],
    ['$dec_sum("5")', '5'],
    ['$dec_cmp("1.0", 1)', 0],
    ['$dec_cmp("-3", "2")', -1],
    ['$dec_cmp("10", "9.99")', 1],
    ['$decimal(836.475)', '836.475'],
    ['$decimal("007.500")', '7.5'],
    ['$decimal(0.0000001)', '0.0000001'],
    ['$decimal(-1.5e-7)', '-0.00000015'],
    ['$decimal(9007199254740991)', '9007199254740991'],
    ['$decimal("-0")', '0'],
    ['$decimal(null)', undefined],
    ['$decimal(nothing)', undefined],
    ['$dec_number("886.663500")', 886.6635],
    ['$dec_number("0.0000001")', 1e-7],
    ['$dec_number(nothing)', undefined],
  ])('%s is %j', async (source, result) => {
    expect(await evaluateExpression(source, {})).toBe(result);
  });

  test.each([
    ['$dec_add("1", nothing)', 'nothing is not a decimal number'],
    ['$dec_sum(["1", null])', 'null is not a decimal number'],
    ['$decimal("1,000")', '"1,000" is not a decimal number'],
    ['$decimal("")', '"" is not a decimal number'],
    ['$decimal(true)', 'true is not a decimal number'],
    ['$decimal(0.1 + 0.2)', 'more digits than a JSON number keeps exactly'],
    ['$decimal(9007199254740992)', 'more digits than a JSON number keeps exactly'],
    ['$dec_div("1", "0.00", 2)', 'division by zero'],
    ['$dec_div("1", "3", 21)', 'no count of decimal places'],
    ['$dec_round("1")', 'no count of decimal places'],
    ['$dec_mul("0.00000000001", "0.00000000001")', 'too many digits'],
    ['$dec_number("12345678901234567.1")', 'does not fit a JSON number'],
  ])('%s is refused', async (source, why) => {
    await expect(evaluateExpression(source, {})).rejects.toMatchObject({
      code: 'MAPPING_FAILED',
      message: expect.stringContaining(why),
    });
  });

  test('adding is exact for any amounts: cents through big integers give the same', async () => {
    const cents = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
    const text = (n: bigint): string => {
      const digits = (n < 0n ? -n : n).toString().padStart(3, '0');
      return `${n < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    await fc.assert(
      fc.asyncProperty(cents, cents, async (a, b) => {
        expect(await evaluateExpression('$dec_add(a, b)', { a: text(a), b: text(b) })).toBe(text(a + b));
        expect(await evaluateExpression('$dec_sub(a, b)', { a: text(a), b: text(b) })).toBe(text(a - b));
      }),
      { numRuns: 100 },
    );
  });
});
