import { describe, expect, test } from 'vitest';
import type { PresentedLine } from '../api/types';
import { type ChangeDraft, changesOf, linesFor, missingIn, saysByField } from './amend';
import { isReceivedByHand, returnables } from './returns';

const line = (change: Partial<PresentedLine> = {}): PresentedLine => ({
  lineId: 'a',
  lineNo: 1,
  ref: 'L1',
  product: 'SAAS-PRO',
  name: 'Cloud',
  nameZh: '云',
  kind: 'subscription',
  unit: 'User',
  quantity: '10',
  effectiveQuantity: '10',
  unitPrice: '3600.00',
  taxRate: '0.06',
  net: '36000.00',
  tax: '2160.00',
  gross: '38160.00',
  termEnd: '2027-12-31',
  quantities: { open: '0', frozen: '0', inFulfilment: '0', delivered: '10', cancelled: '0', returned: '0' },
  ...change,
});
const BOX = line({ lineId: 'b', lineNo: 2, ref: 'L2', product: 'HW-GATEWAY', kind: 'hardware' });
const draft = (change: Partial<ChangeDraft>): ChangeDraft => ({
  id: 0,
  do: 'reduce',
  lineId: 'a',
  quantity: '',
  termEnd: '',
  unitPrice: '',
  ...change,
});

describe('drafts become the changes that the hub takes', () => {
  test('seats go beside their line at its price, each under a reference nobody has', () => {
    const lines = [line(), line({ lineId: 'c', ref: 'L1+A1' })];
    const added = changesOf([draft({ do: 'add', quantity: ' 5 ' }), draft({ do: 'add', quantity: '1' })], lines);
    expect(added).toMatchObject([
      { do: 'add', of: 'a', line: { ref: 'L1+A2', quantity: '5', unitPrice: '3600.00', taxRate: '0.06' } },
      { do: 'add', of: 'a', line: { ref: 'L1+A3' } },
    ]);
  });

  test('goods are added as a line of their own', () => {
    const [change] = changesOf([draft({ do: 'add', lineId: 'b', quantity: '1', unitPrice: '9' })], [BOX]);
    expect(change).toEqual({
      do: 'add',
      line: { ref: 'L2+A1', product: 'HW-GATEWAY', quantity: '1', unitPrice: '9', taxRate: '0.06' },
    });
  });

  test('a renewal leaves out what stays', () => {
    expect(changesOf([draft({ do: 'renew', termEnd: '2028-12-31' })], [line()])).toEqual([
      { do: 'renew', lineId: 'a', termEnd: '2028-12-31' },
    ]);
  });

  test('a cancellation says only the line, whatever was typed before', () => {
    expect(changesOf([draft({ do: 'cancel', quantity: '3' })], [line()])).toEqual([{ do: 'cancel', lineId: 'a' }]);
  });
});

test.each([
  [draft({}), ['quantity']],
  [draft({ do: 'renew', lineId: '' }), ['lineId', 'termEnd']],
  [draft({ do: 'cancel' }), []],
])('what is missing in %o', (given, expected) => {
  expect(missingIn(given)).toEqual(expected);
});

test('only lines with a term can be renewed', () => {
  expect(linesFor('renew', [line(), BOX]).map((l) => l.lineId)).toEqual(['a']);
  expect(linesFor('reduce', [line(), BOX])).toHaveLength(2);
});

describe('what the hub said, by field', () => {
  const why = { why: 'w', whyZh: '因' };
  test.each([
    ['$.changes[1].quantity', '1 quantity'],
    ['$.changes[0].line.unitPrice', '0 unitPrice'],
    ['$.changes[0].of', '0 lineId'],
    ['$.changes[0].line.ref', '0 lineId'],
    ['$.changes[2]', '2 lineId'],
    ['$.effectiveDate', 'effectiveDate'],
    ['$', '$'],
  ])('%s is at %s', (path, field) => {
    const says = saysByField({ code: 'AMENDMENT_REFUSED', title: 't', issues: [{ path, ...why }] }, 'changes');
    expect([...says]).toEqual([[field, { en: 'w', zh: '因' }]]);
  });

  test('a problem with one path and no list is said there', () => {
    const says = saysByField(
      { code: 'RETURN_REFUSED', title: 't', titleZh: '题', path: '$.lines[0].quantity' },
      'lines',
    );
    expect([...says]).toEqual([['0 quantity', { en: 't', zh: '题' }]]);
  });
});

describe('what can come back', () => {
  test('delivered, less returned, less announced; nothing of lines that run over a term', () => {
    const box = { ...BOX, quantities: { ...BOX.quantities, delivered: '10', returned: '2' } };
    const coming = [
      { number: 'R1', state: 'announced', reason: 'r', lines: [{ lineId: 'b', lineNo: 2, quantity: '3.5' }] },
      { number: 'R2', state: 'received', reason: 'r', lines: [{ lineId: 'b', lineNo: 2, quantity: '2' }] },
    ];
    expect(returnables([line(), box], coming)).toEqual([{ line: box, most: '4.5' }]);
  });

  test('a line of which all is announced is not offered', () => {
    const all = [
      { number: 'R1', state: 'announced', reason: 'r', lines: [{ lineId: 'b', lineNo: 2, quantity: '10' }] },
    ];
    expect(returnables([BOX], all)).toEqual([]);
  });

  test('a person says that it arrived only where no warehouse shipped it', () => {
    const coming = {
      number: 'R1',
      state: 'announced',
      reason: 'r',
      lines: [{ lineId: 'b', lineNo: 2, quantity: '1' }],
    };
    const shipped = (lineId: string) => ({
      ...{ number: 'D1', state: 'shipped', parcels: [] },
      lines: [{ lineId, lineNo: 2, product: 'HW-GATEWAY', quantity: '1', shipped: '1' }],
    });
    expect(isReceivedByHand(coming, [shipped('a')])).toBe(true);
    expect(isReceivedByHand(coming, [shipped('a'), shipped('b')])).toBe(false);
    expect(isReceivedByHand({ ...coming, state: 'received' }, [])).toBe(false);
  });
});
