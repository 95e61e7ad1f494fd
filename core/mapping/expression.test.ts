import { describe, expect, test } from 'vitest';
import { HubError } from '../errors/hub-error.js';
import { compile, compileExpression, evaluateExpression } from './expression.js';
import { DEFAULT_LIMITS } from './limits.js';

const limits = { ...DEFAULT_LIMITS, timeMs: 300 };

const run = (source: string, input: unknown = {}) => compile(source, 'm', limits).evaluate(input);

async function refusal(work: () => unknown): Promise<HubError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The limit plus the longest single step between two looks at the clock, on a busy machine. */
const ANSWERED_WITHIN_MS = 2_500;

describe('an expression that asks for too much is stopped', () => {
  test.each([
    ['endless recursion', '($f := function($n){ 1 + $f($n + 1) }; $f(1))'],
    ['an endless tail call', '($f := function($n){ $f($n + 1) }; $f(1))'],
    ['a range of a thousand million', '[1..1000000000]'],
    ['a range of a million', '[1..1000000] ~> $count()'],
    ['a list that doubles', '$reduce([1..40], function($a, $i){ $append($a, $a) }, [1, 2]) ~> $count()'],
    ['a text that doubles', '$reduce([1..40], function($a, $i){ $a & $a }, "x") ~> $length()'],
    ['a padding of 512 million', '$pad("x", 500000000)'],
    ['a join of large texts', '($t := $pad("x", 100000); $join([1..1000].$t))'],
    ['a value that shares itself, as text', '$string($reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, {}))'],
    ['the same, by concatenation', '"" & $reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, {})'],
    [
      'the same, changed by a transform',
      '$reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, {}) ~> |x|{"y": 1}|',
    ],
    ['the same, searched at all levels', '$count($reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, {}).**)'],
    [
      'the same, compared',
      '($f := function(){ $reduce([1..40], function($a, $i){ {"a": $a, "b": $a} }, {}) }; $f() = $f())',
    ],
    [
      'nested lists that share themselves, read',
      '($a := $reduce([1..40], function($a, $i){ [[$a], [$a]] }, [1, 2]); $a.x)',
    ],
    ['comparing every item with every other', '$distinct([1..90000])'],
    [
      'nested loops',
      '$map([1..20000], function($a){ $map([1..20000], function($b){ $a * $b }) ~> $count() }) ~> $sum()',
    ],
    ['a date picture that backtracks', '$toMillis($pad("", 39, "1"), "[Y][M][D][d][H][h][m][s][f][Y][M][D]")'],
  ])('%s', async (_name, source) => {
    const begun = performance.now();
    const error = await refusal(() => run(source));
    expect(error.code).toBe('MAPPING_LIMIT_REACHED');
    expect(performance.now() - begun).toBeLessThan(ANSWERED_WITHIN_MS);
  });

  test('branches left behind by a fault end at the limit too and harm nobody', async () => {
    const source = '{"a": $error("stop"), "b": ($f := function($n){ $f($n + 1) }; $f(1))}';
    expect((await refusal(() => run(source))).code).toBe('MAPPING_FAILED');
    await expect(run('1 + 1')).resolves.toBe(2);
  });
});

describe('regular expressions', () => {
  test('match in linear time where backtracking would not end', async () => {
    const begun = performance.now();
    const text = `${'a'.repeat(50_000)}!`;
    await expect(run('$contains(t, /^(a+)+$/)', { t: text })).resolves.toBe(false);
    await expect(run('$contains(t, /(x+x+)+y/)', { t: 'x'.repeat(50_000) })).resolves.toBe(false);
    expect(performance.now() - begun).toBeLessThan(ANSWERED_WITHIN_MS);
  });

  test.each([
    ['$contains(a, /a(?=b)/)', 'looks ahead'],
    ['$contains(a, /a(?!b)/)', 'looks ahead'],
    ['$contains(a, /(?<=a)b/)', 'looks behind'],
    ['$contains(a, /(?<!a)b/)', 'looks behind'],
    ['$contains(a, /(a)\\1/)', 'refers back'],
    ['$contains(a, /(?<n>a)\\k<n>/)', 'refers back'],
    ['($r := /a/; $contains(a, $r))', 'must stand inside'],
    ['$contains(a, /a{5000}/)', 'is not supported'],
  ])('%s is refused when read', async (source, why) => {
    const error = await refusal(() => compile(source, 'm'));
    expect(error.code).toBe('MAPPING_UNUSABLE');
    expect(error.message).toContain(why);
    expect(error.facts['line']).toBe(1);
  });

  test.each([
    ['$replace("2026-11-18", /(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1")', '18.11.2026'],
    ['$split("a1b22c", /\\d+/)', ['a', 'b', 'c']],
    ['$match("ABcab", /(a)|(b)/i).match', ['A', 'B', 'a', 'b']],
    ['$replace("价格😀12元", /[0-9]+/, function($m){ "<" & $m.match & ">" })', '价格😀<12>元'],
    ['$replace("(?=a", /\\(\\?=/, "")', 'a'],
    ['$match("a\\nb", /^b/m).index', 2],
  ])('%s', async (source, result) => {
    expect(JSON.parse(JSON.stringify(await run(source)))).toEqual(result);
  });
});

