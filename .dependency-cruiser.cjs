/**
 * Layers and circles. @swc/core reads the TypeScript, because dependency-cruiser 17 cannot use TypeScript 7. swc does not
 * tell type imports from others, so the rules hold for both.
 */
const not = (...paths) => ({ pathNot: paths });

/** The pure parts: no I/O, no clock, no packages that reach outside. */
const PURE = '^core/(order|catalog|revenue)/';
/** core/connector/contract.ts holds interfaces only, so importing it adds nothing at run time. */
const PURE_MAY_USE = ['^core/(order|catalog|revenue|errors)/', '^core/connector/contract\\.ts$'];
const OUTSIDE = '^(connectors|mappings|pipelines|console)/';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-circle', 'Two modules that import each other are one idea in two files.', {}, { circular: true }),
    rule('resolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    rule(
      'core-is-inside',
      'core imports no connector, mapping, pipeline or console; core/main.ts alone puts them together.',
      { path: '^core/', pathNot: '^core/main\\.ts$' },
      { path: OUTSIDE },
    ),
    rule(
      'main-composes-connectors',
      'core/main.ts may import connectors and nothing else from outside.',
      { path: '^core/main\\.ts$' },
      {
        path: '^(mappings|pipelines|console)/',
      },
    ),
    rule(
      'pure-stays-in-core',
      'order, catalog and revenue use each other, errors and the contract of connectors.',
      { path: PURE },
      {
        path: '^(core|connectors|mappings|pipelines|console)/',
        ...not(...PURE_MAY_USE),
      },
    ),
    rule(
      'pure-has-no-io',
      'order, catalog and revenue reach nothing outside the process.',
      { path: PURE },
      {
        dependencyTypes: ['core'],
      },
    ),
    rule(
      'pure-has-no-drivers',
      'order, catalog and revenue know no store and no HTTP.',
      { path: PURE },
      {
        path: 'node_modules/(mongoose|mongodb|bson|lmdb|axios|express|bull)/',
      },
    ),
    rule(
      'connectors-use-contracts',
      'A connector sees the contract of connectors, errors, order and the clock.',
      { path: '^connectors/' },
      {
        path: '^(core|mappings|pipelines|console)/',
        ...not('^core/(connector|errors|order)/', '^core/clock\\.ts$'),
      },
    ),
    rule(
      'connectors-stand-alone',
      'One connector does not import another.',
      { path: '^connectors/([^/]+)/' },
      {
        path: '^connectors/',
        ...not('^connectors/$1/'),
      },
    ),
    rule(
      'n8n-in-one-place',
      'Only core/pipeline/n8n uses n8n-workflow.',
      { path: '^(core|connectors)/', ...not('^core/pipeline/n8n/') },
      {
        path: 'n8n-workflow',
      },
    ),
    rule(
      'mongoose-in-store',
      'Only core/store uses mongoose; these three name the type Connection.',
      { path: '^(core|connectors)/', ...not('^core/store/', '^core/(hub|main|access/access)\\.ts$') },
      { path: 'node_modules/(mongoose|mongodb)/' },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.tsx?$|/testing/' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
