import { definitionOf, type MetricDefinition } from '../../src/metrics/catalogue.ts';

const WORDS = new Set(
  'abs and by changes clamp_min deriv histogram_quantile increase max max_over_time min min_over_time or rate sum unless'.split(
    ' ',
  ),
);
const SUFFIX = /_(bucket|sum|count)$/;
const SELECTOR = /(\$\{namespace\})?\b([a-z]+_[a-z_]+)(?:\{([^}]*)\}|(?=\[))?(\[[^\]]+\])?/g;

/** What is wrong with an expression of PromQL over the metrics of `prometheusCollector`. */
export function faultsOfPromql(expression: string, { isNamespaced = false } = {}): string[] {
  const faults: string[] = [];
  const selectors = selectorsIn(expression);
  for (const { namespace, name, labels, range, at } of selectors) {
    const metric = definitionOf(name) ? name : name.replace(SUFFIX, '');
    const definition = definitionOf(metric);
    if (!definition) {
      faults.push(`${name} is no metric`);
      continue;
    }
    const isHistogram = definition.type === 'histogram';
    if (isHistogram !== (metric !== name)) faults.push(`${name}: ${metric} is a ${definition.type}`);
    if (isNamespaced !== (namespace !== undefined)) faults.push(`${name} has ${namespace ?? 'no namespace'}`);
    const known = [...definition.labels, ...(name.endsWith('_bucket') ? ['le'] : [])];
    for (const label of [...namesIn(labels), ...groupingAround(expression, at)]) {
      if (!known.includes(label)) faults.push(`${name} has no label ${label}`);
    }
    const isRated = /\b(rate|increase)\($/.test(expression.slice(0, at)) && range !== undefined;
    if (isRated !== (definition.type !== 'gauge'))
      faults.push(`${name}, a ${definition.type}, ${isRated ? 'is' : 'is not'} inside rate()`);
  }
  if (selectors.length === 0) faults.push('no metric is used');
  const rest = withoutGroupings(
    expression.replace(SELECTOR, (all, _namespace, name: string) => (WORDS.has(name) ? all : ' ')),
  );
  for (const [word] of rest.matchAll(/\b[a-z]\w*/gi)) {
    if (!WORDS.has(word)) faults.push(`${word} is neither a metric nor a function that is known here`);
  }
  return faults;
}

/** The metrics that an expression uses, by their names in the catalogue. */
export function metricsInPromql(expression: string): string[] {
  return selectorsIn(expression).map(({ name }) => (definitionOf(name) ? name : name.replace(SUFFIX, '')));
}

const DATADOG = /^(avg|max|min|sum):([a-z_]+)(?:\.(\w+))?\{([^}]*)\}(?: by \{([^}]*)\})?(\.as_(?:rate|count)\(\))?$/;
/** What an agent makes of a histogram by default. */
const AGGREGATES = ['avg', 'count', 'median', '95percentile', 'max'];

/** What is wrong with a metric query of Datadog over the metrics of `statsdCollector`; `variables` are the dashboard's. */
export function faultsOfDatadog(query: string, variables: readonly string[]): string[] {
  const [, , name = '', aggregate, scope = '', by = '', modifier] = DATADOG.exec(query) ?? [];
  const definition: MetricDefinition | undefined = definitionOf(name);
  if (!definition) return [`${query} names no metric`];
  const faults: string[] = [];
  const isHistogram = definition.type === 'histogram';
  if (isHistogram ? !AGGREGATES.includes(aggregate ?? '') : aggregate !== undefined) {
    faults.push(`${query}: ${name} is a ${definition.type}`);
  }
  if ((definition.type === 'counter') !== (modifier !== undefined)) faults.push(`${query}: as_rate() is for counters`);
  const scopes = scope.split(',').map((each) => each.replace(/^\$/, ''));
  for (const each of scopes) if (!variables.includes(each)) faults.push(`${query}: there is no variable ${each}`);
  for (const label of [...scopes, ...by.split(',')].filter(Boolean)) {
    if (!definition.labels.some((own) => own === label)) faults.push(`${query}: ${name} has no label ${label}`);
  }
  return faults;
}

export function metricInDatadog(query: string): string {
  return DATADOG.exec(query)?.[2] ?? '';
}

function selectorsIn(expression: string) {
  const bare = expression.replace(/\bby \([^)]*\)/g, (all) => ' '.repeat(all.length));
  return [...bare.matchAll(SELECTOR)]
    .filter(([, , name]) => !WORDS.has(name!))
    .map((match) => ({
      namespace: match[1],
      name: match[2]!,
      labels: match[3] ?? '',
      range: match[4],
      at: match.index,
    }));
}

const namesIn = (labels: string): string[] =>
  [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)].map(([, name]) => name!);

const withoutGroupings = (expression: string): string =>
  expression.replace(/\bby \([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');

/** The labels that aggregations around a place group by. */
function groupingAround(expression: string, at: number): string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\) \(/g)].flatMap((match) => {
    const start = match.index + match[0].length;
    return at >= start && at < closingOf(expression, start) ? match[1]!.split(', ') : [];
  });
}

/** Where the parenthesis closes whose inside begins at `start`. */
function closingOf(expression: string, start: number): number {
  let depth = 1;
  for (let at = start; at < expression.length; at += 1) {
    if (expression[at] === '(') depth += 1;
    else if (expression[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return expression.length;
}