describe('what is refused when read', () => {
  test.each(['eval', 'now', 'millis', 'random', 'shuffle'])('$%s', async (name) => {
    for (const source of [`$${name}()`, `($f := $${name}; 1)`, `[1] ~> $${name}`, `$map([1], $${name})`]) {
      expect((await refusal(() => compile(source, 'm'))).code).toBe('MAPPING_UNUSABLE');
    }
  });

  test('a syntax error names line and column', async () => {
    const error = await refusal(() => compile('{\n  "a": 1,\n  "b": )\n}', 'm'));
    expect(error.code).toBe('MAPPING_UNUSABLE');
    expect(error.facts).toMatchObject({ line: 3, jsonataCode: expect.stringMatching(/^S0/) });
  });

  test('an expression nested too deep to parse', async () => {
    const source = `${'('.repeat(50_000)}1${')'.repeat(50_000)}`;
    expect((await refusal(() => compile(source, 'm'))).code).toBe('MAPPING_UNUSABLE');
  });
});

describe('a failing expression says where', () => {
  test.each([
    ['{\n  "a": {"b": [x + 1]}\n}', '$.a.b[]', 2],
    ['(\n  $lines := items.{\n    "price": $dec_add(missing, "1")\n  };\n  $lines\n)', '$lines.price', 3],
    ['{"a": $number("x")}', '$.a', 1],
    ['items{"k": $decimal("x")}', '$.k', 1],
  ])('%j', async (source, path, line) => {
    const error = await refusal(() => run(source, { x: 'text', items: [{}] }));
    expect(error.code).toBe('MAPPING_FAILED');
    expect(error.facts).toMatchObject({ path, line });
    expect(error.message).toContain(`line ${line}, column `);
  });

  test('at its own field though another is inside the same function at that moment', async () => {
    const source = '{\n"a": $map([1], function($v){\n$error("stop") }),\n"b": $map([1], function($v){ $v })\n}';
    expect((await refusal(() => run(source))).facts).toMatchObject({ path: '$.a', line: 2 });
  });

  test('at its own place though another field calls the same function at the same time', async () => {
    const source = '{\n"a": $number("1"),\n"b": $number("x"),\n"c": $number("2")\n}';
    const errors = await Promise.all(Array.from({ length: 20 }, () => refusal(() => run(source))));
    expect(new Set(errors.map((error) => error.facts['line']))).toEqual(new Set([3]));
  });
});

test('200 evaluations of one expression at the same time keep their inputs apart', async () => {
  const source = `{
    "id": id,
    "bound": $tag,
    "root": $map([1..5], function($i){ $$.id }),
    "text": $replace(text, /([a-z])(\\d+)/, "$2$1"),
    "sum": $reduce(lines.amount, function($a, $b){ $dec_add($a, $b) })
  }`;
  const shared = compile(source, 'm');
  const texts = (i: number) => Array.from({ length: i % 7 }, (_, k) => `a${i}${k}`).join('-');
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      shared.evaluate({ id: i, text: texts(i), lines: [{ amount: `${i}.5` }, { amount: '1' }] }, { tag: `t${i}` }),
    ),
  );
  for (const [i, result] of results.entries()) {
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      id: i,
      bound: `t${i}`,
      root: [i, i, i, i, i],
      text: texts(i).replaceAll(/([a-z])(\d+)/g, '$2$1'),
      sum: `${i + 1}.5`,
    });
  }
});

test('a binding lives for one evaluation only', async () => {
  const shared = compile('$tag', 'm');
  expect(await shared.evaluate({}, { tag: 1 })).toBe(1);
  expect(await shared.evaluate({})).toBeUndefined();
});

describe('compileExpression', () => {
  test('compiles a source once and yields plain JSON', async () => {
    expect(compileExpression('order.gross')).toBe(compileExpression('order.gross'));
    const list = await evaluateExpression('order.lines[net > 1].{"n": net, "none": nothing}', {
      order: { lines: [{ net: 2 }, { net: 3 }] },
    });
    expect(Object.getOwnPropertyNames(list)).toEqual(['0', '1', 'length']);
    expect(list).toStrictEqual([{ n: 2 }, { n: 3 }]);
    expect(await evaluateExpression('nothing', {})).toBeUndefined();
    expect(await evaluateExpression('$limit > 3', {}, { limit: 4 })).toBe(true);
  });

  test('refuses functions as a result', async () => {
    for (const source of ['$sum', 'function($x){ $x }', '{"f": [$uppercase]}', '$dec_add']) {
      expect((await refusal(() => evaluateExpression(source, {}))).code).toBe('MAPPING_FAILED');
    }
  });
});
